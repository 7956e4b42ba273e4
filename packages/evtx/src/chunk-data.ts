import type { TextDecoder } from "node:util";
import type { Template } from "./node.ts";
import type { JsonSink } from "./byte-sink.ts";
import { MalformedError } from "./damage.ts";

/** Bytes of a chunk: header, records and slack. Source: libyal, EVTX format, section 3. */
export const CHUNK_BYTES = 65_536;

/** Definitions of one chunk cannot overlap, so more compiled bytes than this mean a log made to cost time. */
const MAX_COMPILED_BYTES = 4 * CHUNK_BYTES;

/** What the outputs of a chunk may cost beyond the fair share of its records, see `freshBudget`. */
const EXCESS = 16 << 20;

/** What reading the records of one chunk shares. Offsets inside are relative to the chunk. */
export interface ChunkData {
  /** Offset of the chunk in the file. */
  readonly offsetBytes: number;
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly names: Map<number, string>;
  /** Definitions by offset, fragments without a definition by the negative of theirs; an error where compiling failed. */
  readonly templates: Map<number, Template | MalformedError>;
  /** Decodes texts that are not UTF-16. */
  readonly ansi: TextDecoder;
  compiledBytes: number;
  /** What is left for outputs that cost more than their fair share. */
  excess: number;
  /** The day rendered last (since 1970) and its text. */
  lastDay: number;
  lastDayText: string;
  /** Where JSON is written; shared by the chunks of a log, which are never written at the same time. */
  readonly sink: JsonSink;
}

/** Prepares the bytes of a chunk for reading. */
export function toChunkData(
  bytes: Uint8Array,
  offsetBytes: number,
  { ansi, sink }: Pick<ChunkData, "ansi" | "sink">,
): ChunkData {
  return {
    offsetBytes,
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    names: new Map(),
    templates: new Map(),
    ansi,
    compiledBytes: 0,
    excess: EXCESS,
    lastDay: -1,
    lastDayText: "",
    sink,
  };
}

/** Throws MalformedError when a stretch does not lie before `end`. `what` names the field. */
export function need(at: number, length: number, end: number, what: string): void {
  if (at < 0 || at + length > end) {
    throw new MalformedError(
      `${what} at ${String(at)} needs ${String(length)} bytes, there are ${String(Math.max(0, end - at))}.`,
    );
  }
}

/**
 * The name at a chunk offset: u32 next name, u16 hash, u16 number of UTF-16 units, the units, u16 zero.
 * Source: libyal, EVTX format, section 4.3 (element and attribute names).
 */
export function nameAt(chunk: ChunkData, offset: number): string {
  const known = chunk.names.get(offset);
  if (known !== undefined) return known;
  need(offset, 8, chunk.bytes.length, "name");
  const units = chunk.view.getUint16(offset + 6, true);
  need(offset + 8, units * 2, chunk.bytes.length, "name.characters");
  const name = chunk.bytes.toString("utf16le", offset + 8, offset + 8 + units * 2);
  chunk.names.set(offset, name);
  return name;
}

/** Bytes of the name at an offset, its header and closing zero included. */
export function nameBytes(chunk: ChunkData, offset: number): number {
  need(offset, 8, chunk.bytes.length, "name");
  return 8 + chunk.view.getUint16(offset + 6, true) * 2 + 2;
}

/** Counts bytes that are compiled. Throws MalformedError when a chunk asks for more than it can honestly hold. */
export function chargeCompiling(chunk: ChunkData, bytes: number): void {
  chunk.compiledBytes += bytes;
  if (chunk.compiledBytes > MAX_COMPILED_BYTES)
    throw new MalformedError("The templates of this chunk overlap too often.", "EVTX_LIMIT");
}
