import { Buffer } from "node:buffer";
import { hashAddress } from "./hash-address.ts";
import { loadKernels, type KernelExports, type KernelInstance } from "./kernel-module.ts";
import {
  FEW_SIZES,
  MAX_FEW,
  PLAN_HASHES,
  PLAN_SIZES,
  planFewTexts,
  type LiteralPlan,
} from "./literal-plan.ts";

/** Longest text held: a block read and an unfinished line before it. */
const TEXT_BYTES = 2 << 20;
/** Kernels read whole vectors, so up to this many bytes beyond the text. */
const SLACK_BYTES = 64;
/** Lines of a block at most; a block with more is cut up in plain JavaScript. */
const MAX_LINES = 1 << 17;
/** Bytes looked through at once for words: bounds what one call can find. */
const SLICE_BYTES = 1 << 16;
/** Numbers that the hits of one slice may be: two each. */
const MAX_HIT_NUMBERS = 1 << 17;
/** Tables of words of one plan at most: strides 8 or 4, 2, 1. */
const MAX_TABLES = 3;
const PAGE_BYTES = 1 << 16;
/** Different addresses of one item at most that are remembered. */
export const MAX_ADDRESSES = 8_192;
/** Lines looked at between two checks of how many addresses there are: the set never fills up. */
const ADDRESS_LINES = 8_192;

/** Addresses at most that are looked for among the clients of lines, and slots to find them by (a power of two, sparsely used). */
export const MAX_SOUGHT_CLIENTS = 2_048;
const SOUGHT_SLOTS = 1 << 13;

/** Values of one line at most that are cut apart: no log of Exchange has half as many columns. */
const MAX_VALUES = 512;
/** Lists of columns (one for each kind of header) whose values get numbers, and columns of each at most. */
const MAX_COLUMN_LISTS = 256;
const MAX_LISTED_COLUMNS = 8;
/** The store of different values: how many, their bytes, and slots to find them by (a power of two, sparsely used). */
const MAX_HELD_VALUES = 1 << 14;
const HELD_BYTES = 1 << 21;
const HELD_SLOTS = 1 << 16;
/** Values of one line that are longer together get no number. */
const MAX_NUMBERED_BYTES = 2048;

const TEXT = 0;
const STARTS: number = TEXT + TEXT_BYTES + SLACK_BYTES;
const ENDS: number = STARTS + MAX_LINES * 4;
const STAMPS: number = ENDS + MAX_LINES * 4;
const HITS: number = STAMPS + MAX_LINES * 8;
const DIRS: number = HITS + (MAX_HIT_NUMBERS + 4) * 4;
const LITERALS: number = DIRS + PLAN_SIZES.dirs;
const HEADS: number = LITERALS + PLAN_SIZES.literals;
const ENTRIES: number = HEADS + PLAN_SIZES.heads;
const FEW: number = ENTRIES + PLAN_SIZES.entries;
const GROUPS: number = FEW + PLAN_SIZES.few;
const TABLES: number = GROUPS + PLAN_SIZES.groups;
const ADDRESSES: number = TABLES + MAX_TABLES * PLAN_HASHES;
const ADDRESS_PLACES: number = MAX_ADDRESSES * 4;
const VALUE_ENDS: number = ADDRESSES + ADDRESS_PLACES * 4;
const COLUMN_LISTS: number = VALUE_ENDS + MAX_VALUES * 4;
const SCRATCH: number = COLUMN_LISTS + MAX_COLUMN_LISTS * MAX_LISTED_COLUMNS * 4;
const HELD: number = SCRATCH + MAX_NUMBERED_BYTES + SLACK_BYTES;
const CLIENTS: number = HELD + 8 + HELD_SLOTS * 4 + MAX_HELD_VALUES * 16 + HELD_BYTES;
const SOUGHT: number = CLIENTS + MAX_LINES * 4;
const MARKS: number = SOUGHT + SOUGHT_SLOTS * 4;
const SECONDS: number = MARKS + MAX_LINES * 4;
/** Sets of a few texts that are looked for in single lines, and bytes of each. */
const MAX_TEXT_SETS = 64;
const TEXT_SET_BYTES: number = FEW_SIZES.few + FEW_SIZES.groups + FEW_SIZES.dirs + FEW_SIZES.literals;
const TEXT_SETS: number = SECONDS + 8;
const MEMORY_BYTES: number = TEXT_SETS + MAX_TEXT_SETS * TEXT_SET_BYTES;

/** What a header says of the lines below it. */
export interface LineShape {
  /** Character code. */
  readonly delimiter: number;
  /** Of a regular line. */
  readonly delimiters: number;
  /** Place of the column with the client's address, from 0; null for none. */
  readonly client: number | null;
}

/** Bytes of an unfinished line up to which it is gone through again with what follows it. */
const MAX_SHAPED_AGAIN = 1 << 16;

/**
 * A block of text in the memory of compiled kernels, and what they find in it. One reader at a time may use it; what it gives out
 * is overwritten by the next call.
 */
export class BlockKernel {
  static #made = 0;
  /** The text's memory; the caller writes to it. */
  readonly text: Buffer;
  /** Starts and ends of lines, as {@link findLines} or the caller writes them. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** One number a line, written by the caller: not 0 for a line that {@link passHour} shall not pass. */
  readonly marks: Int32Array;
  readonly #seconds: Int32Array;
  readonly #stamps: Float64Array;
  readonly #hits: Int32Array;
  readonly #memory: Uint8Array;
  readonly #exports: KernelExports;
  /** What the next lines are asked, and what those in memory were. */
  #expected: LineShape | null = null;
  #shaped: LineShape | null = null;
  /** The plan that lies in memory. */
  #plan: LiteralPlan | null = null;
  /** Where each value of the line that {@link cutLine} cut last ends. */
  readonly valueEnds: Int32Array;
  readonly #columnLists: Int32Array;
  readonly #listOf = new Map<string, number>();
  /** How many values are held, how many bytes they take, and the slots. */
  readonly #held: Int32Array;
  /** Numbers given out before the store was emptied last; those of two kernels are never the same. */
  #numbersBefore = BlockKernel.#made++ * 2 ** 40;
  /** Where each set of texts lies. */
  readonly #textSets = new Map<readonly string[], number>();
  readonly #sought: Uint32Array;
  #soughtHeld: readonly string[] = [];
  readonly #addresses: Uint32Array;
  #addressCount = 0;
  #addressesComplete = true;

  private constructor({ buffer, exports }: KernelInstance) {
    this.#exports = exports;
    this.text = Buffer.from(buffer, TEXT, TEXT_BYTES);
    this.starts = new Int32Array(buffer, STARTS, MAX_LINES);
    this.ends = new Int32Array(buffer, ENDS, MAX_LINES);
    this.#stamps = new Float64Array(buffer, STAMPS, MAX_LINES);
    this.marks = new Int32Array(buffer, MARKS, MAX_LINES);
    this.#seconds = new Int32Array(buffer, SECONDS, 2);
    this.#hits = new Int32Array(buffer, HITS, MAX_HIT_NUMBERS + 4);
    this.#memory = new Uint8Array(buffer);
    this.#addresses = new Uint32Array(buffer, ADDRESSES, ADDRESS_PLACES);
    this.#sought = new Uint32Array(buffer, SOUGHT, SOUGHT_SLOTS);
    this.valueEnds = new Int32Array(buffer, VALUE_ENDS, MAX_VALUES);
    this.#columnLists = new Int32Array(buffer, COLUMN_LISTS, MAX_COLUMN_LISTS * MAX_LISTED_COLUMNS);
    this.#held = new Int32Array(buffer, HELD, 2 + HELD_SLOTS);
  }

  /** Compiles and lays out; null where the compiled kernels are missing: plain JavaScript does the same, slower. */
  static load(): BlockKernel | null {
    const instance = loadKernels(Math.ceil(MEMORY_BYTES / PAGE_BYTES));
    return instance === null ? null : new BlockKernel(instance);
  }

  /** Says what the next lines shall be asked besides where they end: what their header says; null when none is known. */
  expectLines(shape: LineShape | null): void {
    this.#expected = shape;
    this.#shaped = null;
  }

  /**
   * Writes where the lines that end in `text[from, to)` start and end, without CR and LF; the first of them starts at 0. Where a header is expected,
   * what {@link readShapes} and {@link readClients} find out is found out too.
   * @returns their number and where the text behind them starts, or null when they are more than `starts` and `ends` hold
   */
  findLines(from: number, to: number): { readonly count: number; readonly next: number } | null {
    // A line without end is not gone through again with every block.
    this.#shaped = from < MAX_SHAPED_AGAIN ? this.#expected : null;
    const limit = MAX_LINES - 1;
    const count =
      this.#shaped === null
        ? this.#exports.findLines(0, from, to, STARTS, ENDS, limit, SECONDS)
        : this.#cutLines(to, this.#shaped, limit);
    return count === limit ? null : { count, next: this.#seconds[0] ?? 0 };
  }

  #cutLines(to: number, { delimiter, delimiters, client }: LineShape, limit: number): number {
    return this.#exports.cutLines(
      to,
      delimiter,
      delimiters,
      client ?? -1,
      STARTS,
      ENDS,
      STAMPS,
      CLIENTS,
      limit,
      SECONDS,
    );
  }

  /**
   * The time with which each of the first `count` lines begins, as YYYYMMDDHHMMSS; -1 for lines that are not regular: another
   * number of delimiters, a quote, a NUL, no time. Their clients are read as well, as far as they are regular.
   */
  readShapes(count: number, shape: LineShape): Float64Array {
    const { delimiter, delimiters, client } = shape;
    const known = this.#shaped;
    if (known?.delimiter === delimiter && known.delimiters === delimiters && known.client === client)
      return this.#stamps;
    this.#exports.readShapes(STARTS, ENDS, count, delimiter, delimiters, STAMPS);
    if (client !== null) this.#exports.readClients(STARTS, ENDS, STAMPS, count, delimiter, client, CLIENTS);
    this.#shaped = null;
    return this.#stamps;
  }

  /**
   * Passes the lines `from <= i < to` as long as their times, as {@link readShapes} found them, are of one hour and they are not marked.
   * @param hour its time, as YYYYMMDDHH0000
   * @returns the first line not passed; where some were, the first and the last second of the hour among them
   */
  passHour(from: number, to: number, hour: number): { next: number; first: number; last: number } {
    const next = this.#exports.passHour(STAMPS, MARKS, from, to, hour, SECONDS);
    return { next, first: this.#seconds[0] ?? 0, last: this.#seconds[1] ?? 0 };
  }

  /** Forgets all addresses: a new item begins. */
  startAddresses(): void {
    this.#addresses.fill(0);
    this.#addressCount = 0;
    this.#addressesComplete = true;
  }

  /** Remembers the addresses that {@link readShapes} last read of the lines `from <= i < to`. */
  collectAddresses(lines: { readonly from: number; readonly to: number }): void {
    for (let from = lines.from; from < lines.to && this.#addressesComplete; from += ADDRESS_LINES) {
      const to = Math.min(from + ADDRESS_LINES, lines.to);
      const added = this.#exports.collectClients(CLIENTS, from, to, ADDRESSES, ADDRESS_PLACES - 1);
      this.#addressCount += added;
      this.#addressesComplete = added >= 0 && this.#addressCount <= MAX_ADDRESSES;
    }
  }

  /**
   * Calls `onFound` with each of the first `count` lines whose client, as {@link readShapes} last read it, may be one of some addresses: those that are,
   * those with the same hash, and those with an address that is written in no plain form.
   * @param sought at most {@link MAX_SOUGHT_CLIENTS}, as `findAddress` gives them; always the same list
   */
  findClients(count: number, sought: readonly string[], onFound: (line: number) => void): void {
    if (this.#soughtHeld !== sought) this.#holdSought(sought);
    // The list of hits is free between two scans.
    const found = this.#exports.findClients(CLIENTS, count, SOUGHT, SOUGHT_SLOTS - 1, HITS);
    for (let i = 0; i < found; i++) onFound(this.#hits[i] ?? 0);
  }

  #holdSought(sought: readonly string[]): void {
    if (sought.length > MAX_SOUGHT_CLIENTS) throw new RangeError("more addresses than the kernel holds");
    this.#soughtHeld = sought;
    this.#sought.fill(0);
    for (const hash of new Set(sought.map(hashAddress))) {
      let place = hash & (SOUGHT_SLOTS - 1);
      while (this.#sought[place] !== 0) place = (place + 1) & (SOUGHT_SLOTS - 1);
      this.#sought[place] = hash;
    }
  }

  /** Hashes ({@link hashAddress}) of the addresses collected since {@link startAddresses}; null when they are not all. */
  addresses(): Uint32Array | null {
    if (!this.#addressesComplete) return null;
    const found = new Uint32Array(this.#addressCount);
    let count = 0;
    for (let place = 0; count < found.length; place++) {
      const hash = this.#addresses[place] ?? 0;
      if (hash !== 0) found[count++] = hash;
    }
    return found;
  }

  /** Cuts the line `text[start, end)` and writes {@link valueEnds}. False for a line with too many values, or one cut at blanks that holds a tab. */
  cutLine(start: number, end: number, delimiter: number): boolean {
    return this.#exports.cutLine(start, end, delimiter, VALUE_ENDS, MAX_VALUES) > 0;
  }

  /**
   * Makes a list of columns known.
   * @param kind what tells this list, and the logs in which it is asked for, from others
   * @param columns places of the columns, from 0
   * @returns what {@link numberOf} wants to be told; null when there are too many
   */
  listColumns(kind: string, columns: readonly number[]): number | null {
    const known = this.#listOf.get(kind);
    if (known !== undefined) return known;
    const list = this.#listOf.size;
    if (list === MAX_COLUMN_LISTS || columns.length > MAX_LISTED_COLUMNS) return null;
    this.#columnLists.set(columns, list * MAX_LISTED_COLUMNS);
    this.#listOf.set(kind, list);
    return list;
  }

  /**
   * A number for the values that the line cut last, which begins at `start`, has in `count` columns of a list: the same for two lines if and only if
   * these values are the same in both, byte for byte, and never given to others. Null for values too long together.
   */
  numberOf(start: number, list: number, count: number): number | null {
    const columns = COLUMN_LISTS + list * MAX_LISTED_COLUMNS * 4;
    const number = this.#exports.numberOfValues(
      start,
      VALUE_ENDS,
      columns,
      count,
      list,
      SCRATCH,
      MAX_NUMBERED_BYTES,
      HELD,
      HELD_SLOTS - 1,
      MAX_HELD_VALUES,
      HELD_BYTES,
    );
    if (number >= 0) return this.#numbersBefore + number;
    if (number === -1) return null;
    this.#numbersBefore += this.#held[0] ?? 0;
    this.#held.fill(0);
    return this.numberOf(start, list, count);
  }

  /**
   * Calls `onHit` with start and number of every literal of the plan in `text[0, length)`, some of them twice. False when there were too many
   * hits to hold: then some were not told.
   */
  scanLiterals(length: number, plan: LiteralPlan, onHit: (start: number, literal: number) => void): boolean {
    this.#hold(plan);
    const { tables, few } = plan;
    for (let from = 0; from < length; from += SLICE_BYTES) {
      const to = Math.min(from + SLICE_BYTES, length);
      for (let index = 0; index < tables.length; index++)
        if (!this.#tell(this.#scanTable(from, to, length, index), onHit)) return false;
      if (few === null) continue;
      const count = this.#exports.scanFew(from, to, length, FEW, GROUPS, DIRS, HITS, MAX_HIT_NUMBERS);
      if (!this.#tell(count, onHit)) return false;
    }
    return true;
  }

  #scanTable(from: number, to: number, length: number, index: number): number {
    const stride = this.#plan?.tables[index]?.stride ?? 1;
    const table = TABLES + index * PLAN_HASHES;
    return this.#exports.scanWords(
      from,
      to,
      length,
      table,
      stride,
      HEADS,
      ENTRIES,
      DIRS,
      HITS,
      MAX_HIT_NUMBERS,
    );
  }

  /**
   * Whether one of a few texts stands in `text[start, end)`, letters in any case. Null when the kernel cannot say.
   * @param texts at most sixteen, small letters, 4 bytes and more each, Latin-1; always the same list, not an equal one
   */
  holdsAny(start: number, end: number, texts: readonly string[]): boolean | null {
    const place = this.#textSets.get(texts) ?? this.#holdTexts(texts);
    if (place === null) return null;
    const groups = place + FEW_SIZES.few;
    const dirs = groups + FEW_SIZES.groups;
    return this.#exports.scanFew(start, end, end, place, groups, dirs, HITS, 2) !== 0;
  }

  #holdTexts(texts: readonly string[]): number | null {
    if (this.#textSets.size === MAX_TEXT_SETS || texts.length > MAX_FEW) return null;
    const place = TEXT_SETS + this.#textSets.size * TEXT_SET_BYTES;
    const dirsAt = place + FEW_SIZES.few + FEW_SIZES.groups;
    const literalsAt = dirsAt + FEW_SIZES.dirs;
    const { tables, groups, dirs, literals } = planFewTexts(texts);
    this.#memory.set(tables, place);
    this.#memory.set(bytesOf(groups), place + FEW_SIZES.few);
    this.#memory.set(bytesOf(placedDirs(dirs, literalsAt)), dirsAt);
    this.#memory.set(literals, literalsAt);
    this.#textSets.set(texts, place);
    return place;
  }

  #tell(count: number, onHit: (start: number, literal: number) => void): boolean {
    const hits = this.#hits;
    for (let i = 0; i < count; i += 2) onHit(hits[i] ?? 0, hits[i + 1] ?? 0);
    return count >= 0;
  }

  #hold(plan: LiteralPlan): void {
    if (this.#plan === plan) return;
    this.#plan = plan;
    this.#memory.set(bytesOf(placedDirs(plan.dirs, LITERALS)), DIRS);
    this.#memory.set(plan.literals, LITERALS);
    this.#memory.set(bytesOf(plan.heads), HEADS);
    this.#memory.set(bytesOf(plan.entries), ENTRIES);
    for (const [index, { present }] of plan.tables.entries())
      this.#memory.set(present, TABLES + index * PLAN_HASHES);
    if (plan.few === null) return;
    this.#memory.set(plan.few.tables, FEW);
    this.#memory.set(bytesOf(plan.few.groups), GROUPS);
  }
}

/** Places and lengths of literals that lie in memory from `at` on. */
function placedDirs(dirs: Int32Array, at: number): Int32Array {
  return dirs.map((value, index) => (index % 2 === 0 ? at + value : value));
}

/** Numbers as they lie in memory: WebAssembly is little-endian, as is every processor that Node runs on but one. */
function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
