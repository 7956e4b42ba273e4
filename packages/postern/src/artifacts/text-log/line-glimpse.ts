import { Buffer } from "node:buffer";
import type { BlockKernel, ListedColumns, SettlingColumns } from "../../core/index.ts";
import { WHOLE_RECORD, type Glimpse, type NoSuchMatch, type SameIn } from "../../model/index.ts";

const BLANK = 0x20;
const TAB = 0x09;
const FIRST_BEYOND_ASCII = 0x80;

/** Of columns that may be quoted nothing is told without parsing the line. */
export const NO_GLIMPSE: Glimpse = { get: () => null, numberOf: () => null, holdsAny: () => null };

/**
 * Columns of one regular line (as many delimiters as its header asks for, no quote), read without parsing the line. What another
 * reading than cutting at delimiters could change is not told: values beyond ASCII, and of lines cut at blanks those with tabs. Of a line of
 * a log for which no names are given only the whole is told.
 */
export class LineGlimpse implements Glimpse {
  readonly #names: readonly string[];
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #delimiter: number;
  readonly #listed = new Map<readonly string[], ListedColumns | null>();
  /** Where each value ends where no kernel says it; the line's own end is the last. */
  readonly #ownEnds: Int32Array;
  #settledBy: SameIn | null = null;
  #settling: SettlingColumns | null = null;
  #kernel: BlockKernel | null = null;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  /** Null until the line was cut; then true when its columns can be told. */
  #known: boolean | null = null;
  /** The whole line; null until somebody asks. */
  #whole: string | null = null;

  constructor(names: readonly string[], delimiter: string) {
    this.#names = names;
    this.#delimiter = delimiter.charCodeAt(0);
    // Of two columns with one name the first counts, as in a parsed record.
    this.#indexOf = new Map([...names.entries()].reverse().map(([index, name]) => [name, index]));
    this.#ownEnds = new Int32Array(names.length);
  }

  /**
   * Looks at the line `bytes[start, end)`; what is told is of this line from now on.
   * @param kernel in whose memory it lies; always the same one, or null
   */
  look(
    bytes: Buffer,
    line: { readonly start: number; readonly end: number },
    kernel: BlockKernel | null,
  ): void {
    this.#bytes = bytes;
    this.#start = line.start;
    this.#end = line.end;
    this.#kernel = kernel;
    this.#known = null;
    this.#whole = null;
  }

  get(column: string): string | null {
    if (column === WHOLE_RECORD)
      return (this.#whole ??= this.#bytes.toString("latin1", this.#start, this.#end).toLowerCase());
    const index = this.#indexOf.get(column);
    if (index === undefined || !this.#cut()) return null;
    const ends = this.#kernel?.values.valueEnds ?? this.#ownEnds;
    const start = index === 0 ? this.#start : (ends[index - 1] ?? 0) + 1;
    const end = ends[index] ?? start;
    for (let at = start; at < end; at++) if ((this.#bytes[at] ?? 0) >= FIRST_BEYOND_ASCII) return null;
    return this.#bytes.toString("latin1", start, end);
  }

  numberOf(columns: readonly string[]): number | null {
    const kernel = this.#kernel;
    if (kernel === null || !this.#cut()) return null;
    const listed = this.#listOf(columns, kernel);
    return listed === null ? null : kernel.values.numberOf(this.#start, listed);
  }

  /**
   * Settles that this line, and all with the same values in these columns in which the same literals stand, do not matter.
   * @param said what was said of it; `sameIn` are always the same lists: what was settled for others is forgotten
   * @param set not 0: which literals stand in it
   */
  settle({ sameIn: columns, unless }: NoSuchMatch, set: number): void {
    const kernel = this.#kernel;
    if (kernel === null || !this.#cut()) return;
    if (this.#settledBy !== columns) {
      this.#settledBy = columns;
      const [a, b] = columns.map((list) => this.#listOf(list, kernel));
      this.#settling = a === undefined || a === null || b === undefined || b === null ? null : [a, b];
    }
    const texts = unless === null ? null : kernel.placeOfTexts(unless);
    const isSettled = unless === null || texts !== null;
    if (this.#settling !== null && isSettled) kernel.values.settle(this.#start, this.#settling, set, texts);
  }

  /** The columns whose values settle that a line does not matter; null when nothing is settled. */
  get settling(): SettlingColumns | null {
    return this.#settling;
  }

  holdsAny(texts: readonly string[]): boolean | null {
    return this.#kernel?.holdsAny(this.#start, this.#end, texts) ?? null;
  }

  #listOf(columns: readonly string[], kernel: BlockKernel): ListedColumns | null {
    const known = this.#listed.get(columns);
    if (known !== undefined) return known;
    const places = columns.flatMap((name) => this.#indexOf.get(name) ?? []);
    const kind = [columns, this.#names, this.#delimiter].join("\n");
    const listed = places.length === 0 ? null : kernel.values.listColumns(kind, places);
    this.#listed.set(columns, listed);
    return listed;
  }

  #cut(): boolean {
    return (this.#known ??= this.#names.length > 0 && this.#findEnds());
  }

  #findEnds(): boolean {
    if (this.#kernel !== null) return this.#kernel.values.cutLine(this.#start, this.#end, this.#delimiter);
    const ends = this.#ownEnds;
    let count = 0;
    for (let at = this.#start; at < this.#end; at++) {
      const byte = this.#bytes[at] ?? 0;
      if (byte === this.#delimiter) ends[count++] = at;
      else if (byte === TAB && this.#delimiter === BLANK) return false;
    }
    ends[count] = this.#end;
    return true;
  }
}
