import { CHUNK_BYTES, toChunkData } from "./chunk-data.ts";
import type { ChunkData } from "./chunk-data.ts";
import { CHUNK_HEADER_BYTES } from "./chunk-header.ts";
import { createShared, readSharingChunk } from "./chunk.ts";
import type { EvtxChunk, SharedByChunks } from "./chunk.ts";
import type { EvtxSource } from "./file.ts";
import { RECORD_HEADER_BYTES, frameSize, nextFrame } from "./frame.ts";
import { openRecord } from "./record.ts";
import type { EvtxRecord } from "./record.ts";

/** Bytes looked at in one go, behind which a whole chunk is read too. */
const WINDOW_BYTES = 1 << 20;

/** A place where a chunk must have begun is believed once in so many bytes; more is a blob made to cost memory. */
const BYTES_PER_BASE = 4096;

/** How to carve; every option has a default. */
export interface EvtxCarveOptions {
  /** Label of the code page of texts that are not UTF-16. Default `windows-1252`. */
  readonly codePage?: string;
}

/**
 * Looks for event records anywhere in bytes: unallocated space, memory, a log whose structure is lost. Gives whole chunks where their
 * signature stands (at any offset), and single records elsewhere; all of them are marked as carved, in the order of their offsets. A
 * single record can be read when its template stands in it or in the bytes around; otherwise its id and time remain. See
 * {@link createRecordMemory} for records that come twice. Memory is bounded by a few chunks. Throws what `source.read` throws.
 */
export async function* carveEvtx(
  source: EvtxSource,
  options: EvtxCarveOptions = {},
): AsyncGenerator<EvtxChunk> {
  const shared = createShared(options.codePage);
  for (let from = 0; ;) {
    const bytes = Buffer.from(await source.read(from, WINDOW_BYTES + CHUNK_BYTES));
    const last = bytes.length < WINDOW_BYTES + CHUNK_BYTES;
    const window: Window = { bytes, offsetBytes: from, shared, bases: 0, header: -1 };
    const stop = last ? bytes.length : WINDOW_BYTES;
    let at = 0;
    while (at < stop) {
      const found = findNext(window, at, stop);
      if (found === null) break;
      yield found.chunk;
      at = found.end;
    }
    if (last) return;
    // What began before the window's end was read to its own end.
    from += Math.max(at, WINDOW_BYTES);
  }
}

interface Window {
  readonly bytes: Buffer;
  /** Offset of the window in the blob. */
  readonly offsetBytes: number;
  readonly shared: SharedByChunks;
  /** How many places of chunks were worked out from single records. */
  bases: number;
  /** Where the next chunk begins, at or behind the last place that was looked at. */
  header: number;
}

/** What stands next, and where to go on. */
interface Next {
  readonly chunk: EvtxChunk;
  readonly end: number;
}

function findNext(window: Window, at: number, stop: number): Next | null {
  const { bytes } = window;
  // Looked for once, so that many single records before it cost no more than their bytes.
  if (window.header < at) window.header = nextHeader(bytes, at);
  const { header } = window;
  const record = nextFrame(bytes, at, bytes.length);
  if (Math.min(header, record) >= stop) return null;
  return header < record ? carvedChunk(window, header) : looseRecords(window, record, Math.min(header, stop));
}

function nextHeader(bytes: Buffer, from: number): number {
  const header = bytes.indexOf("ElfChnk\0", from, "latin1");
  return header === -1 || header + CHUNK_HEADER_BYTES > bytes.length ? bytes.length : header;
}

/** A chunk by its signature. In unallocated space another chunk may have been written over its end. */
function carvedChunk({ bytes, offsetBytes, shared }: Window, at: number): Next {
  const next = bytes.indexOf("ElfChnk\0", at + CHUNK_HEADER_BYTES, "latin1");
  const end = Math.min(at + CHUNK_BYTES, next === -1 ? bytes.length : next, bytes.length);
  const read = readSharingChunk(bytes.subarray(at, end), offsetBytes + at, { carve: true }, shared);
  const records = read.records.map((record): EvtxRecord => ({ ...record, origin: "carved" }));
  return { chunk: { ...read, records }, end };
}

/** Records outside of a chunk, as far as they share the place where their chunk must have begun. */
function looseRecords(window: Window, first: number, stop: number): Next {
  const { bytes, offsetBytes } = window;
  const base = findBase(window, first);
  // Without a base a record stands alone: its own bytes are all there is.
  const from = base ?? first;
  const chunk = base === null ? aloneChunk(window, first) : chunkAround(window, base);
  const records: EvtxRecord[] = [];
  let at = first;
  while (at < stop) {
    const size = frameSize(bytes, at, bytes.length);
    if (size === 0 || at - from + size > CHUNK_BYTES) break;
    records.push(openRecord(chunk, at - from, size, "carved"));
    at = nextFrame(bytes, at + size, bytes.length);
    const other = at < stop ? baseOf(bytes, at) : null;
    if (base === null || (other !== null && other !== base)) break;
  }
  // Never past the beginning of a chunk, whose own records the next frame may be.
  return {
    chunk: { offsetBytes: offsetBytes + from, header: null, records, damage: [] },
    end: Math.min(at, stop),
  };
}

function findBase(window: Window, at: number): number | null {
  const base = baseOf(window.bytes, at);
  if (base === null || ++window.bases > 16 + at / BYTES_PER_BASE) return null;
  return base;
}

/**
 * Where the chunk of a record must have begun, in the window; may lie before it. A record that brings its template along says at which
 * offset of the chunk that stands (the template's GUID repeats the id four bytes before).
 */
function baseOf(bytes: Buffer, at: number): number | null {
  const instance = at + RECORD_HEADER_BYTES + 4;
  if (instance + 18 > bytes.length || bytes[instance] !== 0x0c) return null;
  const definition = instance + 10;
  if (bytes.readUInt32LE(definition + 4) !== bytes.readUInt32LE(instance + 2)) return null;
  const base = definition - bytes.readUInt32LE(instance + 6);
  return at - base >= CHUNK_HEADER_BYTES && at - base < CHUNK_BYTES ? base : null;
}

/** The 64 KiB from a base, zeros where the window has nothing. */
function chunkAround({ bytes, offsetBytes, shared }: Window, base: number): ChunkData {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  bytes.copy(chunk, Math.max(0, -base), Math.max(0, base), Math.min(bytes.length, base + CHUNK_BYTES));
  return toChunkData(chunk, offsetBytes + base, shared);
}

function aloneChunk({ bytes, offsetBytes, shared }: Window, at: number): ChunkData {
  const size = frameSize(bytes, at, bytes.length);
  return toChunkData(bytes.subarray(at, at + size), offsetBytes + at, shared);
}
