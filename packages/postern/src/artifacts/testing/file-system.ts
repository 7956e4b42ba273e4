/** An entry of a file table, as tests write it. Times are ISO 8601 UTC. */
export interface MadeEntry {
  readonly number: number;
  readonly name: string;
  readonly parent: number;
  readonly sequence?: number;
  readonly parentSequence?: number;
  readonly inUse?: boolean;
  readonly isFolder?: boolean;
  readonly created?: string;
  readonly nameCreated?: string;
  readonly stream?: string;
}

const RECORD = 1024;

/** ISO 8601 UTC as FILETIME. */
function filetime(iso: string): bigint {
  return (BigInt(Date.parse(iso)) + 11_644_473_600_000n) * 10_000n;
}

/** A file table of NTFS with these entries at their numbers; the others are empty. */
export function makeMft(entries: readonly MadeEntry[]): Uint8Array {
  const last = Math.max(5, ...entries.map((entry) => entry.number));
  const table = Buffer.alloc((last + 1) * RECORD);
  const root: MadeEntry = { number: 5, name: ".", parent: 5, isFolder: true };
  const first: MadeEntry = { number: 0, name: "$MFT", parent: 5 };
  for (const entry of [first, root, ...entries]) makeEntry(entry).copy(table, entry.number * RECORD);
  return table;
}

function makeEntry(entry: MadeEntry): Buffer {
  const raw = Buffer.alloc(RECORD);
  raw.write("FILE", 0, "latin1");
  raw.writeUInt16LE(0x30, 4);
  raw.writeUInt16LE(3, 6);
  raw.writeUInt16LE(entry.sequence ?? 1, 0x10);
  raw.writeUInt16LE(0x38, 0x14);
  raw.writeUInt16LE((entry.inUse === false ? 0 : 1) | (entry.isFolder === true ? 2 : 0), 0x16);
  raw.writeUInt32LE(RECORD, 0x1c);
  let at = 0x38;
  at += standardInformation(entry).copy(raw, at);
  at += fileName(entry).copy(raw, at);
  if (entry.isFolder !== true) at += attribute(0x80, "", Buffer.from("text")).copy(raw, at);
  if (entry.stream !== undefined)
    at += attribute(0x80, entry.stream, Buffer.from("[ZoneTransfer]")).copy(raw, at);
  raw.writeUInt32LE(0xffff_ffff, at);
  // The update sequence: its number at the end of each sector, what stood there beside it.
  raw.writeUInt16LE(7, 0x30);
  for (const sector of [1, 2]) {
    raw.writeUInt16LE(raw.readUInt16LE(sector * 512 - 2), 0x30 + sector * 2);
    raw.writeUInt16LE(7, sector * 512 - 2);
  }
  return raw;
}

function standardInformation(entry: MadeEntry): Buffer {
  const content = Buffer.alloc(0x30);
  const created = filetime(entry.created ?? "2021-03-01T00:00:00Z");
  for (const offset of [0, 8, 0x10, 0x18]) content.writeBigUInt64LE(created, offset);
  return attribute(0x10, "", content);
}

function fileName(entry: MadeEntry): Buffer {
  const name = Buffer.from(entry.name, "utf16le");
  const content = Buffer.alloc(0x42 + name.length);
  content.writeBigUInt64LE(BigInt(entry.parent) | (BigInt(entry.parentSequence ?? 1) << 48n), 0);
  const created = filetime(entry.nameCreated ?? entry.created ?? "2021-03-01T00:00:00Z");
  for (const offset of [8, 0x10, 0x18, 0x20]) content.writeBigUInt64LE(created, offset);
  content.writeUInt8(entry.name.length, 0x40);
  content.writeUInt8(1, 0x41);
  name.copy(content, 0x42);
  return attribute(0x30, "", content);
}

function attribute(type: number, name: string, content: Buffer): Buffer {
  const nameBytes = Buffer.from(name, "utf16le");
  const start = 0x18 + Math.ceil(nameBytes.length / 8) * 8;
  const raw = Buffer.alloc(start + Math.ceil(content.length / 8) * 8);
  raw.writeUInt32LE(type, 0);
  raw.writeUInt32LE(raw.length, 4);
  raw.writeUInt8(name.length, 9);
  raw.writeUInt16LE(0x18, 0x0a);
  raw.writeUInt32LE(content.length, 0x10);
  raw.writeUInt16LE(start, 0x14);
  nameBytes.copy(raw, 0x18);
  content.copy(raw, start);
  return raw;
}

/** A record of a change journal, as tests write it. */
export interface MadeChange {
  readonly name: string;
  readonly time: string;
  /** Sum of reasons: 0x100 made, 0x200 deleted, 0x1000 renamed away. */
  readonly reasons: number;
  readonly file?: bigint;
  readonly version?: 2 | 3;
  /** Entry of its folder; its sequence is 1. */
  readonly folder?: number;
}

/** A change journal: a hole of `holeBytes`, then the records. */
export function makeUsnJournal(changes: readonly MadeChange[], holeBytes = 0): Uint8Array {
  return Buffer.concat([Buffer.alloc(holeBytes), ...changes.map(makeChange)]);
}

function makeChange({ name, time, reasons, file = 77n, version = 2, folder = 0 }: MadeChange): Buffer {
  const wide = version === 3 ? 0x10 : 0;
  const text = Buffer.from(name, "utf16le");
  const raw = Buffer.alloc(Math.ceil((0x3c + wide + text.length) / 8) * 8);
  raw.writeUInt32LE(raw.length, 0);
  raw.writeUInt16LE(version, 4);
  raw.writeBigUInt64LE(file, 8);
  raw.writeBigUInt64LE(BigInt(folder) | (1n << 48n), 0x10 + wide / 2);
  raw.writeBigUInt64LE(filetime(time), 0x20 + wide);
  raw.writeUInt32LE(reasons, 0x28 + wide);
  raw.writeUInt16LE(text.length, 0x38 + wide);
  raw.writeUInt16LE(0x3c + wide, 0x3a + wide);
  text.copy(raw, 0x3c + wide);
  return raw;
}
