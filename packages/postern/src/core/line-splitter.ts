import { Buffer } from "node:buffer";
import type { BlockKernel } from "./block-kernel.ts";
import { doubled } from "./doubled.ts";
import type { LineBlock, LineLimits } from "./line-block.ts";

const FIRST_BUFFER_BYTES = 1 << 16;
const FIRST_LINES = 1 << 10;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** What a text's bytes are. */
export interface StoredText {
  /** Stored bytes per code unit: 1, or 2 for UTF-16 (whose offsets are counted from the decoded text). */
  readonly unitBytes: 1 | 2;
  /** Stored offset at which reading begins: behind the byte order mark, or further down. */
  readonly startBytes: number;
  readonly kernel: BlockKernel | null;
}

/** Cuts pushed bytes into lines; keeps an unfinished last line for the next push. */
export class LineSplitter {
  readonly #limits: LineLimits;
  readonly #unitBytes: 1 | 2;
  /** Null where the limits or the encoding ask for more room than the kernel has. */
  readonly #kernel: BlockKernel | null;
  #buffer: Uint8Array;
  #carry = 0;
  #starts = new Int32Array(FIRST_LINES);
  #ends = new Int32Array(FIRST_LINES);
  #nextLine = 1;
  /** Stored offset of the first byte in the buffer. */
  #baseOffset: number;
  /** Stored bytes of a too long line that were already thrown away; the line is the first of its block. */
  #skippedStored = 0;
  #skipping = false;
  /** Where the unfinished line of the block given out last stands; moved only when the next block is asked for. */
  #unfinished = { start: 0, length: 0, stored: 0 };

  constructor(limits: LineLimits, { unitBytes, startBytes, kernel }: StoredText) {
    this.#limits = limits;
    this.#unitBytes = unitBytes;
    this.#baseOffset = startBytes;
    this.#unfinished.stored = startBytes;
    const fits = kernel !== null && limits.blockBytes + limits.maxLineBytes <= kernel.text.length;
    this.#kernel = fits && unitBytes === 1 ? kernel : null;
    this.#buffer = this.#kernel?.text ?? new Uint8Array(FIRST_BUFFER_BYTES);
  }

  /** True when bytes may be read to where {@link makeRoom} says, and need not be copied there. */
  get takesBytesInPlace(): boolean {
    return this.#kernel !== null;
  }

  /** Ends the life of the last block: the room for the bytes that are pushed next. */
  makeRoom(): Uint8Array {
    this.#keepUnfinished();
    return this.#buffer.subarray(this.#carry, this.#carry + this.#limits.blockBytes);
  }

  /** Cuts what was unfinished and `bytes` into lines; the block is valid until the next call. */
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
    if (!this.#holds(bytes)) this.#buffer.set(bytes, this.#carry);
    return this.#cut(need, isEnd);
  }

  /** True for bytes that were read to where they belong. */
  #holds({ buffer, byteOffset }: Uint8Array): boolean {
    return buffer === this.#buffer.buffer && byteOffset === this.#buffer.byteOffset + this.#carry;
  }

  #cut(length: number, isEnd: boolean): LineBlock {
    const view = Buffer.from(this.#buffer.buffer, this.#buffer.byteOffset, length);
    const found = this.#kernel?.findLines(this.#carry, length) ?? null;
    const kernel = found === null ? null : this.#kernel;
    let { count, next } = found ?? this.#findLines(view);
    const { starts, ends } = kernel ?? { starts: this.#starts, ends: this.#ends };
    const endsWithoutNewline = isEnd && (next < length || this.#skipping);
    if (endsWithoutNewline) {
      starts[count] = next;
      ends[count++] = endOfLine(view, next, length);
      next = length;
    }
    const places = this.#storedPlaces({ view, starts, ends, count, next });
    const isFirstTooLong = this.#skipping && count > 0;
    if (isFirstTooLong) {
      this.#skipping = false;
      this.#skippedStored = 0;
    }
    const firstLine = this.#nextLine;
    this.#nextLine += count;
    this.#unfinished = { start: next, length, stored: places.next };
    const { offsetOf, lengthOf } = places;
    const isTooLong = (index: number): boolean => isFirstTooLong && index === 0;
    return {
      bytes: view,
      length,
      count,
      starts,
      ends,
      firstLine,
      endsWithoutNewline,
      kernel,
      offsetOf,
      lengthOf,
      isTooLong,
    };
  }

  /** Does what the kernel's `findLines` does, with the splitter's own lists, which grow; there is room for one more. */
  #findLines(view: Buffer): { count: number; next: number } {
    let count = 0;
    let next = 0;
    for (let end = view.indexOf(NEWLINE); end >= 0; end = view.indexOf(NEWLINE, next)) {
      if (count + 1 >= this.#ends.length) this.#grow();
      this.#starts[count] = next;
      this.#ends[count++] = endOfLine(view, next, end);
      next = end + 1;
    }
    return { count, next };
  }

  #grow(): void {
    this.#ends = doubled(this.#ends);
    this.#starts = doubled(this.#starts);
  }

  /** Where the lines, and what follows them, stand in the text as stored. */
  #storedPlaces(cut: Cut): StoredPlaces {
    const base = this.#baseOffset;
    const skipped = cut.count > 0 ? this.#skippedStored : 0;
    if (this.#unitBytes === 2) return storedUtf16(cut, base, skipped);
    const { starts, ends } = cut;
    return {
      offsetOf: (index) => base + (starts[index] ?? 0) + (index > 0 ? skipped : 0),
      lengthOf: (index) => (ends[index] ?? 0) - (starts[index] ?? 0) + (index === 0 ? skipped : 0),
      next: base + cut.next + skipped,
    };
  }

  /** Moves the unfinished line to the front, and throws away what exceeds the longest line. */
  #keepUnfinished(): void {
    const { start, length, stored } = this.#unfinished;
    this.#baseOffset = stored;
    let rest = length - start;
    this.#buffer.copyWithin(0, start, length);
    if (rest > this.#limits.maxLineBytes) {
      const view = Buffer.from(this.#buffer.buffer, this.#buffer.byteOffset, rest);
      this.#skippedStored += storedLength(view, this.#limits.maxLineBytes, rest, this.#unitBytes);
      this.#skipping = true;
      rest = this.#limits.maxLineBytes;
    }
    this.#carry = rest;
    this.#unfinished = { start: 0, length: rest, stored };
  }
}

interface Lines {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly count: number;
}

/** Lines of a view, and where the unfinished one behind them begins. */
interface Cut extends Lines {
  readonly view: Buffer;
  readonly next: number;
}

interface StoredPlaces {
  readonly offsetOf: (index: number) => number;
  readonly lengthOf: (index: number) => number;
  /** Of the unfinished line. */
  readonly next: number;
}

/** Where a line ends without the CR that may stand before `end`. */
function endOfLine(view: Buffer, start: number, end: number): number {
  return end > start && view[end - 1] === RETURN ? end - 1 : end;
}

/** UTF-16 was transcoded, so that each line's length as stored must be counted anew. */
function storedUtf16(cut: Cut, base: number, skipped: number): StoredPlaces {
  const offsets = new Float64Array(cut.count);
  const lengths = new Float64Array(cut.count);
  let stored = base;
  for (let index = 0; index < cut.count; index++) {
    const start = cut.starts[index] ?? 0;
    const newline = index + 1 < cut.count ? (cut.starts[index + 1] ?? 0) - 1 : cut.next - 1;
    const dropped = index === 0 ? skipped : 0;
    offsets[index] = stored;
    lengths[index] = storedLength(cut.view, start, cut.ends[index] ?? 0, 2) + dropped;
    stored += storedLength(cut.view, start, newline, 2) + dropped + 2;
  }
  return {
    offsetOf: (index) => offsets[index] ?? 0,
    lengthOf: (index) => lengths[index] ?? 0,
    next: stored,
  };
}

function storedLength(view: Buffer, start: number, end: number, unitBytes: 1 | 2): number {
  return unitBytes === 1 ? end - start : view.toString("utf8", start, end).length * 2;
}
