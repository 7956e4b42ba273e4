import { checksumOf } from "./checksum.ts";

/**
 * File header, 4096 bytes of which 128 are used:
 *
 * | offset | size | field               |
 * | -----: | ---: | ------------------- |
 * |      0 |    8 | `ElfFile\0`         |
 * |      8 |    8 | first chunk number  |
 * |     16 |    8 | last chunk number   |
 * |     24 |    8 | next record id      |
 * |     32 |    4 | header size, 128    |
 * |     36 |    2 | minor version, 1; 2 since Windows 10 2004 |
 * |     38 |    2 | major version, 3    |
 * |     40 |    2 | header block size, 4096 |
 * |     42 |    2 | number of chunks    |
 * |    120 |    4 | flags: 1 dirty, 2 full |
 * |    124 |    4 | CRC-32 of the first 120 bytes |
 *
 * Source: libyal, "Windows XML Event Log (EVTX) format", section 2; [MS-EVEN6] does not describe the file.
 */
export interface EvtxFileHeader {
  /** False when the bytes do not begin with `ElfFile\0`. */
  readonly signatureValid: boolean;
  readonly checksumValid: boolean;
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly firstChunk: bigint;
  readonly lastChunk: bigint;
  readonly nextRecordId: bigint;
  /** As the header says; a log that was not closed says less than there is. */
  readonly claimedChunks: number;
  /** Where the first chunk begins, in bytes. */
  readonly headerBytes: number;
  /** The log was in use or not closed properly; its counts are old then. */
  readonly dirty: boolean;
  /** The log was full. */
  readonly full: boolean;
}

/** Bytes of the header block before the first chunk. */
export const FILE_HEADER_BYTES = 4096;

/** Bytes to look at for {@link isEvtx}. */
const EVTX_SIGNATURE = "ElfFile\0";

/** Whether bytes begin like an event log (`.evtx`). */
export function isEvtx(head: Uint8Array): boolean {
  return (
    Buffer.from(head.buffer, head.byteOffset, Math.min(8, head.length)).toString("latin1") === EVTX_SIGNATURE
  );
}

/** Reads the file header; null when fewer than 128 bytes are given. */
export function parseFileHeader(bytes: Uint8Array): EvtxFileHeader | null {
  if (bytes.length < 128) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = view.getUint32(120, true);
  return {
    signatureValid: isEvtx(bytes),
    checksumValid: checksumOf(bytes.subarray(0, 120)) === view.getUint32(124, true),
    majorVersion: view.getUint16(38, true),
    minorVersion: view.getUint16(36, true),
    firstChunk: view.getBigUint64(8, true),
    lastChunk: view.getBigUint64(16, true),
    nextRecordId: view.getBigUint64(24, true),
    claimedChunks: view.getUint16(42, true),
    headerBytes: view.getUint16(40, true),
    dirty: (flags & 1) !== 0,
    full: (flags & 2) !== 0,
  };
}
