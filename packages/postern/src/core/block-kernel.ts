import { Buffer } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** As much of the WebAssembly interface as is used here; the types of browsers, which would declare it, are not ours. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

// eslint-disable-next-line postern/no-type-assertion -- every Node has it under this name (https://nodejs.org/api/globals.html#webassembly)
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface };

/** Exports of kernels/text-block.ts. */
interface Exports {
  findNewlines(from: number, to: number, out: number, limit: number): number;
  readShapes(...places: readonly number[]): void;
  findWords(...places: readonly number[]): number;
  findShort(...places: readonly number[]): number;
  collectAddresses(...places: readonly number[]): number;
}

/** Longest text held: a block read and an unfinished line before it. */
const TEXT_BYTES = 2 << 20;
/** Kernels read whole vectors, so up to this many bytes beyond the text. */
const SLACK_BYTES = 64;
/** Lines of a block at most; a block with more is cut up in plain JavaScript. */
const MAX_LINES = 1 << 17;
/** Bytes looked through at once for words: bounds what one call can find. */
const SLICE_BYTES = 1 << 16;
const TABLE_BYTES = 1 << 16;
/** Short literals looked for one by one: with more of them a table is faster. */
export const MAX_SHORT_LITERALS = 12;
const SHORT_BYTES = 4;
const PAGE_BYTES = 1 << 16;
/** Different addresses of one item at most that are remembered. */
export const MAX_ADDRESSES = 8_192;
/** Lines looked at between two checks of how many addresses there are: the set never fills up. */
const ADDRESS_LINES = 8_192;

const TEXT = 0;
const STARTS: number = TEXT + TEXT_BYTES + SLACK_BYTES;
const ENDS: number = STARTS + MAX_LINES * 4;
const STAMPS: number = ENDS + MAX_LINES * 4;
const WORDS: number = STAMPS + MAX_LINES * 8;
/** Bytes looked through at once for short literals: were each of them at each place, the list would still hold it. */
const SHORT_SLICE_BYTES = 1 << 13;
const MAX_WORDS: number = Math.max(SLICE_BYTES, SHORT_SLICE_BYTES * MAX_SHORT_LITERALS);
const TABLES: number = WORDS + MAX_WORDS * 4;
const SHORT: number = TABLES + 3 * TABLE_BYTES;
const ADDRESSES: number = SHORT + MAX_SHORT_LITERALS * SHORT_BYTES;
const ADDRESS_PLACES: number = MAX_ADDRESSES * 4;
const MEMORY_BYTES: number = ADDRESSES + ADDRESS_PLACES * 4;

const MODULE_FILE = fileURLToPath(new URL("../../wasm/text-block.wasm", import.meta.url));

/**
 * A block of text in the memory of compiled kernels, and what they find in it. One reader at a time may use it; what it gives out
 * is overwritten by the next call.
 */
export class BlockKernel {
  /** The text's memory; the caller writes to it. */
  readonly text: Buffer;
  /** Starts and ends of lines; the caller writes starts, {@link findLineEnds} writes ends. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly #stamps: Float64Array;
  readonly #words: Int32Array;
  readonly #memory: Uint8Array;
  readonly #exports: Exports;
  /** Which table lies in which of the three places. */
  readonly #held: (Uint8Array | null)[] = [null, null, null];
  readonly #addresses: Uint32Array;
  #addressCount = 0;
  #addressesComplete = true;

  private constructor(compiled: object) {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(MEMORY_BYTES / PAGE_BYTES) });
    const instance = new WebAssembly.Instance(compiled, { env: { memory } });
    // eslint-disable-next-line postern/no-type-assertion -- the exports of our own module, which tests call one by one
    this.#exports = instance.exports as Exports;
    const { buffer } = memory;
    this.text = Buffer.from(buffer, TEXT, TEXT_BYTES);
    this.starts = new Int32Array(buffer, STARTS, MAX_LINES);
    this.ends = new Int32Array(buffer, ENDS, MAX_LINES);
    this.#stamps = new Float64Array(buffer, STAMPS, MAX_LINES);
    this.#words = new Int32Array(buffer, WORDS, MAX_WORDS);
    this.#memory = new Uint8Array(buffer);
    this.#addresses = new Uint32Array(buffer, ADDRESSES, ADDRESS_PLACES);
  }

  /** Compiles and lays out; null where the compiled kernels are missing: plain JavaScript does the same, slower. */
  static load(): BlockKernel | null {
    if (!existsSync(MODULE_FILE)) return null;
    return new BlockKernel(new WebAssembly.Module(readFileSync(MODULE_FILE)));
  }

  /** Writes the places of all line ends of `text[from, to)` to `ends`; their number, or null when they are more than `ends` holds. */
  findLineEnds(from: number, to: number): number | null {
    const count = this.#exports.findNewlines(from, to, ENDS, MAX_LINES);
    return count === MAX_LINES ? null : count;
  }

  /**
   * The time with which each of the first `count` lines begins, as YYYYMMDDHHMMSS; -1 for lines that are not regular: another
   * number of delimiters than `wanted`, a quote, a NUL, no time.
   */
  readShapes(count: number, delimiter: number, wanted: number): Float64Array {
    this.#exports.readShapes(STARTS, ENDS, count, delimiter, wanted, STAMPS);
    return this.#stamps;
  }

  /** Forgets all addresses: a new item begins. */
  startAddresses(): void {
    this.#addresses.fill(0);
    this.#addressCount = 0;
    this.#addressesComplete = true;
  }

  /**
   * Remembers the address in a column of the lines `from <= i < to` that {@link readShapes} last found regular.
   * @param column place of the column in the line, from 0
   */
  collectAddresses(
    lines: { readonly from: number; readonly to: number },
    delimiter: number,
    column: number,
  ): void {
    for (let from = lines.from; from < lines.to && this.#addressesComplete; from += ADDRESS_LINES) {
      const to = Math.min(from + ADDRESS_LINES, lines.to);
      const places = [delimiter, column, ADDRESSES, ADDRESS_PLACES - 1];
      const added = this.#exports.collectAddresses(STARTS, ENDS, STAMPS, from, to, ...places);
      this.#addressCount += added;
      this.#addressesComplete = added >= 0 && this.#addressCount <= MAX_ADDRESSES;
    }
  }

  /** Hashes ({@link hashAddress}) of the addresses collected since {@link startAddresses}; null when they are not all. */
  addresses(): Uint32Array | null {
    return this.#addressesComplete ? this.#addresses.filter((hash) => hash !== 0) : null;
  }

  /** Calls `onWord` with the place of each word of `text[0, length)` that `table` does not rule out. */
  findWords(
    length: number,
    table: { readonly present: Uint8Array; readonly stride: 1 | 2 | 4 },
    onWord: (at: number) => void,
  ): void {
    const place = this.#hold(table.present, table.stride >> 1);
    for (let from = 0; from < length; from += SLICE_BYTES) {
      const to = Math.min(from + SLICE_BYTES, length);
      const count = this.#exports.findWords(from, to, length, place, table.stride, WORDS);
      for (let i = 0; i < count; i++) onWord(this.#words[i] ?? 0);
    }
  }

  /**
   * Calls `onPlace` with each place of `text[0, length)` at which one of a few literals may begin.
   * @param literals lower case, 3 to 16 bytes long, at most {@link MAX_SHORT_LITERALS}
   */
  findShort(length: number, literals: readonly Uint8Array[], onPlace: (at: number) => void): void {
    for (const [index, literal] of literals.entries()) {
      const last = literal.length - 1;
      const marks = [literal[0], literal[last], literal[1]].map((byte) => (byte ?? 0) | 0x20);
      this.#memory.set([last, ...marks], SHORT + index * SHORT_BYTES);
    }
    for (let from = 0; from < length; from += SHORT_SLICE_BYTES) {
      const to = Math.min(from + SHORT_SLICE_BYTES, length);
      const count = this.#exports.findShort(from, to, SHORT, literals.length, WORDS);
      for (let i = 0; i < count; i++) onPlace(this.#words[i] ?? 0);
    }
  }

  #hold(table: Uint8Array, slot: number): number {
    const place = TABLES + slot * TABLE_BYTES;
    if (this.#held[slot] !== table) this.#memory.set(table, place);
    this.#held[slot] = table;
    return place;
  }
}

/** FNV-1a over an address in the form that `findAddress` gives, as the kernel computes it over bytes; never 0 or 1. */
export function hashAddress(address: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < address.length; i++)
    hash = Math.imul(hash ^ (address.charCodeAt(i) | 0x20), 0x01000193);
  const unsigned = hash >>> 0;
  return unsigned < 2 ? unsigned + 2 : unsigned;
}
