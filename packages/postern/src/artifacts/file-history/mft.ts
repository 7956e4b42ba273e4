import type { ByteSource } from "../../core/index.ts";
import type { Damage, Place } from "../../model/index.ts";
import { applyFixups, readMftRecord, type MftRecord } from "./mft-record.ts";
import { isPageName, MAX_TRACES, type FileTrace, type TraceBatch, type TraceReader } from "./trace.ts";

/** Folders kept: a server has some hundred thousand; the limit bounds memory on a hostile table. */
const MAX_FOLDERS = 500_000;
const BLOCK_BYTES = 4 << 20;
/** Damage told one by one; the rest is counted in the last one. */
const MAX_TOLD = 20;

interface Folder {
  readonly name: string;
  readonly parent: number;
  readonly parentSequence: number;
  readonly sequence: number;
}

interface Page {
  readonly record: MftRecord;
  readonly at: Place;
}

/** Reads the master file table of an NTFS volume (`$MFT`). */
export const mftReader: TraceReader = {
  id: "mft",
  title: "Master file table ($MFT)",
  identify: (head) =>
    head.length >= 1024 && head[0] === 0x46 && latin(head, 0, 4) === "FILE" && recordSize(head) !== null,
  read: readTable,
};

async function* readTable(source: ByteSource, item: number): AsyncIterable<TraceBatch> {
  const folders = new Map<number, Folder>();
  const pages: Page[] = [];
  for await (const { records, damage, entries } of blocksOf(source, item)) {
    for (const { record, at } of records) keep(record, at, { folders, pages });
    yield { traces: [], damage, entries };
  }
  yield { traces: pages.map((page) => traceOf(page, folders)), damage: [], entries: 0 };
}

/**
 * Paths of folders, `?:\\inetpub\\wwwroot`, by their reference `<entry>-<sequence>`; those that the table no longer has are left out.
 * Reads the whole table. Throws what `source.read` throws.
 */
export async function foldersOf(
  source: ByteSource,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<number, Folder>();
  const head = await source.read(0, 1024);
  if (!mftReader.identify(Uint8Array.from(head), "")) return new Map();
  for await (const { records } of blocksOf(source, 0))
    for (const { record, at } of records) keep(record, at, { folders, pages: [] });
  const paths = [...wanted].flatMap((reference) => {
    const [parent = -1, parentSequence = -1] = reference.split("-").map(Number);
    const parts = partsOf({ parent, parentSequence }, folders);
    return parts.includes("?") ? [] : [[reference, ["?:", ...parts].join("\\")] as const];
  });
  return new Map(paths);
}

interface TableBlock {
  readonly records: readonly Page[];
  readonly damage: readonly Damage[];
  readonly entries: number;
}

async function* blocksOf(source: ByteSource, item: number): AsyncIterable<TableBlock> {
  const size = recordSize(await source.read(0, 1024)) ?? 1024;
  let torn = 0;
  const block = BLOCK_BYTES - (BLOCK_BYTES % size);
  for (let offset = 0; ; offset += block) {
    const bytes = Uint8Array.from(await source.read(offset, block));
    const damage: Damage[] = [];
    const records: Page[] = [];
    let entries = 0;
    for (let at = 0; at + size <= bytes.length; at += size) {
      const raw = bytes.subarray(at, at + size);
      if (latin(raw, 0, 4) !== "FILE") continue;
      entries++;
      const place = { item, offsetBytes: offset + at, lengthBytes: size, record: (offset + at) / size };
      const record = applyFixups(raw) ? readMftRecord(raw, place.record) : null;
      if (record === null && ++torn <= MAX_TOLD) damage.push(tornRecord(place));
      else if (record !== null) records.push({ record, at: place });
    }
    yield { records, damage, entries };
    if (bytes.length >= block) continue;
    const rest = bytes.length % size;
    const end = { item, offsetBytes: offset + bytes.length - rest, lengthBytes: rest, record: null };
    if (rest > 0) yield { records: [], damage: [{ ...tornRecord(end), lost: "rest" }], entries: 0 };
    return;
  }
}

function keep(
  record: MftRecord,
  at: Place,
  kept: { readonly folders: Map<number, Folder>; readonly pages: Page[] },
): void {
  const { name, parent, parentSequence, sequence } = record;
  if (record.isFolder && kept.folders.size < MAX_FOLDERS)
    kept.folders.set(record.number, { name, parent, parentSequence, sequence });
  else if (!record.isFolder && isPageName(name) && kept.pages.length < MAX_TRACES)
    kept.pages.push({ record, at });
}

/** The root folder of a volume is its own parent. */
const ROOT = 5;
const DEPTH_LIMIT = 64;

/** The folders above an entry; `?` where a folder is gone and its entry serves another. */
function partsOf(
  start: Pick<MftRecord, "parent" | "parentSequence">,
  folders: ReadonlyMap<number, Folder>,
): readonly string[] {
  const parts: string[] = [];
  let { parent, parentSequence } = start;
  for (let depth = 0; parent !== ROOT && depth < DEPTH_LIMIT; depth++) {
    const folder = folders.get(parent);
    // A folder that is deleted counts its entry's sequence up by one.
    const same = folder?.sequence === parentSequence || folder?.sequence === parentSequence + 1;
    if (folder === undefined || !same) {
      parts.unshift("?");
      break;
    }
    parts.unshift(folder.name);
    ({ parent, parentSequence } = folder);
  }
  return parts;
}

function traceOf({ record, at }: Page, folders: ReadonlyMap<number, Folder>): FileTrace {
  const parts = [...partsOf(record, folders), record.name];
  const path = `?:\\${parts.join("\\")}`;
  return {
    path,
    state: record.inUse ? "present" : "gone",
    createdUtc: record.createdUtc,
    modifiedUtc: record.modifiedUtc,
    nameCreatedUtc: record.nameCreatedUtc,
    goneUtc: null,
    sizeBytes: record.sizeBytes,
    streams: record.streams,
    excerpt: `entry ${String(record.number)}-${String(record.sequence)} ${record.inUse ? "in use" : "not in use"} ${path} created ${record.createdUtc ?? "?"} name created ${record.nameCreatedUtc ?? "?"} modified ${record.modifiedUtc ?? "?"}`,
    at,
  };
}

function tornRecord(at: Place): Damage {
  const note = "An entry of the file table is torn: its parts do not belong together.";
  return { kind: "damage", code: "FILE_TABLE_MALFORMED", at, lost: "record", note };
}

function latin(bytes: Uint8Array, start: number, length: number): string {
  return Buffer.from(bytes.subarray(start, start + length)).toString("latin1");
}

/** Size of an entry as the first one states it (offset 0x1c): 1,024 or, on disks with large sectors, 4,096. */
function recordSize(head: Uint8Array): number | null {
  if (head.length < 0x20) return null;
  const size = new DataView(head.buffer, head.byteOffset, head.length).getUint32(0x1c, true);
  return size === 1024 || size === 4096 ? size : null;
}
