import { doubled } from "../../core/index.ts";

/** More combinations than this are forgotten: whoever writes a log must not fill the memory. */
const MAX_COMBINATIONS = 1 << 12;

/** Literals found in a line in this order, and those found with one more. */
interface Found {
  readonly texts: readonly string[];
  readonly next: Map<number, Found>;
}

/** Which lines of a block hold a literal, and which literals they are. Reused for the next block. */
export class MarkedLines {
  #texts: readonly string[] = [];
  /** Nearly all marked lines hold one of a few combinations: each is told by one list that is made once. */
  #found: Found = { texts: [], next: new Map() };
  #combinations = 0;
  /** For each line 1 + the place of its newest hit, 0 for none. */
  #newest: Int32Array = new Int32Array(0);
  #own: Int32Array = this.#newest;
  /** For each hit its literal, and 1 + the place of the hit before it in the same line. */
  #literals = new Int32Array(1 << 10);
  #before = new Int32Array(1 << 10);
  #hits = 0;

  /**
   * Forgets what was marked: `count` lines come, in which `texts` are looked for.
   * @param marks where to keep for each line 0 or another number; null for ordinary memory
   */
  start(count: number, texts: readonly string[], marks: Int32Array | null): void {
    if (this.#texts !== texts || this.#combinations > MAX_COMBINATIONS) this.#forget(texts);
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
    this.#newest[line] = ++this.#hits;
  }

  has(line: number): boolean {
    return (this.#newest[line] ?? 0) !== 0;
  }

  /** The literals that stand in a line, in no particular order; one may be there twice. Lines that hold the same mostly give the same list. */
  textsIn(line: number): readonly string[] {
    let found = this.#found;
    for (let hit = this.#newest[line] ?? 0; hit !== 0; hit = this.#before[hit - 1] ?? 0) {
      const literal = this.#literals[hit - 1] ?? 0;
      found = found.next.get(literal) ?? this.#combine(found, literal);
    }
    return found.texts;
  }

  #combine(found: Found, literal: number): Found {
    const combined: Found = { texts: [...found.texts, this.#texts[literal] ?? ""], next: new Map() };
    found.next.set(literal, combined);
    this.#combinations++;
    return combined;
  }

  #forget(texts: readonly string[]): void {
    this.#texts = texts;
    this.#found = { texts: [], next: new Map() };
    this.#combinations = 0;
  }

  #grow(): void {
    this.#literals = doubled(this.#literals);
    this.#before = doubled(this.#before);
  }
}
