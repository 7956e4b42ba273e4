import { timeOfFiletime } from "./trace.ts";

// An entry of the table. Source: libfsntfs, "NTFS file system specification" (Metz), sections 5 and 6.
//
//   offset size
//   0x00   4    "FILE"
//   0x04   2    offset of the update sequence      0x06  2  its length in 16-bit words
//   0x10   2    sequence number                    0x14  2  offset of the first attribute
//   0x16   2    flags: 1 in use, 2 folder          0x20  8  base entry, 0 for a base
//
// An attribute: 0x00 type, 0x04 length, 0x08 non-resident, 0x09 name length, 0x0a name offset,
//   resident: 0x10 content length, 0x14 content offset; non-resident: 0x30 size of the content.
// $STANDARD_INFORMATION (0x10): created, modified, entry changed, accessed, each 8.
// $FILE_NAME (0x30): 0x00 parent (6 entry, 2 sequence), 0x08 created ... 0x30 size, 0x40 name length, 0x41 name space, 0x42 name.

/** What is of use of one entry. */
export interface MftRecord {
  readonly number: number;
  readonly sequence: number;
  readonly inUse: boolean;
  readonly isFolder: boolean;
  /** The long name where there is one. Untrusted. */
  readonly name: string;
  readonly parent: number;
  readonly parentSequence: number;
  /** $STANDARD_INFORMATION, which programs can set. */
  readonly createdUtc: string | null;
  readonly modifiedUtc: string | null;
  /** $FILE_NAME, which only the file system sets. */
  readonly nameCreatedUtc: string | null;
  readonly sizeBytes: number | null;
  /** Names of further streams, e.g. `Zone.Identifier`. Untrusted. */
  readonly streams: readonly string[];
}

const SECTOR = 512;

/** Puts back the last two bytes of each sector, in place. False when an entry is torn: its sectors were written at different times. */
export function applyFixups(raw: Uint8Array): boolean {
  const view = viewOf(raw);
  const offset = view.getUint16(4, true);
  const count = view.getUint16(6, true);
  if (count < 2 || (count - 1) * SECTOR > raw.length || offset + count * 2 > SECTOR) return false;
  for (let sector = 1; sector < count; sector++) {
    const end = sector * SECTOR - 2;
    if (view.getUint16(end, true) !== view.getUint16(offset, true)) return false;
    view.setUint16(end, view.getUint16(offset + sector * 2, true), true);
  }
  return true;
}

/** DOS names (8.3) are worth less than any other. */
const DOS = 2;
/** Attributes of an entry that are looked at; real ones have some ten. */
const MAX_ATTRIBUTES = 100;

/** Reads an entry whose sectors are put right; null for one without a name of its own, and for one that is cut. */
export function readMftRecord(raw: Uint8Array, number: number): MftRecord | null {
  const view = viewOf(raw);
  // An extension of another entry has no name that counts.
  if (view.getBigUint64(0x20, true) !== 0n) return EXTENSION;
  const read = { name: "", space: -1, parent: 0n, nameCreated: 0n, created: 0n, modified: 0n, size: -1 };
  const streams: string[] = [];
  let at = view.getUint16(0x14, true);
  for (let steps = 0; steps < MAX_ATTRIBUTES && at + 8 <= raw.length; steps++) {
    const type = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    if (type === 0xffff_ffff) break;
    // What stands before a torn attribute still holds.
    if (length < 0x18 || at + length > raw.length) {
      if (read.name === "") return null;
      break;
    }
    readAttribute(raw.subarray(at, at + length), type, { read, streams });
    at += length;
  }
  const flags = view.getUint16(0x16, true);
  return {
    number,
    sequence: view.getUint16(0x10, true),
    inUse: (flags & 1) !== 0,
    isFolder: (flags & 2) !== 0,
    name: read.name,
    parent: Number(read.parent & 0xffff_ffff_ffffn),
    parentSequence: Number(read.parent >> 48n),
    createdUtc: timeOfFiletime(read.created),
    modifiedUtc: timeOfFiletime(read.modified),
    nameCreatedUtc: timeOfFiletime(read.nameCreated),
    sizeBytes: read.size < 0 ? null : read.size,
    streams,
  };
}

const EXTENSION: MftRecord = {
  number: -1,
  sequence: 0,
  inUse: true,
  isFolder: false,
  name: "",
  parent: 0,
  parentSequence: 0,
  createdUtc: null,
  modifiedUtc: null,
  nameCreatedUtc: null,
  sizeBytes: null,
  streams: [],
};

interface Reading {
  readonly read: {
    name: string;
    space: number;
    parent: bigint;
    nameCreated: bigint;
    created: bigint;
    modified: bigint;
    size: number;
  };
  readonly streams: string[];
}

function readAttribute(attribute: Uint8Array, type: number, { read, streams }: Reading): void {
  const view = viewOf(attribute);
  const resident = attribute[8] === 0;
  const start = view.getUint16(0x14, true);
  const content = resident
    ? attribute.subarray(start, start + view.getUint32(0x10, true))
    : attribute.subarray(0, 0);
  if (type === 0x10 && content.length >= 0x20) {
    const times = viewOf(content);
    read.created = times.getBigUint64(0, true);
    read.modified = times.getBigUint64(8, true);
  }
  if (type === 0x30 && content.length > 0x42) readName(content, read);
  if (type !== 0x80) return;
  const name = textAt(attribute, view.getUint16(0x0a, true), attribute[9] ?? 0);
  if (name !== "") streams.push(name);
  else if (resident) read.size = content.length;
  else if (attribute.length >= 0x38) read.size = Number(view.getBigUint64(0x30, true));
}

function readName(content: Uint8Array, read: Reading["read"]): void {
  const space = content[0x41] ?? 0;
  if (read.space !== -1 && read.space !== DOS) return;
  const view = viewOf(content);
  read.space = space;
  read.name = textAt(content, 0x42, content[0x40] ?? 0);
  read.parent = view.getBigUint64(0, true);
  read.nameCreated = view.getBigUint64(8, true);
}

function textAt(bytes: Uint8Array, start: number, units: number): string {
  return Buffer.from(bytes.subarray(start, start + units * 2)).toString("utf16le");
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
