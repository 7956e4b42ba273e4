import { Buffer } from "node:buffer";
import type { ByteSource } from "../../core/index.ts";
import { decodeName, entryTimes, extraFields, METHOD_DEFLATED, METHOD_STORED } from "./entry.ts";
import type { ExtraField, ZipEntry } from "./entry.ts";

/** Layout of a local file header, APPNOTE.TXT 4.3.7. Offset: size: name.
 *   0: 4: signature `PK\3\4`   4: 2: version needed   6: 2: flags    8: 2: method    10: 2: time   12: 2: date
 *  14: 4: CRC-32              18: 4: compressed size 22: 4: size    26: 2: name length            28: 2: extra length
 */
const HEADER_BYTES = 30;
const LOCAL_HEADER = Buffer.from("PK\x03\x04", "latin1");
const DESCRIPTOR = Buffer.from("PK\x07\x08", "latin1");
const FIRST_WINDOW_BYTES = 4 * 1024;
const WINDOW_BYTES = 1 << 20;
/** How far beyond the next header a trailer is looked for. Bounded, or many false headers would cost a whole read each. */
const TRAILER_REACH_BYTES = 16 * 1024;
/** Longest name and extra data that are believed; real ones stay far below. */
const MAX_VARIABLE_BYTES = 8 * 1024;
const HAS_DESCRIPTOR = 8;
const ENCRYPTED = 1;
const UNKNOWN_32 = 0xffffffff;

/**
 * Finds entries by their local headers, for a zip whose directory is missing or broken: a copy that was cut off, a disk
 * that ran full. Entries whose size stands only behind their data get it from that trailer, or reach to the next header.
 */
export async function salvageEntries(
  source: ByteSource,
  sizeBytes: number,
  maxEntries: number,
): Promise<readonly ZipEntry[]> {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (entries.length < maxEntries) {
    const offset = await find(source, LOCAL_HEADER, at, sizeBytes);
    if (offset === null) break;
    const header = await readHeader(source, offset);
    if (header === null) {
      at = offset + 4;
      continue;
    }
    const entry = header.open ? await closeOpenEnd(source, header, sizeBytes) : header.entry;
    const end = header.dataOffset + entry.compressedBytes;
    entries.push(end <= sizeBytes ? entry : { ...entry, compressedBytes: sizeBytes - header.dataOffset });
    at = Math.max(offset + 4, Math.min(end, sizeBytes));
  }
  return entries;
}

interface Header {
  readonly entry: ZipEntry;
  readonly dataOffset: number;
  /** True when the sizes stand behind the data. */
  readonly open: boolean;
}

async function readHeader(source: ByteSource, offset: number): Promise<Header | null> {
  const bytes = Buffer.from(await source.read(offset, HEADER_BYTES + 2 * MAX_VARIABLE_BYTES));
  if (bytes.length < HEADER_BYTES) return null;
  const nameLength = bytes.readUInt16LE(26);
  const extraLength = bytes.readUInt16LE(28);
  const variable = HEADER_BYTES + nameLength + extraLength;
  const plausible = bytes.readUInt16LE(4) < 100 && nameLength > 0 && nameLength <= MAX_VARIABLE_BYTES;
  if (!plausible || extraLength > MAX_VARIABLE_BYTES || bytes.length < variable) return null;
  const flags = bytes.readUInt16LE(6);
  const extra = extraFields(bytes.subarray(HEADER_BYTES + nameLength, variable));
  const sizes = statedSizes(bytes, extra);
  const open = (flags & HAS_DESCRIPTOR) !== 0 && sizes.compressedBytes === 0;
  const entry: ZipEntry = {
    rawName: decodeName(bytes.subarray(HEADER_BYTES, HEADER_BYTES + nameLength), flags),
    method: bytes.readUInt16LE(8),
    encrypted: (flags & ENCRYPTED) !== 0,
    crc: open ? null : bytes.readUInt32LE(14),
    compressedBytes: sizes.compressedBytes,
    sizeBytes: open ? null : sizes.sizeBytes,
    headerOffset: offset,
    unixMode: 0,
    times: entryTimes(bytes.readUInt16LE(12), bytes.readUInt16LE(10), extra),
  };
  return { entry, dataOffset: offset + variable, open };
}

function statedSizes(
  bytes: Buffer,
  extra: readonly ExtraField[],
): { compressedBytes: number; sizeBytes: number } {
  const compressedBytes = bytes.readUInt32LE(18);
  const sizeBytes = bytes.readUInt32LE(22);
  const zip64 = extra.find((field) => field.id === 1)?.data;
  if (zip64 === undefined || zip64.length < 16 || sizeBytes !== UNKNOWN_32)
    return { compressedBytes, sizeBytes };
  return { sizeBytes: safe(zip64.readBigUInt64LE(0)), compressedBytes: safe(zip64.readBigUInt64LE(8)) };
}

function safe(value: bigint): number {
  return Number(value > BigInt(Number.MAX_SAFE_INTEGER) ? BigInt(Number.MAX_SAFE_INTEGER) : value);
}

/** Finds where data of unknown length ends: at a trailer that states just this length, else before the next header. */
async function closeOpenEnd(source: ByteSource, header: Header, sizeBytes: number): Promise<ZipEntry> {
  const { entry, dataOffset } = header;
  const next = (await find(source, LOCAL_HEADER, dataOffset, sizeBytes)) ?? sizeBytes;
  // Data may hold a whole stored zip, so a matching trailer beyond the next header still wins over that header.
  const reach = Math.min(sizeBytes, next + TRAILER_REACH_BYTES);
  let at = dataOffset;
  for (;;) {
    const offset = await find(source, DESCRIPTOR, at, reach);
    if (offset === null) break;
    const trailer = Buffer.from(await source.read(offset, 24));
    const length = offset - dataOffset;
    const found = matchTrailer(trailer, length);
    if (found !== null) return { ...entry, ...found, compressedBytes: length };
    at = offset + 4;
  }
  return { ...entry, compressedBytes: next - dataOffset, sizeBytes: storedSize(entry, next - dataOffset) };
}

function storedSize(entry: ZipEntry, length: number): number | null {
  return entry.method === METHOD_STORED ? length : null;
}

/** Trailer: `PK\7\8`, CRC-32, compressed size, size; the sizes in 4 bytes, or in 8 (zip64). APPNOTE.TXT 4.3.9. */
function matchTrailer(bytes: Buffer, length: number): { crc: number; sizeBytes: number } | null {
  if (bytes.length >= 16 && bytes.readUInt32LE(8) === length) {
    const wide = bytes.length >= 24 && bytes.readUInt32LE(12) === 0 && length > 0;
    const sizeBytes = wide ? safe(bytes.readBigUInt64LE(16)) : bytes.readUInt32LE(12);
    return { crc: bytes.readUInt32LE(4), sizeBytes };
  }
  return null;
}

async function find(source: ByteSource, wanted: Buffer, from: number, end: number): Promise<number | null> {
  // Most are near: begin with a small window.
  for (let at = from, size = FIRST_WINDOW_BYTES; at < end; size = Math.min(size * 4, WINDOW_BYTES)) {
    const window = await source.read(at, Math.min(size, end - at));
    const found = Buffer.from(window.buffer, window.byteOffset, window.length).indexOf(wanted);
    if (found !== -1) return at + found;
    if (window.length < size) break;
    at += size - wanted.length + 1;
  }
  return null;
}

/** True for methods whose data can be read. */
export function readableMethod(method: number): boolean {
  return method === METHOD_STORED || method === METHOD_DEFLATED;
}
