import type { BuildReader, SettingReader } from "../artifacts/index.ts";
import { readAll } from "../core/index.ts";
import { judgeSettings } from "../detect/index.ts";
import type { ItemScan } from "./item-scan.ts";
import { readBuildFile, readFile } from "./read-item.ts";
import type { ScanContext } from "./scan-context.ts";

/** Configurations are read whole: real ones hold up to some megabytes, Defender's protection log some tens. */
const MAX_SETTINGS_BYTES = 32 << 20;
/** A configuration file that is larger is not looked at as a page: the genuine ones with code in them are small. */
const MAX_PAGE_BYTES = 2 << 20;

/**
 * Reads a file that says how the server is set up, or what was removed from it: every entry is judged, and so is the file itself, which
 * can be a back door under the name of a configuration.
 */
export async function readSettings(
  scan: ItemScan,
  kind: { readonly reader: SettingReader; readonly build: BuildReader | null },
  context: ScanContext,
): Promise<void> {
  if (kind.build !== null) await readBuildFile(scan, kind.build);
  const { bytes, cut } = await readAll(scan.source, MAX_SETTINGS_BYTES);
  const { index, name } = scan.item;
  const { settings, damage } = kind.reader.parse(bytes, { item: index, name });
  for (const one of damage) scan.addDamage(one);
  if (cut) addCut(scan);
  scan.damaged += damage.length + (cut ? 1 : 0);
  const leads = context.settings === null ? [] : judgeSettings(settings, context.settings());
  if (kind.reader.source === "iis-configuration" && !cut && bytes.length <= MAX_PAGE_BYTES)
    await judgeAsPage(scan, context);
  scan.records += settings.length;
  scan.settings = { source: kind.reader.source, entries: settings.length, leads };
}

/** A configuration with nothing of a page in it is no file of a web folder: that folder counts as seen by its pages. */
async function judgeAsPage(scan: ItemScan, context: ScanContext): Promise<void> {
  const { records } = scan;
  if (context.files !== null) await readFile(scan, context);
  scan.records = records;
  if (scan.file?.judgement.kind === null) scan.file = null;
}

function addCut(scan: ItemScan): void {
  const at = {
    item: scan.item.index,
    offsetBytes: MAX_SETTINGS_BYTES,
    lengthBytes: Math.max(0, (scan.item.sizeBytes ?? 0) - MAX_SETTINGS_BYTES),
    record: null,
  };
  const note = `Only the first ${String(MAX_SETTINGS_BYTES >> 20)} MiB were read.`;
  scan.addDamage({ kind: "damage", code: "FILE_TOO_LARGE", at, lost: "rest", note });
}
