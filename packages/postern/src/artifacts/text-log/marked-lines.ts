import { doubled } from "../../core/index.ts";

/** More combinations than this are forgotten: whoever writes a log must not fill the memory. */
const MAX_COMBINATIONS = 1 << 12;

/** Literals found in a line in this order, and those found with one more. */
interface Found {
  /** Not 0, and of no other combination. */
  readonly set: number;
  readonly texts: readonly string[];
  readonly next: Map<number, Found>;
}

/** Nearly all marked lines hold one of a few combinations of the same texts: each is told by one list, and one number, that is made once. */
export class Combinations {
  static #sets = 0;
  readonly #texts: readonly string[];
  #none = Combinations.#make([]);
  #count = 0;

  /** @param texts that are looked for */
  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  /** Of no texts. A new one when there were too many. */
  get none(): Found {
    if (this.#count > MAX_COMBINATIONS) {
      this.#none = Combinations.#make([]);
      this.#count = 0;
    }
    return this.#none;
  }

  with(found: Found, literal: number): Found {
    const known = found.next.get(literal);
    if (known !== undefined) return known;
    const combined = Combinations.#make([...found.texts, this.#texts[literal] ?? ""]);
    found.next.set(literal, combined);
    this.#count++;
    return combined;
  }

  static #make(texts: readonly string[]): Found {
    return { set: ++Combinations.#sets, texts, next: new Map() };
  }
}

/** Which lines of a block hold a literal, and which literals they are. Reused for the next block. */
export class MarkedLines {
  #combinations = new Combinations([]);
  #none = this.#combinations.none;
  /** For each line 1 + the place of its newest hit, 0 for none. */
  #newest: Int32Array = new Int32Array(0);
  #own: Int32Array = this.#newest;
  /** For each hit its literal, 1 + the place of the hit before it in the same line (0 for none), and the line. */
  #literals = new Int32Array(1 << 10);
  #before = new Int32Array(1 << 10);
  #lines = new Int32Array(1 << 10);
  #hits = 0;

  /**
   * Forgets what was marked: `count` lines come.
   * @param combinations of the texts that are looked for
   * @param marks where to keep for each line 0 or another number; null for ordinary memory
   */
  start(count: number, combinations: Combinations, marks: Int32Array | null): void {
    this.#combinations = combinations;
    this.#none = combinations.none;
    this.#hits = 0;
    this.#newest = marks ?? (this.#own.length < count ? (this.#own = new Int32Array(count * 2)) : this.#own);
    this.#newest.fill(0, 0, count);
  }

  /** @param literal its place among the texts */
  add(line: number, literal: number): void {
    const newest = this.#newest[line] ?? 0;
    if (newest !== 0 && this.#literals[newest - 1] === literal) return;
    if (this.#hits === this.#literals.length) this.#grow();
    this.#literals[this.#hits] = literal;
    this.#before[this.#hits] = newest;
    this.#lines[this.#hits] = line;
    this.#newest[line] = ++this.#hits;
  }

  has(line: number): boolean {
    return (this.#newest[line] ?? 0) !== 0;
  }

  /** The literals that stand in a line, in no particular order; one may be there twice. Lines that hold the same mostly give the same list. */
  textsIn(line: number): readonly string[] {
    return this.#foundIn(line).texts;
  }

  /** A number for the literals that stand in a line: not 0, and never given for others. */
  setIn(line: number): number {
    return this.#foundIn(line).set;
  }

  /** Writes for each marked line from `from` on the number of the literals that stand in it. */
  writeSets(from: number, sets: Int32Array): void {
    for (let hit = 0; hit < this.#hits; hit++) {
      const line = this.#lines[hit] ?? 0;
      // Of the hits in a line only the newest one.
      if (line >= from && this.#newest[line] === hit + 1) sets[line] = this.#foundIn(line).set;
    }
  }

  #foundIn(line: number): Found {
    let found = this.#none;
    for (let hit = this.#newest[line] ?? 0; hit !== 0; hit = this.#before[hit - 1] ?? 0)
      found = this.#combinations.with(found, this.#literals[hit - 1] ?? 0);
    return found;
  }

  #grow(): void {
    this.#literals = doubled(this.#literals);
    this.#before = doubled(this.#before);
    this.#lines = doubled(this.#lines);
  }
}
