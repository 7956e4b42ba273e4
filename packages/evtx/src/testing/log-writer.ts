import { checksumOf } from "../checksum.ts";
import { CHUNK_BYTES } from "../chunk-data.ts";
import { CHUNK_HEADER_BYTES } from "../chunk-header.ts";
import { FILE_HEADER_BYTES } from "../file-header.ts";
import { createChunkWriter, putDocument } from "./binxml-writer.ts";
import type { ChunkWriter, Instance } from "./binxml-writer.ts";
import { patchNumber, putLong, putNumber } from "./byte-writer.ts";

/** A record to write. */
export interface NewRecord {
  readonly id: bigint;
  /** 100 ns since 1601, UTC. */
  readonly filetime: bigint;
  readonly body: Instance;
}

/** What a file header says besides the truth. */
export interface NewLogOptions {
  readonly claimedChunks?: number;
  readonly dirty?: boolean;
  readonly full?: boolean;
  readonly minorVersion?: number;
}

/** Writes a log: as many chunks as the records need, each with its own names and definitions. */
export function writeLog(records: readonly NewRecord[], options: NewLogOptions = {}): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let from = 0; from < records.length;) {
    const chunk = writeChunk(records.slice(from), BigInt(from + 1));
    if (chunk.written === 0) throw new RangeError("A record does not fit into a chunk.");
    chunks.push(chunk.bytes);
    from += chunk.written;
  }
  return Buffer.concat([writeFileHeader(chunks.length, lastId(records), options), ...chunks]);
}

function lastId(records: readonly NewRecord[]): bigint {
  return records.at(-1)?.id ?? 0n;
}

/** A file header for some chunks. */
export function writeFileHeader(
  chunkCount: number,
  lastRecordId: bigint,
  options: NewLogOptions = {},
): Uint8Array {
  const header = Buffer.alloc(FILE_HEADER_BYTES);
  header.write("ElfFile\0", 0, "latin1");
  header.writeBigUInt64LE(BigInt(Math.max(0, chunkCount - 1)), 16);
  header.writeBigUInt64LE(lastRecordId + 1n, 24);
  header.writeUInt32LE(128, 32);
  header.writeUInt16LE(options.minorVersion ?? 1, 36);
  header.writeUInt16LE(3, 38);
  header.writeUInt16LE(FILE_HEADER_BYTES, 40);
  header.writeUInt16LE((options.claimedChunks ?? chunkCount) & 0xffff, 42);
  header.writeUInt32LE((options.dirty === true ? 1 : 0) | (options.full === true ? 2 : 0), 120);
  header.writeUInt32LE(checksumOf(header.subarray(0, 120)), 124);
  return header;
}

/** Writes as many of the records as fit into one chunk. */
export function writeChunk(
  records: readonly NewRecord[],
  firstNumber = 1n,
): { readonly bytes: Uint8Array; readonly written: number } {
  const chunk = createChunkWriter();
  for (let i = 0; i < CHUNK_HEADER_BYTES; i++) chunk.bytes.push(0);
  let written = 0;
  let last = CHUNK_HEADER_BYTES;
  for (const record of records) {
    const start = chunk.bytes.length;
    putRecord(chunk, record);
    if (chunk.bytes.length > CHUNK_BYTES) {
      // What this record introduced is cut off with it; nothing is written behind it.
      chunk.bytes.length = start;
      break;
    }
    last = start;
    written++;
  }
  const bytes = Buffer.alloc(CHUNK_BYTES);
  Buffer.from(chunk.bytes).copy(bytes);
  seal(bytes, records.slice(0, written), { firstNumber, last, free: chunk.bytes.length });
  return { bytes, written };
}

function putRecord(chunk: ChunkWriter, { id, filetime, body }: NewRecord): void {
  const start = chunk.bytes.length;
  putNumber(chunk, 4, 0x2a2a);
  putNumber(chunk, 4, 0);
  putLong(chunk, id);
  putLong(chunk, filetime);
  putDocument(chunk, body);
  // Windows aligns records to eight bytes.
  while ((chunk.bytes.length - start) % 8 !== 4) putNumber(chunk, 1, 0);
  const size = chunk.bytes.length - start + 4;
  putNumber(chunk, 4, size);
  patchNumber(chunk, start + 4, size);
}

function seal(
  bytes: Buffer,
  records: readonly NewRecord[],
  facts: { readonly firstNumber: bigint; readonly last: number; readonly free: number },
): void {
  bytes.write("ElfChnk\0", 0, "latin1");
  bytes.writeBigUInt64LE(facts.firstNumber, 8);
  bytes.writeBigUInt64LE(facts.firstNumber + BigInt(Math.max(0, records.length - 1)), 16);
  bytes.writeBigUInt64LE(records[0]?.id ?? 0n, 24);
  bytes.writeBigUInt64LE(records.at(-1)?.id ?? 0n, 32);
  bytes.writeUInt32LE(128, 40);
  bytes.writeUInt32LE(facts.last, 44);
  bytes.writeUInt32LE(facts.free, 48);
  bytes.writeUInt32LE(checksumOf(bytes.subarray(CHUNK_HEADER_BYTES, facts.free)), 52);
  resealHeader(bytes);
}

/** Computes a chunk's header checksum anew, for chunks that were changed on purpose. */
export function resealHeader(chunk: Uint8Array): void {
  const sum = checksumOf(chunk.subarray(0, 120), chunk.subarray(128, CHUNK_HEADER_BYTES));
  new DataView(chunk.buffer, chunk.byteOffset).setUint32(124, sum, true);
}
