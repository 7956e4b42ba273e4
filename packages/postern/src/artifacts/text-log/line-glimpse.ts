import { Buffer } from "node:buffer";
import { WHOLE_RECORD, type Glimpse } from "../../model/index.ts";

const BLANK = 0x20;
const TAB = 0x09;
const FIRST_BEYOND_ASCII = 0x80;

/**
 * Columns of one regular line (as many delimiters as its header asks for, no quote), read without parsing the line. What another
 * reading than cutting at delimiters could change is not told: values beyond ASCII, and of lines cut at blanks those with tabs. Of a line of
 * a log for which no names are given only the whole is told.
 */
export class LineGlimpse {
  readonly #indexOf: ReadonlyMap<string, number>;
  /** Where each value ends; the line's own end is the last. */
  readonly #ends: Int32Array;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  #known = false;
  /** The whole line; null until somebody asks. */
  #whole: string | null = null;

  readonly #delimiter: number;

  constructor(names: readonly string[], delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
    // Of two columns with one name the first counts, as in a parsed record.
    this.#indexOf = new Map([...names.entries()].reverse().map(([index, name]) => [name, index]));
    this.#ends = new Int32Array(names.length);
  }

  /** Looks at the line `bytes[start, end)`; what {@link get} gives is of this line from now on. */
  look(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#whole = null;
    this.#known = this.#indexOf.size > 0;
    if (!this.#known) return;
    const delimiter = this.#delimiter;
    const ends = this.#ends;
    let count = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === delimiter) ends[count++] = at;
      else if (byte === TAB && delimiter === BLANK) this.#known = false;
    }
    ends[count] = end;
  }

  readonly get: Glimpse = (column) => {
    if (column === WHOLE_RECORD)
      return (this.#whole ??= this.#bytes.toString("latin1", this.#start, this.#end).toLowerCase());
    const index = this.#indexOf.get(column);
    if (index === undefined || !this.#known) return null;
    const start = index === 0 ? this.#start : (this.#ends[index - 1] ?? 0) + 1;
    const end = this.#ends[index] ?? start;
    for (let at = start; at < end; at++) if ((this.#bytes[at] ?? 0) >= FIRST_BEYOND_ASCII) return null;
    return this.#bytes.toString("latin1", start, end);
  };
}
