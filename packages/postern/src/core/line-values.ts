import {
  COLUMN_LISTS,
  DIRS_OF_TEXTS,
  ENDS,
  GROUPS_OF_TEXTS,
  HELD,
  HELD_BYTES,
  HELD_SLOTS,
  HITS,
  MARKS,
  MAX_COLUMN_LISTS,
  MAX_HELD_VALUES,
  MAX_LISTED_COLUMNS,
  MAX_NUMBERED_BYTES,
  MAX_SETTLED,
  MAX_VALUES,
  SCRATCH,
  SETS,
  SETTLED,
  SETTLED_SLOTS,
  STAMPS,
  STARTS,
  VALUE_ENDS,
} from "./kernel-layout.ts";
import type { KernelExports, KernelInstance } from "./kernel-module.ts";

/** Columns that the kernel knows. */
export interface ListedColumns {
  readonly list: number;
  readonly count: number;
}

/** What is settled by the values of these columns: all of the first list, and all of the second one. */
export type SettlingColumns = readonly [ListedColumns, ListedColumns];

/** The values of lines that lie in a kernel's memory, without making texts of them. */
export class LineValues {
  static #made = 0;
  /** Where each value of the line that {@link cutLine} cut last ends. */
  readonly valueEnds: Int32Array;
  readonly #exports: KernelExports;
  readonly #columnLists: Int32Array;
  readonly #listOf = new Map<string, number>();
  /** How many values are held, how many bytes they take, and the slots. */
  readonly #held: Int32Array;
  readonly #settled: Int32Array;
  /** Numbers given out before the store was emptied last; those of two kernels are never the same. */
  #numbersBefore = LineValues.#made++ * 2 ** 40;

  constructor({ buffer, exports }: KernelInstance) {
    this.#exports = exports;
    this.valueEnds = new Int32Array(buffer, VALUE_ENDS, MAX_VALUES);
    this.#columnLists = new Int32Array(buffer, COLUMN_LISTS, MAX_COLUMN_LISTS * MAX_LISTED_COLUMNS);
    this.#held = new Int32Array(buffer, HELD, 2 + HELD_SLOTS);
    this.#settled = new Int32Array(buffer, SETTLED, 2 + SETTLED_SLOTS * 4);
  }

  /** Cuts the line `text[start, end)` and writes {@link valueEnds}. False for a line with too many values, or one cut at blanks that holds a tab. */
  cutLine(start: number, end: number, delimiter: number): boolean {
    return this.#exports.cutLine(start, end, delimiter, VALUE_ENDS, MAX_VALUES) > 0;
  }

  /**
   * Makes a list of columns known.
   * @param kind what tells this list, and the logs in which it is asked for, from others
   * @param columns places of the columns, from 0
   * @returns null when there are too many
   */
  listColumns(kind: string, columns: readonly number[]): ListedColumns | null {
    const count = columns.length;
    const known = this.#listOf.get(kind);
    if (known !== undefined) return { list: known, count };
    const list = this.#listOf.size;
    if (list === MAX_COLUMN_LISTS || count > MAX_LISTED_COLUMNS) return null;
    this.#columnLists.set(columns, list * MAX_LISTED_COLUMNS);
    this.#listOf.set(kind, list);
    return { list, count };
  }

  /**
   * A number for the values that the line cut last, which begins at `start`, has in some columns: the same for two lines if and only if
   * these values are the same in both, byte for byte, and never given to others. Null for values too long together.
   */
  numberOf(start: number, columns: ListedColumns): number | null {
    const number = this.#heldNumberOf(start, columns);
    return number === null ? null : this.#numbersBefore + number;
  }

  /** @returns the number as the kernel has it: from 0 on since the store was emptied last */
  #heldNumberOf(start: number, columns: ListedColumns): number | null {
    const { list, count } = columns;
    const number = this.#exports.numberOfValues(
      start,
      VALUE_ENDS,
      placeOf(list),
      count,
      list,
      SCRATCH,
      MAX_NUMBERED_BYTES,
      HELD,
      HELD_SLOTS - 1,
      MAX_HELD_VALUES,
      HELD_BYTES,
    );
    if (number >= 0) return number;
    if (number === -1) return null;
    this.#numbersBefore += this.#held[0] ?? 0;
    this.#held.fill(0);
    this.#settled.fill(0);
    return this.#heldNumberOf(start, columns);
  }

  /**
   * Settles that no line like the one cut last, which begins at `start`, matters: one with the same values in these columns, in which the same literals stand.
   * @param set not 0: which combination of literals stands in the line
   * @param unless where texts lie that unsettle it in a line that holds one of them; null for none
   */
  settle(start: number, [a, b]: SettlingColumns, set: number, unless: number | null): void {
    const first = this.#heldNumberOf(start, a);
    const second = this.#heldNumberOf(start, b);
    // When the second one emptied the store, the first one is another number now.
    if (first === null || second === null || this.#heldNumberOf(start, a) !== first) return;
    const combination = [set, first, second, unless ?? NO_TEXTS];
    const isFull = this.#exports.settle(...combination, SETTLED, SETTLED_SLOTS - 1, MAX_SETTLED) === 0;
    if (isFull) this.#settled.fill(0);
  }

  /**
   * Takes the marks from lines `from <= i < to` that are regular and of which is settled that they don't matter, up to one that begins with `#`.
   * `BlockKernel.sets` says of each that is marked which combination of literals stands in it.
   */
  dropSettled(
    { from, to }: { readonly from: number; readonly to: number },
    delimiter: number,
    [a, b]: SettlingColumns,
  ): void {
    this.#exports.dropSettled(
      ...[from, to, STARTS, ENDS, STAMPS, MARKS, SETS, delimiter, VALUE_ENDS, MAX_VALUES],
      ...[placeOf(a.list), a.count, a.list, placeOf(b.list), b.count, b.list],
      ...[SCRATCH, MAX_NUMBERED_BYTES, HELD, HELD_SLOTS - 1, MAX_HELD_VALUES, HELD_BYTES],
      ...[SETTLED, SETTLED_SLOTS - 1, GROUPS_OF_TEXTS, DIRS_OF_TEXTS, HITS],
    );
  }
}

const NO_TEXTS = -1;

function placeOf(list: number): number {
  return COLUMN_LISTS + list * MAX_LISTED_COLUMNS * 4;
}
