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
  const size = recordSize(await source.read(0, 1024)) ?? 1024;
  const folders = new Map<number, Folder>();
  const pages: Page[] = [];
  let torn = 0;
  const block = BLOCK_BYTES - (BLOCK_BYTES % size);
  for (let offset = 0; ; offset += block) {
    const bytes = Uint8Array.from(await source.read(offset, block));
    const damage: Damage[] = [];
    let entries = 0;
    for (let at = 0; at + size <= bytes.length; at += size) {
      const raw = bytes.subarray(at, at + size);
      if (latin(raw, 0, 4) !== "FILE") continue;
      entries++;
      const place = { item, offsetBytes: offset + at, lengthBytes: size, record: (offset + at) / size };
      const record = applyFixups(raw) ? readMftRecord(raw, place.record) : null;
      if (record === null && ++torn <= MAX_TOLD) damage.push(tornRecord(place));
      else if (record !== null) keep(record, place, { folders, pages });
    }
    yield { traces: [], damage, entries };
    if (bytes.length < block) {
      const rest = bytes.length % size;
      const end = { item, offsetBytes: offset + bytes.length - rest, lengthBytes: rest, record: null };
      if (rest > 0) yield { traces: [], damage: [{ ...tornRecord(end), lost: "rest" }], entries: 0 };
      break;
    }
  }
  yield { traces: pages.map((page) => traceOf(page, folders)), damage: [], entries: 0 };
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

/** The path by parents; `?` where a folder is gone and its entry serves another. */
function traceOf({ record, at }: Page, folders: ReadonlyMap<number, Folder>): FileTrace {
  const parts = [record.name];
  let { parent, parentSequence } = record;
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
