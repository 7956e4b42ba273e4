import { CHUNK_BYTES, toChunkData } from "./chunk-data.ts";
import type { ChunkData } from "./chunk-data.ts";
import { CHUNK_HEADER_BYTES, isChunk, parseChunkHeader } from "./chunk-header.ts";
import type { EvtxChunkHeader } from "./chunk-header.ts";
import type { EvtxDamage } from "./damage.ts";
import { createSink } from "./byte-sink.ts";
import { RECORD_SIGNATURE, frameSize, nextFrame } from "./frame.ts";
import { openRecord } from "./record.ts";
import type { EvtxRecord } from "./record.ts";

/** How to read chunks; every option has a default. */
export interface EvtxChunkOptions {
  /** Label of the code page of texts that are not UTF-16, as TextDecoder knows it. Default `windows-1252`. */
  readonly codePage?: string;
  /** Also look for records in the space that the chunk counts as free, and where no chunk is left. Default false. */
  readonly carve?: boolean;
}

/** What the chunks of one log share. */
export type SharedByChunks = Pick<ChunkData, "ansi" | "sink">;

/** Makes what the chunks of one log share. Throws RangeError for a code page that does not exist. */
export function createShared(codePage: string = "windows-1252"): SharedByChunks {
  return { ansi: new TextDecoder(codePage), sink: createSink() };
}

/** What one chunk holds. */
export interface EvtxChunk {
  /** Offset in the file. */
  readonly offsetBytes: number;
  /** Null when there is no chunk. */
  readonly header: EvtxChunkHeader | null;
  readonly records: readonly EvtxRecord[];
  /** Damage of the chunk itself; what decoding meets is told by `damageOf(record)`. */
  readonly damage: readonly EvtxDamage[];
}

interface Walk {
  readonly chunk: ChunkData;
  readonly header: EvtxChunkHeader;
  readonly records: EvtxRecord[];
  readonly damage: EvtxDamage[];
}

/**
 * Reads the records of one chunk: up to 64 KiB that begin with `ElfChnk\0`. `offsetBytes` is its place in the file. Never throws on
 * what the bytes say; throws RangeError for a code page that does not exist.
 */
export function readChunk(bytes: Uint8Array, offsetBytes: number, options: EvtxChunkOptions = {}): EvtxChunk {
  return readSharingChunk(bytes, offsetBytes, options, createShared(options.codePage));
}

/** As {@link readChunk}, for the chunks of one log, which share what is costly to make. */
export function readSharingChunk(
  bytes: Uint8Array,
  offsetBytes: number,
  options: EvtxChunkOptions,
  shared: SharedByChunks,
): EvtxChunk {
  const whole = bytes.subarray(0, CHUNK_BYTES);
  const chunk = toChunkData(whole, offsetBytes, shared);
  if (whole.length < CHUNK_HEADER_BYTES || !isChunk(whole)) return noChunk(chunk, options);
  const header = parseChunkHeader(whole);
  const walk: Walk = { chunk, header, records: [], damage: [] };
  checkHeader(walk);
  const end = recordsEnd(walk);
  walkRecords(walk, end);
  if (options.carve === true) carveSlack(walk, end);
  return { offsetBytes, header, records: walk.records, damage: walk.damage };
}

function noChunk(chunk: ChunkData, options: EvtxChunkOptions): EvtxChunk {
  const { bytes, offsetBytes } = chunk;
  // Space that was reserved and never used is no loss.
  if (bytes.every((byte) => byte === 0)) return { offsetBytes, header: null, records: [], damage: [] };
  const cut = bytes.length < CHUNK_HEADER_BYTES;
  const damage: EvtxDamage = {
    code: cut ? "EVTX_CHUNK_CUT" : "EVTX_CHUNK_SIGNATURE",
    offsetBytes,
    lengthBytes: bytes.length,
    recordId: null,
    lost: "chunk",
    note: cut ? "The file ends inside the header of a chunk." : "No chunk begins where one should.",
  };
  const records: EvtxRecord[] = [];
  if (options.carve === true) carveSlack({ chunk, records }, 0);
  return { offsetBytes, header: null, records, damage: [damage] };
}

function checkHeader({ chunk, header, damage }: Walk): void {
  const add = (code: EvtxDamage["code"], note: string): void => {
    const lengthBytes = chunk.bytes.length;
    damage.push({ code, offsetBytes: chunk.offsetBytes, lengthBytes, recordId: null, lost: "value", note });
  };
  if (chunk.bytes.length < CHUNK_BYTES) add("EVTX_CHUNK_CUT", "The file ends inside this chunk.");
  if (header.unchecked) return;
  if (!header.headerChecksumValid) add("EVTX_CHUNK_CHECKSUM", "The checksum of the chunk's header is wrong.");
  if (chunk.bytes.length === CHUNK_BYTES && !header.recordsChecksumValid)
    add(
      "EVTX_CHUNK_CHECKSUM",
      "The checksum of the chunk's records is wrong: they were changed, or not written to the end.",
    );
}

/** Where records end. A header that fails its checksum is not believed. */
function recordsEnd({ chunk, header }: Walk): number {
  const stated = header.freeSpaceOffset;
  const plausible = stated >= CHUNK_HEADER_BYTES && stated <= CHUNK_BYTES;
  const believed =
    plausible && (header.headerChecksumValid || header.recordsChecksumValid || header.unchecked);
  return Math.min(believed ? stated : CHUNK_BYTES, chunk.bytes.length);
}

function walkRecords(walk: Walk, end: number): void {
  const { chunk, header, records } = walk;
  let broken = false;
  for (let at = CHUNK_HEADER_BYTES; at < end;) {
    const size = frameSize(chunk.bytes, at, end);
    if (size > 0) {
      const id = chunk.view.getBigUint64(at + 8, true);
      // Behind a break older records may show through; they are not this chunk's.
      const own = !broken || (id >= header.firstRecordId && id <= header.lastRecordId);
      records.push(openRecord(chunk, at, size, own ? "log" : "carved"));
      at += size;
      continue;
    }
    const next = nextFrame(chunk.bytes, at, end);
    const believed = header.headerChecksumValid || header.recordsChecksumValid;
    // An unbelieved end lies in the free space, where nothing has to be.
    if (believed || next < end) addGap(walk, at, next);
    broken = true;
    at = next;
  }
}

function addGap({ chunk, records, damage }: Walk, at: number, next: number): void {
  damage.push({
    code: "EVTX_RECORD_FRAME",
    offsetBytes: chunk.offsetBytes + at,
    lengthBytes: next - at,
    recordId: idOfBroken(chunk, at, next, records.at(-1)),
    lost: "record",
    note: "Bytes of the record area that are no whole record.",
  });
}

/** The id that stands in a broken record, believed only when it follows the one before. */
function idOfBroken(
  chunk: ChunkData,
  at: number,
  next: number,
  before: EvtxRecord | undefined,
): bigint | null {
  if (at + 16 > next || chunk.view.getUint32(at, true) !== RECORD_SIGNATURE) return null;
  const id = chunk.view.getBigUint64(at + 8, true);
  return before === undefined || id === before.id + 1n ? id : null;
}

function carveSlack({ chunk, records }: Pick<Walk, "chunk" | "records">, from: number): void {
  const end = chunk.bytes.length;
  for (let at = nextFrame(chunk.bytes, from, end); at < end;) {
    const size = frameSize(chunk.bytes, at, end);
    records.push(openRecord(chunk, at, size, "carved"));
    at = nextFrame(chunk.bytes, at + size, end);
  }
}
