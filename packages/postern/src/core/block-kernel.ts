import { Buffer } from "node:buffer";
import { hashAddress } from "./hash-address.ts";
import {
  ADDRESSES,
  ADDRESS_LINES,
  ADDRESS_PLACES,
  CLIENTS,
  DIRS,
  DIRS_OF_TEXTS,
  ENDS,
  ENTRIES,
  FEW,
  GROUPS,
  GROUPS_OF_TEXTS,
  HEADS,
  HITS,
  LITERALS,
  LITERALS_OF_TEXTS,
  MARKS,
  MAX_ADDRESSES,
  MAX_HIT_NUMBERS,
  MAX_LINES,
  MAX_SOUGHT_CLIENTS,
  MAX_TEXT_SETS,
  MEMORY_BYTES,
  PAGE_BYTES,
  SECONDS,
  SETS,
  SLICE_BYTES,
  SOUGHT,
  SOUGHT_SLOTS,
  STAMPS,
  STARTS,
  TABLES,
  TEXT,
  TEXT_BYTES,
  TEXT_SETS,
  TEXT_SET_BYTES,
} from "./kernel-layout.ts";
import { loadKernels, type KernelExports, type KernelInstance } from "./kernel-module.ts";
import { LineValues } from "./line-values.ts";
import { MAX_FEW, PLAN_HASHES, planFewTexts, type LiteralPlan } from "./literal-plan.ts";

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
  /** The values of single lines. */
  readonly values: LineValues;
  /** One number a line, written by the caller: see {@link LineValues.dropSettled}. */
  readonly sets: Int32Array;
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
    this.sets = new Int32Array(buffer, SETS, MAX_LINES);
    this.values = new LineValues({ buffer, exports });
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
    const place = this.placeOfTexts(texts);
    if (place === null) return null;
    const [groups, dirs] = [place + GROUPS_OF_TEXTS, place + DIRS_OF_TEXTS];
    return this.#exports.scanFew(start, end, end, place, groups, dirs, HITS, 2) !== 0;
  }

  /** Where a few texts lie, for {@link LineValues.settle}. Null when there is no room for them. @param texts as in {@link holdsAny} */
  placeOfTexts(texts: readonly string[]): number | null {
    return this.#textSets.get(texts) ?? this.#holdTexts(texts);
  }

  #holdTexts(texts: readonly string[]): number | null {
    if (this.#textSets.size === MAX_TEXT_SETS || texts.length > MAX_FEW) return null;
    const place = TEXT_SETS + this.#textSets.size * TEXT_SET_BYTES;
    const dirsAt = place + DIRS_OF_TEXTS;
    const literalsAt = place + LITERALS_OF_TEXTS;
    const { tables, groups, dirs, literals } = planFewTexts(texts);
    this.#memory.set(tables, place);
    this.#memory.set(bytesOf(groups), place + GROUPS_OF_TEXTS);
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
