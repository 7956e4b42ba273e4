import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";

/** An entry for `writeZip`. Everything may be wrong on purpose. */
export interface ZipPart {
  readonly name: string | Uint8Array;
  readonly bytes: Uint8Array | string;
  /** Default `deflate`. A number states a method; the data is then stored as it is. */
  readonly method?: "store" | "deflate" | number;
  /** Sets the flag only; the data is not encrypted. */
  readonly encrypted?: boolean;
  /** Sizes and offset in 8-byte fields although they would fit. */
  readonly zip64?: boolean;
  /** Leaves the local header's sizes to a trailer behind the data, as streaming packers do (Velociraptor, .NET). */
  readonly trailer?: boolean;
  /** Size and CRC-32 to state instead of the true ones. */
  readonly statedSize?: number;
  readonly statedCrc?: number;
  /** Compressed bytes to use instead of packing `bytes`; `bytes` then only gives the stated size and CRC-32. */
  readonly packed?: Uint8Array;
  /** Unix file mode, e.g. 0o120777 for a symbolic link. */
  readonly unixMode?: number;
  /** Last change in UTC seconds since 1970, written as the "UT" extra field. */
  readonly modifiedSeconds?: number;
}

/** What becomes of the whole archive. */
export interface ZipShape {
  /** Bytes before the first entry, as in a self-extracting archive. */
  readonly prefix?: Uint8Array;
  readonly comment?: string;
  /** Leaves the table of contents away. */
  readonly noDirectory?: boolean;
}

interface Placed {
  readonly part: ZipPart;
  readonly name: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

const UTF8 = 0x800;
const TRAILER = 8;
const ENCRYPTED = 1;

/** Writes a zip for tests, broken in just the ways asked for. Same parts, same bytes. */
export function writeZip(parts: readonly ZipPart[], shape: ZipShape = {}): Uint8Array {
  const out: Buffer[] = [Buffer.from(shape.prefix ?? [])];
  let at = out[0]?.length ?? 0;
  const prefixBytes = at;
  const put = (bytes: Buffer): void => {
    out.push(bytes);
    at += bytes.length;
  };
  const placed: Placed[] = [];
  for (const part of parts) {
    const { one, data } = place(part, at - prefixBytes);
    placed.push(one);
    put(localHeader(one));
    put(data);
    if (part.trailer === true) put(trailer(one));
  }
  if (shape.noDirectory === true) return Buffer.concat(out);
  const start = at - prefixBytes;
  for (const one of placed) put(centralHeader(one));
  put(endOfDirectory(placed, start, at - prefixBytes - start, shape.comment ?? ""));
  return Buffer.concat(out);
}

function place(part: ZipPart, offset: number): { one: Placed; data: Buffer } {
  const bytes = Buffer.from(part.bytes);
  const method = part.method ?? "deflate";
  const data = Buffer.from(part.packed ?? (method === "deflate" ? deflateRawSync(bytes) : bytes));
  const name = Buffer.from(part.name);
  const flags =
    (typeof part.name === "string" ? UTF8 : 0) |
    (part.trailer === true ? TRAILER : 0) |
    (part.encrypted === true ? ENCRYPTED : 0);
  const one: Placed = {
    part,
    name,
    flags,
    method: typeof method === "number" ? method : method === "store" ? 0 : 8,
    crc: part.statedCrc ?? crc32(bytes),
    packedBytes: data.length,
    sizeBytes: part.statedSize ?? bytes.length,
    offset,
  };
  return { one, data };
}

function localHeader(one: Placed): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(one.flags, 6);
  header.writeUInt16LE(one.method, 8);
  const later = one.part.trailer === true;
  const wide = one.part.zip64 === true;
  header.writeUInt32LE(later ? 0 : one.crc, 14);
  header.writeUInt32LE(later ? 0 : wide ? 0xffffffff : one.packedBytes, 18);
  header.writeUInt32LE(later ? 0 : wide ? 0xffffffff : one.sizeBytes, 22);
  header.writeUInt16LE(one.name.length, 26);
  const extra = wide && !later ? wideField([one.sizeBytes, one.packedBytes]) : Buffer.alloc(0);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, one.name, extra]);
}

function trailer(one: Placed): Buffer {
  const wide = one.part.zip64 === true;
  const bytes = Buffer.alloc(wide ? 24 : 16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(one.crc, 4);
  if (wide) {
    bytes.writeBigUInt64LE(BigInt(one.packedBytes), 8);
    bytes.writeBigUInt64LE(BigInt(one.sizeBytes), 16);
  } else {
    bytes.writeUInt32LE(one.packedBytes, 8);
    bytes.writeUInt32LE(one.sizeBytes, 12);
  }
  return bytes;
}

function centralHeader(one: Placed): Buffer {
  const header = Buffer.alloc(46);
  const wide = one.part.zip64 === true;
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE((one.part.unixMode === undefined ? 0 : 3) << 8, 4);
  header.writeUInt16LE(wide ? 45 : 20, 6);
  header.writeUInt16LE(one.flags, 8);
  header.writeUInt16LE(one.method, 10);
  header.writeUInt32LE(one.crc, 16);
  header.writeUInt32LE(wide ? 0xffffffff : one.packedBytes, 20);
  header.writeUInt32LE(wide ? 0xffffffff : one.sizeBytes, 24);
  header.writeUInt16LE(one.name.length, 28);
  header.writeUInt32LE(((one.part.unixMode ?? 0) << 16) >>> 0, 38);
  header.writeUInt32LE(wide ? 0xffffffff : one.offset, 42);
  const extra = Buffer.concat([
    wide ? wideField([one.sizeBytes, one.packedBytes, one.offset]) : Buffer.alloc(0),
    one.part.modifiedSeconds === undefined ? Buffer.alloc(0) : timeField(one.part.modifiedSeconds),
  ]);
  header.writeUInt16LE(extra.length, 30);
  return Buffer.concat([header, one.name, extra]);
}

function wideField(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => field.writeBigUInt64LE(BigInt(value), 4 + 8 * index));
  return field;
}

function timeField(seconds: number): Buffer {
  const field = Buffer.alloc(9);
  field.writeUInt16LE(0x5455, 0);
  field.writeUInt16LE(5, 2);
  field.writeUInt8(1, 4);
  field.writeInt32LE(seconds, 5);
  return field;
}

function endOfDirectory(
  placed: readonly Placed[],
  start: number,
  sizeBytes: number,
  comment: string,
): Buffer {
  const wide = placed.some((one) => one.part.zip64 === true);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(wide ? 0xffff : placed.length, 8);
  end.writeUInt16LE(wide ? 0xffff : placed.length, 10);
  end.writeUInt32LE(wide ? 0xffffffff : sizeBytes, 12);
  end.writeUInt32LE(wide ? 0xffffffff : start, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  const parts = [end, Buffer.from(comment)];
  return Buffer.concat(wide ? [wideEnd(placed.length, start, sizeBytes), ...parts] : parts);
}

function wideEnd(count: number, start: number, sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(56 + 20);
  bytes.writeUInt32LE(0x06064b50, 0);
  bytes.writeBigUInt64LE(44n, 4);
  bytes.writeBigUInt64LE(BigInt(count), 24);
  bytes.writeBigUInt64LE(BigInt(count), 32);
  bytes.writeBigUInt64LE(BigInt(sizeBytes), 40);
  bytes.writeBigUInt64LE(BigInt(start), 48);
  bytes.writeUInt32LE(0x07064b50, 56);
  bytes.writeBigUInt64LE(BigInt(start + sizeBytes), 64);
  bytes.writeUInt32LE(1, 72);
  return bytes;
}
