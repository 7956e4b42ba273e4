import { foldersOf, webFolderOf, type Setting } from "../artifacts/index.ts";
import { judgeSettings } from "../detect/index.ts";
import type { EvidenceItem } from "../evidence/index.ts";
import type { ScanTools } from "./item-reader.ts";
import type { ItemResult } from "./item-result.ts";
import { ships } from "./read-file-history.ts";

/**
 * Gives the files of change journals the folders that the file table of the same volume has for them, and judges them anew: the
 * journal alone knows folders only by number. Without a file table the results stay as they are.
 */
export async function joinJournals(
  results: readonly ItemResult[],
  items: readonly EvidenceItem[],
  tools: Pick<ScanTools, "files" | "settings">,
): Promise<readonly ItemResult[]> {
  const journals = results.filter(({ settings }) => (settings?.loose ?? []).length > 0);
  const joined = new Map<number, ItemResult>();
  for (const journal of journals) {
    const table = tableOf(journal, results);
    const item = items.find(({ index }) => index === table?.index);
    if (item !== undefined) joined.set(journal.index, await joinOne(journal, item, tools));
  }
  return results.map((result) => joined.get(result.index) ?? result);
}

/** The table of the same volume lies in a folder above the journal; a single one belongs to a single journal. */
function tableOf(journal: ItemResult, results: readonly ItemResult[]): ItemResult | null {
  const tables = results.filter(({ artifact, state }) => artifact === "mft" && state === "read");
  const above = tables
    .filter(({ origin }) => journal.origin.startsWith(folderOf(origin)))
    .sort((a, b) => folderOf(b.origin).length - folderOf(a.origin).length);
  const [nearest, next] = above;
  if (nearest !== undefined && folderOf(nearest.origin) !== (next && folderOf(next.origin))) return nearest;
  return tables.length === 1 && above.length === 1 ? (tables[0] ?? null) : null;
}

/** With the separator at its end, so that `C` is not above `C2`. */
function folderOf(origin: string): string {
  return origin.slice(0, Math.max(origin.lastIndexOf("/"), origin.lastIndexOf("\\")) + 1);
}

async function joinOne(
  journal: ItemResult,
  table: EvidenceItem,
  { files, settings: known }: Pick<ScanTools, "files" | "settings">,
): Promise<ItemResult> {
  const { settings } = journal;
  if (settings === null || known === null) return journal;
  const loose = settings.loose ?? [];
  const wanted = new Set(loose.flatMap(({ values }) => values["folderRef"] ?? []));
  const folders = await readFolders(table, wanted);
  if (folders === null)
    return { ...journal, note: [journal.note, UNREAD].filter((one) => one !== "").join(" ") };
  const genuine = files === null ? null : (await files()).genuine;
  const placed = loose
    .map((one) => withFolder(one, folders))
    .filter(({ values }) => genuine === null || !ships(values["path"] ?? "", genuine));
  return { ...journal, settings: { ...settings, leads: judgeSettings(placed, known()) } };
}

const UNREAD = "Its folders are not known: the file table could not be read again.";

/** Null when the table, which was read once, cannot be read now. */
async function readFolders(
  table: EvidenceItem,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string> | null> {
  try {
    const source = await table.open();
    try {
      return await foldersOf(source, wanted);
    } finally {
      await source.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    return null; // told as a note of the journal
  }
}

function withFolder(setting: Setting, folders: ReadonlyMap<string, string>): Setting {
  const { values } = setting;
  const above = folders.get(values["folderRef"] ?? "");
  if (above === undefined) return setting;
  const path = `${above}\\${values["path"] ?? ""}`;
  const folder = webFolderOf(path);
  return {
    ...setting,
    values: { ...values, path, ...(folder === null ? { state: "elsewhere" } : { folder }) },
  };
}
