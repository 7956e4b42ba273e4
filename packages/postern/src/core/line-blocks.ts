import type { BlockKernel } from "./block-kernel.ts";
import type { ByteSource } from "./byte-source.ts";
import type { LineBlock, LineLimits } from "./line-block.ts";
import { LineSplitter } from "./line-splitter.ts";
import { detectEncoding } from "./text-encoding.ts";

/** Default limits. */
export const DEFAULT_LINE_LIMITS: LineLimits = { blockBytes: 1 << 18, maxLineBytes: 1 << 20 };

/** Bytes of a source from an offset on, up to another one. */
export interface ByteRange {
  readonly fromBytes: number;
  /** Exclusive; infinite for all that is there. */
  readonly toBytes: number;
}

/** How lines are read. */
export interface LineReading {
  readonly limits?: LineLimits;
  /** Does the work where it can; no other reader may use it at the same time. Default: none. */
  readonly kernel?: BlockKernel | null;
  /** Which part of the source: from the start of a line to the start of another. Its lines are counted from 1. Default: all. */
  readonly range?: ByteRange;
}

const ALL: ByteRange = { fromBytes: 0, toBytes: Number.POSITIVE_INFINITY };

/**
 * Reads the lines of a text in blocks, in order, in bounded memory. LF, CRLF and a missing last line end are understood.
 * @param head the first bytes of the source, whichever part of it is read
 */
export async function* readLineBlocks(
  source: ByteSource,
  head: Uint8Array,
  { limits = DEFAULT_LINE_LIMITS, kernel = null, range = ALL }: LineReading = {},
): AsyncGenerator<LineBlock, void, undefined> {
  const { encoding, bomBytes } = detectEncoding(head);
  const from = Math.max(bomBytes, range.fromBytes);
  const unitBytes = encoding === "utf-8" ? 1 : 2;
  const splitter = new LineSplitter(limits, { unitBytes, startBytes: from, kernel });
  const decoder = encoding === "utf-8" ? null : new TextDecoder(encoding, { ignoreBOM: true });
  const roomAt = (at: number): number => Math.min(limits.blockBytes, range.toBytes - at);
  const { readInto } = source;
  if (readInto !== undefined && splitter.takesBytesInPlace) {
    for (let at = from; ;) {
      const part = await readInto(at, splitter.makeRoom().subarray(0, roomAt(at)));
      at += part.length;
      const block = splitter.push(part, part.length === 0);
      if (block.count > 0) yield block;
      if (part.length === 0) return;
    }
  }
  let at = from;
  let coming = source.read(at, roomAt(at));
  try {
    for (;;) {
      const part = await coming;
      const end = part.length === 0;
      at += part.length;
      const bytes = decoder === null ? part : Buffer.from(decoder.decode(part, { stream: !end }), "utf8");
      const block = splitter.push(bytes, end);
      // The splitter has copied the part: the next one may come while this one is worked on.
      if (!end) coming = source.read(at, roomAt(at));
      if (block.count > 0) yield block;
      if (end) return;
    }
  } finally {
    // A caller that stops early closes the source: not while it is being read.
    await Promise.allSettled([coming]);
  }
}
