import { checksumOf } from "./checksum.ts";

/**
 * Chunk header, 512 bytes, then records up to the free space:
 *
 * | offset | size | field |
 * | -----: | ---: | ----- |
 * |      0 |    8 | `ElfChnk\0` |
 * |      8 |   16 | first and last record number (in this file) |
 * |     24 |   16 | first and last record id (in this log) |
 * |     40 |    4 | header size, 128 |
 * |     44 |    4 | offset of the last record |
 * |     48 |    4 | offset of the free space |
 * |     52 |    4 | CRC-32 of the bytes from 512 to the free space |
 * |    120 |    4 | flags: 1 dirty, 4 no checksums |
 * |    124 |    4 | CRC-32 of bytes 0 to 119 and 128 to 511 |
 * |    128 |  256 | 64 offsets of names |
 * |    384 |  128 | 32 offsets of templates |
 *
 * The two tables only speed up writing; offsets inside the records say the same, so reading does not need them.
 * Source: libyal, EVTX format, section 3.
 */
export interface EvtxChunkHeader {
  readonly firstRecordId: bigint;
  readonly lastRecordId: bigint;
  readonly freeSpaceOffset: number;
  readonly headerChecksumValid: boolean;
  readonly recordsChecksumValid: boolean;
  /** The writer says that it keeps no checksums. */
  readonly unchecked: boolean;
}

/** Bytes before the first record. */
export const CHUNK_HEADER_BYTES = 512;

/** Whether a chunk begins at this offset. */
export function isChunk(bytes: Uint8Array, at = 0): boolean {
  return "ElfChnk\0".split("").every((char, index) => bytes[at + index] === char.charCodeAt(0));
}

/** Reads the header of a chunk of at least 512 bytes. */
export function parseChunkHeader(bytes: Uint8Array): EvtxChunkHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const freeSpaceOffset = view.getUint32(48, true);
  const end = Math.min(Math.max(freeSpaceOffset, CHUNK_HEADER_BYTES), bytes.length);
  const flags = view.getUint32(120, true);
  return {
    firstRecordId: view.getBigUint64(24, true),
    lastRecordId: view.getBigUint64(32, true),
    freeSpaceOffset,
    headerChecksumValid:
      checksumOf(bytes.subarray(0, 120), bytes.subarray(128, CHUNK_HEADER_BYTES)) ===
      view.getUint32(124, true),
    recordsChecksumValid: checksumOf(bytes.subarray(CHUNK_HEADER_BYTES, end)) === view.getUint32(52, true),
    unchecked: (flags & 4) !== 0,
  };
}
