import { settingOfTrace, type FileTrace, type TraceReader } from "../artifacts/index.ts";
import { describeWebFile } from "../artifacts/index.ts";
import { judgeSettings, type GenuineFiles } from "../detect/index.ts";
import type { ItemScan } from "./item-scan.ts";
import type { ScanContext } from "./scan-context.ts";

/** Reads what a file system or a listing says of pages: present, gone, with times that do not fit. Pages that Exchange ships are left out. */
export async function readFileHistory(
  scan: ItemScan,
  reader: TraceReader,
  context: ScanContext,
): Promise<void> {
  const genuine = context.files === null ? null : (await context.files()).genuine;
  const traces: FileTrace[] = [];
  for await (const batch of reader.read(scan.source, scan.item.index)) {
    for (const damage of batch.damage) scan.addDamage(damage);
    scan.records += batch.entries;
    scan.damaged += batch.damage.length;
    traces.push(...batch.traces.filter((trace) => genuine === null || !ships(trace.path, genuine)));
    scan.breathe();
  }
  const settings = traces.map(settingOfTrace);
  const leads = context.settings === null ? [] : judgeSettings(settings, context.settings());
  const loose = settings.filter(({ values }) => values["folderRef"] !== undefined).slice(0, MAX_LOOSE);
  scan.settings = {
    ...{ source: "file-history", entries: scan.records, leads },
    ...(loose.length === 0 ? {} : { loose }),
  };
}

/** Files of a journal whose folders are looked up: a server has some hundred pages. */
const MAX_LOOSE = 2_000;

/** Updates delete and write shipped pages all the time; without a folder a shipped name says nothing. */
export function ships(path: string, genuine: GenuineFiles): boolean {
  const name = path.slice(Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/")) + 1);
  const { folder, inFolder } = describeWebFile({ name, logicalPath: path, origin: path }, new Uint8Array());
  if (folder !== null) return genuine.ships(folder, inFolder ?? "");
  return FOLDERS.some((one) => genuine.namesIn(one).includes(name.toLowerCase()));
}

const FOLDERS = ["owa-auth", "ecp-auth", "frontend-other", "oab"] as const;
