import type { Buffer } from "node:buffer";
import type { BlockKernel } from "./block-kernel.ts";

/**
 * Some thousand lines of a text, as bytes. Line `i` is `bytes[starts[i], ends[i])`, without its CR and LF.
 * All arrays are reused for the next block: copy what must live longer.
 */
export interface LineBlock {
  /** UTF-8 or 8-bit bytes (UTF-16 text is transcoded). `byteOffset` is a multiple of 4. */
  readonly bytes: Buffer;
  /** Number of valid bytes. */
  readonly length: number;
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1-based number of the first line. */
  readonly firstLine: number;
  /** Offset of line `index` in the item as stored. */
  offsetOf(index: number): number;
  /** Length of line `index` as stored, without its line end. */
  lengthOf(index: number): number;
  /** True for a line of which only the first {@link LineLimits.maxLineBytes} are here. */
  isTooLong(index: number): boolean;
  /** True when the last line of this block is the end of the text and has no line end: it may be cut. */
  readonly endsWithoutNewline: boolean;
  /** In whose memory `bytes`, `starts` and `ends` lie, so that it can look at them; null when they are ordinary arrays. */
  readonly kernel: BlockKernel | null;
}

/** Limits of line reading. */
export interface LineLimits {
  /** Bytes per read, default 256 KiB: a block is gone through several times and shall stay in the processor's cache; smaller ones lose time. */
  readonly blockBytes: number;
  /** Longest line kept, default 1 MiB; the rest of a longer one is passed over and told. Exchange's longest lines seen are below 64 KiB. */
  readonly maxLineBytes: number;
}
