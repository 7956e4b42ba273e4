import type { ByteSource } from "../../core/index.ts";
import type { Damage, Place } from "../../model/index.ts";
import {
  isPageName,
  MAX_TRACES,
  timeOfFiletime,
  type FileTrace,
  type TraceBatch,
  type TraceReader,
} from "./trace.ts";

// A record of the change journal. Source: Microsoft, USN_RECORD_V2 and USN_RECORD_V3 (winioctl.h).
//
//   V2 offset  V3 offset  size
//   0x00       0x00       4     length of the record, a multiple of 8
//   0x04       0x04       4     version: major 2 or 3, minor 0
//   0x08       0x08       8/16  file (6 entry, 2 sequence; V3: 16 bytes)
//   0x10       0x18       8/16  folder
//   0x20       0x30       8     time, FILETIME
//   0x28       0x38       4     reasons
//   0x38       0x48       2+2   length and offset of the name, UTF-16

const FILE_CREATE = 0x100;
const FILE_DELETE = 0x200;
const RENAMED_AWAY = 0x1000;
const BLOCK_BYTES = 1 << 20;
/** Longest record: a name of 255 characters behind the head of version 3. */
const MAX_RECORD = 0x4c + 512 + 8;
const MAX_TOLD = 20;

interface History {
  readonly name: string;
  /** Of its last record: a file that was moved lies elsewhere now. */
  folderRef: string;
  createdUtc: string | null;
  goneUtc: string | null;
  modifiedUtc: string | null;
  readonly at: Place;
}

/** Reads the change journal of an NTFS volume (`$UsnJrnl:$J`). Its records name files; folders only by number. */
export const usnReader: TraceReader = {
  id: "usn-journal",
  title: "Change journal ($UsnJrnl:$J)",
  identify: (head, name) =>
    /(?:^|[:_\-.]|%3a)\$?(?:usnjrnl.{0,20}|\$j(?:\.bin)?)$/iu.test(name) && isJournal(head),
  read: readJournal,
};

/** Begins with a record, or with the hole that older records left. */
function isJournal(head: Uint8Array): boolean {
  const first = head.findIndex((byte) => byte !== 0);
  return first < 0 || recordAt(head, first - (first % 8)) !== null;
}

async function* readJournal(source: ByteSource, item: number): AsyncIterable<TraceBatch> {
  const files = new Map<string, History>();
  let told = 0;
  for (let offset = 0; ;) {
    const bytes = Uint8Array.from(await source.read(offset, BLOCK_BYTES));
    const last = bytes.length < BLOCK_BYTES;
    const read = readBlock(bytes, { last, item, offset, files });
    const damage = told < MAX_TOLD ? read.damage.slice(0, MAX_TOLD - told) : [];
    told += read.damage.length;
    yield { traces: [], damage, entries: read.entries };
    if (last) break;
    offset += read.done;
  }
  yield { traces: [...files.values()].map(traceOf), damage: [], entries: 0 };
}

interface Block {
  readonly last: boolean;
  readonly item: number;
  readonly offset: number;
  readonly files: Map<string, History>;
}

function readBlock(
  bytes: Uint8Array,
  block: Block,
): { readonly done: number; readonly entries: number; readonly damage: readonly Damage[] } {
  const damage: Damage[] = [];
  let entries = 0;
  let at = 0;
  let lostSince = -1;
  while (at + 8 <= bytes.length) {
    if (!block.last && at + MAX_RECORD > bytes.length) break;
    const record = recordAt(bytes, at);
    if (record === null) {
      const filled = skipZeros(bytes, at);
      if (filled === at && lostSince < 0) lostSince = at;
      at = Math.max(filled, at + 8);
      continue;
    }
    if (lostSince >= 0) damage.push(lostStretch(block, lostSince, at - lostSince));
    lostSince = -1;
    entries++;
    const place = {
      item: block.item,
      offsetBytes: block.offset + at,
      lengthBytes: record.length,
      record: null,
    };
    keep(record, place, block.files);
    at += record.length;
  }
  if (lostSince >= 0) damage.push(lostStretch(block, lostSince, at - lostSince));
  return { done: Math.max(at, 8), entries, damage };
}

/** Holes are long: a journal of some gigabytes may hold some megabytes. Gives the next place of eight bytes that are not all zero. */
function skipZeros(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] === 0) at++;
  return Math.max(at - (at % 8), from);
}

function lostStretch({ item, offset }: Block, start: number, lengthBytes: number): Damage {
  const at = { item, offsetBytes: offset + start, lengthBytes, record: null };
  const note = "A stretch of the change journal holds no records that can be read.";
  return { kind: "damage", code: "FILE_TABLE_MALFORMED", at, lost: "chunk", note };
}

interface UsnRecord {
  readonly length: number;
  readonly file: string;
  readonly folderRef: string;
  readonly timeUtc: string | null;
  readonly reasons: number;
  readonly name: string;
}

function recordAt(bytes: Uint8Array, at: number): UsnRecord | null {
  if (at < 0 || at + 0x40 > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  const length = view.getUint32(0, true);
  const version = view.getUint32(4, true);
  if (length < 0x40 || length > MAX_RECORD || length % 8 !== 0 || at + length > bytes.length) return null;
  if (version !== 2 && version !== 3) return null;
  const wide = version === 3 ? 0x10 : 0;
  if (length < 0x3c + wide) return null;
  const nameBytes = view.getUint16(0x38 + wide, true);
  const nameStart = view.getUint16(0x3a + wide, true);
  if (nameStart !== 0x3c + wide || nameStart + nameBytes > length) return null;
  const name = Buffer.from(bytes.subarray(at + nameStart, at + nameStart + nameBytes)).toString("utf16le");
  const file = Buffer.from(bytes.subarray(at + 8, at + 16 + wide / 2)).toString("hex");
  const timeUtc = timeOfFiletime(view.getBigUint64(0x20 + wide, true));
  const folderRef = referenceText(view.getBigUint64(0x10 + wide / 2, true));
  return { length, file, folderRef, timeUtc, reasons: view.getUint32(0x28 + wide, true), name };
}

/** Six bytes of entry, two of sequence: [MS-FSCC] 2.1.5; of version 3 the first eight bytes on NTFS. */
function referenceText(reference: bigint): string {
  return `${String(reference & 0xffff_ffff_ffffn)}-${String(reference >> 48n)}`;
}

function keep(record: UsnRecord, at: Place, files: Map<string, History>): void {
  if (!isPageName(record.name)) return;
  const key = `${record.file} ${record.name}`;
  const known = files.get(key) ?? {
    name: record.name,
    folderRef: record.folderRef,
    createdUtc: null,
    goneUtc: null,
    modifiedUtc: null,
    at,
  };
  if (!files.has(key) && files.size >= MAX_TRACES) return;
  files.set(key, known);
  const { reasons, timeUtc } = record;
  if ((reasons & FILE_CREATE) !== 0) known.createdUtc ??= timeUtc;
  if ((reasons & (FILE_DELETE | RENAMED_AWAY)) !== 0) known.goneUtc = timeUtc;
  known.modifiedUtc = timeUtc;
  known.folderRef = record.folderRef;
}

function traceOf({ name, folderRef, createdUtc, goneUtc, modifiedUtc, at }: History): FileTrace {
  return {
    path: name,
    folderRef,
    state: goneUtc === null ? "present" : "gone",
    createdUtc,
    modifiedUtc,
    nameCreatedUtc: null,
    goneUtc,
    sizeBytes: null,
    streams: [],
    excerpt: `${name} created ${createdUtc ?? "?"} deleted ${goneUtc ?? "-"}`,
    at,
  };
}
