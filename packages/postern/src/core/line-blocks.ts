import type { ByteSource } from "./byte-source.ts";

/** How the text of an item is stored. `utf-8` also stands for every 8-bit text: bytes are not interpreted here. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be";

/**
 * Some thousand lines of a text, as bytes. Line `i` is `bytes[starts[i], ends[i])`, without its CR and LF.
 * All arrays are reused for the next block: copy what must live longer.
 */
export interface LineBlock {
  /** UTF-8 or 8-bit bytes (UTF-16 text is transcoded). `byteOffset` is a multiple of 4. */
  readonly bytes: Uint8Array;
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
}

/** Limits of line reading. */
export interface LineLimits {
  /** Bytes per read, default 1 MiB: larger reads gain nothing, smaller ones lose time, and the records of a block are held together. */
  readonly blockBytes: number;
  /** Longest line kept, default 1 MiB; the rest of a longer one is passed over and told. Exchange's longest lines seen are below 64 KiB. */
  readonly maxLineBytes: number;
}

/** Default limits. */
export const DEFAULT_LINE_LIMITS: LineLimits = { blockBytes: 1 << 20, maxLineBytes: 1 << 20 };

/** Finds a text's encoding by its byte order mark, or by NUL bytes at every second place; `bomBytes` is the mark's length. */
export function detectEncoding(head: Uint8Array): {
  readonly encoding: TextEncoding;
  readonly bomBytes: number;
} {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: "utf-8", bomBytes: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: "utf-16le", bomBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: "utf-16be", bomBytes: 2 };
  const looked = Math.min(head.length & ~1, 512);
  let even = 0;
  let odd = 0;
  for (let i = 0; i < looked; i += 2) {
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  const most = looked / 2;
  if (looked >= 8 && odd > most * 0.7 && even < most * 0.1) return { encoding: "utf-16le", bomBytes: 0 };
  if (looked >= 8 && even > most * 0.7 && odd < most * 0.1) return { encoding: "utf-16be", bomBytes: 0 };
  return { encoding: "utf-8", bomBytes: 0 };
}

/** Reads the lines of a text in blocks, in order, in bounded memory. LF, CRLF and a missing last line end are understood. */
export async function* readLineBlocks(
  source: ByteSource,
  head: Uint8Array,
  limits: LineLimits = DEFAULT_LINE_LIMITS,
): AsyncGenerator<LineBlock, void, undefined> {
  const { encoding, bomBytes } = detectEncoding(head);
  const splitter = new LineSplitter(limits, encoding === "utf-8" ? 1 : 2, bomBytes);
  const decoder = encoding === "utf-8" ? null : new TextDecoder(encoding, { ignoreBOM: true });
  let at = bomBytes;
  for (;;) {
    const part = await source.read(at, limits.blockBytes);
    const end = part.length === 0;
    at += part.length;
    const bytes = decoder === null ? part : Buffer.from(decoder.decode(part, { stream: !end }), "utf8");
    const block = splitter.push(bytes, end);
    if (block.count > 0) yield block;
    if (end) return;
  }
}

const FIRST_BUFFER_BYTES = 1 << 16;
const FIRST_LINES = 1 << 10;

/** Cuts pushed bytes into lines; keeps an unfinished last line for the next push. */
class LineSplitter {
  readonly #limits: LineLimits;
  /** Stored bytes per code unit: 1, or 2 for UTF-16 (whose offsets are counted from the decoded text). */
  readonly #unitBytes: 1 | 2;
  #buffer: Uint8Array;
  #carry = 0;
  #starts = new Int32Array(FIRST_LINES);
  #ends = new Int32Array(FIRST_LINES);
  #storedStarts = new Float64Array(FIRST_LINES);
  #storedLengths = new Float64Array(FIRST_LINES);
  #nextLine = 1;
  /** Stored offset of the first byte in the buffer. */
  #baseOffset: number;
  /** Stored bytes of a too long line that were already thrown away. */
  #skippedStored = 0;
  #skipping = false;
  #tooLong = new Set<number>();
  /** Where the unfinished line of the block given out last stands; moved only when the next block is asked for. */
  #unfinished = { start: 0, length: 0, stored: 0 };

  constructor(limits: LineLimits, unitBytes: 1 | 2, bomBytes: number) {
    this.#limits = limits;
    this.#unitBytes = unitBytes;
    this.#baseOffset = bomBytes;
    this.#unfinished.stored = bomBytes;
    this.#buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  }

  push(bytes: Uint8Array, isEnd: boolean): LineBlock {
    this.#keepUnfinished();
    const need = this.#carry + bytes.length;
    if (need > this.#buffer.length) {
      const most = this.#limits.blockBytes + this.#limits.maxLineBytes;
      // Most logs are small: the buffer grows with what comes. UTF-16 text can grow beyond `most` when transcoded.
      const larger = new Uint8Array(Math.max(need, Math.min(most, need * 2)));
      larger.set(this.#buffer.subarray(0, this.#carry));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#carry);
    return this.#cut(need, isEnd);
  }

  #cut(length: number, isEnd: boolean): LineBlock {
    const view = Buffer.from(this.#buffer.buffer, this.#buffer.byteOffset, length);
    const firstLine = this.#nextLine;
    this.#tooLong = new Set();
    let count = 0;
    let start = 0;
    let stored = this.#baseOffset;
    for (;;) {
      const newline = view.indexOf(10, start);
      if (newline < 0) break;
      stored = this.#add(count++, { start, newline, stored, view });
      start = newline + 1;
    }
    let endsWithoutNewline = false;
    if (isEnd && (start < length || this.#skipping)) {
      stored = this.#add(count++, { start, newline: length, stored, view });
      start = length;
      endsWithoutNewline = true;
    }
    const block = this.#block(view, count, { firstLine, endsWithoutNewline });
    this.#nextLine += count;
    this.#unfinished = { start, length, stored };
    return block;
  }

  #add(
    index: number,
    line: {
      readonly start: number;
      readonly newline: number;
      readonly stored: number;
      readonly view: Buffer;
    },
  ): number {
    if (index >= this.#starts.length) this.#grow();
    const { start, newline, view } = line;
    const end = newline > start && view[newline - 1] === 13 ? newline - 1 : newline;
    const skipped = this.#skippedStored;
    if (this.#skipping) {
      this.#tooLong.add(index);
      this.#skipping = false;
      this.#skippedStored = 0;
    }
    this.#starts[index] = start;
    this.#ends[index] = end;
    this.#storedStarts[index] = line.stored;
    this.#storedLengths[index] = this.#storedLength(view, start, end) + skipped;
    return line.stored + this.#storedLength(view, start, newline) + skipped + this.#unitBytes;
  }

  #storedLength(view: Buffer, start: number, end: number): number {
    return this.#unitBytes === 1 ? end - start : view.toString("utf8", start, end).length * 2;
  }

  /** Moves the unfinished line to the front, and throws away what exceeds the longest line. */
  #keepUnfinished(): void {
    const { start, length, stored } = this.#unfinished;
    this.#baseOffset = stored;
    let rest = length - start;
    this.#buffer.copyWithin(0, start, length);
    if (rest > this.#limits.maxLineBytes) {
      const view = Buffer.from(this.#buffer.buffer, this.#buffer.byteOffset, rest);
      this.#skippedStored += this.#storedLength(view, this.#limits.maxLineBytes, rest);
      this.#skipping = true;
      rest = this.#limits.maxLineBytes;
    }
    this.#carry = rest;
  }

  #block(
    bytes: Uint8Array,
    count: number,
    more: { readonly firstLine: number; readonly endsWithoutNewline: boolean },
  ): LineBlock {
    const storedStarts = this.#storedStarts;
    const storedLengths = this.#storedLengths;
    const tooLong = this.#tooLong;
    return {
      bytes,
      length: bytes.length,
      count,
      starts: this.#starts,
      ends: this.#ends,
      ...more,
      offsetOf: (index) => storedStarts[index] ?? 0,
      lengthOf: (index) => storedLengths[index] ?? 0,
      isTooLong: (index) => tooLong.has(index),
    };
  }

  #grow(): void {
    const size = this.#starts.length * 2;
    const grown = <A extends Int32Array | Float64Array>(from: A, to: A): A => {
      to.set(from);
      return to;
    };
    this.#starts = grown(this.#starts, new Int32Array(size));
    this.#ends = grown(this.#ends, new Int32Array(size));
    this.#storedStarts = grown(this.#storedStarts, new Float64Array(size));
    this.#storedLengths = grown(this.#storedLengths, new Float64Array(size));
  }
}
