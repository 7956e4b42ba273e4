/**
 * How the compiled kernels look for literals: a plan is the memory they need, made once for each filter and laid into the kernels' memory
 * when another one was there. Long literals are found by a word that starts at a multiple of a stride, see literal-filter.ts; the fewer
 * words are looked up the better, so that the stride is 8 where all but a few literals are long enough; those few are looked for by three
 * of their bytes, sixteen places at a time (the shuffle of Hyperscan's Teddy, https://github.com/intel/hyperscan).
 */

/** Literals that may be looked for one by one, two in each of eight groups. */
export const MAX_FEW = 16;
const GROUPS = 8;
/** Bytes by which each of them is found. */
const FEW_BYTES = 3;
/** Makes the letters of a word small (and a few other characters other ones: comparing sorts them out). */
export const FOLD = 0x20202020;
/** Places in the table of hashes. */
export const PLAN_HASHES: number = 1 << 16;
/** More literals than this, or longer ones together, do not fit: plain JavaScript looks for them. */
const MAX_LITERALS = 1 << 13;
const MAX_LITERAL_BYTES = 1 << 18;
const MAX_ENTRIES = (1 << 16) - 1;
const ENTRY_BYTES = 16;

/** Sizes in bytes of the parts of a plan in the kernels' memory. */
interface PlanSizes {
  readonly dirs: number;
  readonly literals: number;
  readonly heads: number;
  readonly entries: number;
  readonly few: number;
  readonly groups: number;
}

/** Room for the largest plan; behind the tables for a few literals lies room for one vector. */
export const PLAN_SIZES: PlanSizes = {
  dirs: MAX_LITERALS * 8,
  literals: MAX_LITERAL_BYTES,
  heads: PLAN_HASHES * 2,
  entries: (MAX_ENTRIES + 1) * ENTRY_BYTES,
  few: FEW_BYTES * 32 + 16,
  groups: GROUPS * 16,
};

/** Distance of the words that are looked up. */
export type Stride = 1 | 2 | 4 | 8;

/** What the kernels need for a set of literals; `dirs` holds lengths and, until it is laid into memory, places from 0. */
export interface LiteralPlan {
  readonly dirs: Int32Array;
  readonly literals: Uint8Array;
  /** In `present` for each hash a bit for each way in which the byte behind the word may end (three bits); 0 where no word has the hash. */
  readonly tables: readonly { readonly stride: Stride; readonly present: Uint8Array }[];
  readonly heads: Uint16Array;
  readonly entries: Int32Array;
  /** Null when no literal is looked for by itself. */
  readonly few: { readonly tables: Uint8Array; readonly groups: Int32Array } | null;
}

/** Where in a literal the word or the bytes stand by which it is found: the rarest window of 3 + stride bytes. */
export type ChooseWindow = (pattern: Buffer, stride: Stride) => number;

/** Plans the search for patterns (small letters, 4 bytes and more each); null when they do not fit into the kernels' memory. */
export function planLiterals(
  patterns: readonly Buffer[],
  hash: (word: number) => number,
  choose: ChooseWindow,
): LiteralPlan | null {
  const bytes = patterns.reduce((sum, pattern) => sum + pattern.length, 0);
  const strideOf = chooseStrides(patterns);
  const entryCount = patterns.reduce((sum, pattern) => sum + (strideOf(pattern) ?? 0), 0);
  if (patterns.length > MAX_LITERALS || bytes > MAX_LITERAL_BYTES || entryCount > MAX_ENTRIES) return null;
  const words = new WordTables(entryCount, hash);
  const few: (readonly [literal: number, pattern: Buffer])[] = [];
  for (const [literal, pattern] of patterns.entries()) {
    const stride = strideOf(pattern);
    if (stride === null) few.push([literal, pattern]);
    else words.add(literal, pattern, { stride, start: choose(pattern, stride) });
  }
  return { ...layOut(patterns), ...words.done(), few: planFew(few, choose) };
}

/** The stride for each pattern, null for those that are looked for by themselves. */
function chooseStrides(patterns: readonly Buffer[]): (pattern: Buffer) => Stride | null {
  const below = (length: number): number => patterns.filter((pattern) => pattern.length < length).length;
  // Looking for a few costs as much as half of the words.
  if (below(MEDIUM) > 0 && below(LONG) <= MAX_FEW) return ({ length }) => (length < LONG ? null : 8);
  const isFew = below(MEDIUM) <= MAX_FEW;
  return ({ length }) => {
    if (length >= MEDIUM) return 4;
    if (isFew) return null;
    return length >= SHORT ? 2 : 1;
  };
}

/** Lengths from which on a whole word stands at a multiple of 8, 4 and 2, whatever the alignment. */
const LONG = 11;
const MEDIUM = 7;
const SHORT = 5;

function layOut(patterns: readonly Buffer[]): Pick<LiteralPlan, "dirs" | "literals"> {
  const dirs = new Int32Array(patterns.length * 2);
  const literals = new Uint8Array(patterns.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const [literal, pattern] of patterns.entries()) {
    dirs.set([place, pattern.length], literal * 2);
    literals.set(pattern, place);
    place += pattern.length;
  }
  return { dirs, literals };
}

/** Words by hash, each with the literals that hold it. Entry 0 means none. */
class WordTables {
  readonly #hash: (word: number) => number;
  readonly #present = new Map<Stride, Uint8Array>();
  readonly #heads = new Uint16Array(PLAN_HASHES);
  readonly #entries: Int32Array;
  #count = 0;

  constructor(entryCount: number, hash: (word: number) => number) {
    this.#hash = hash;
    this.#entries = new Int32Array(((entryCount + 1) * ENTRY_BYTES) / 4);
  }

  add(literal: number, pattern: Buffer, at: { readonly stride: Stride; readonly start: number }): void {
    const present = this.#present.get(at.stride) ?? new Uint8Array(PLAN_HASHES);
    this.#present.set(at.stride, present);
    for (let offset = at.start; offset < at.start + at.stride; offset++) {
      const word = pattern.readInt32LE(offset) | FOLD;
      const hash = this.#hash(word);
      // Letters differ from their capitals in none of the last three bits.
      const behind = pattern[offset + 4];
      present[hash] = (present[hash] ?? 0) | (behind === undefined ? 0xff : 1 << (behind & 7));
      this.#entries.set([word, literal, offset, this.#heads[hash] ?? 0], (++this.#count * ENTRY_BYTES) / 4);
      this.#heads[hash] = this.#count;
    }
  }

  done(): Pick<LiteralPlan, "tables" | "heads" | "entries"> {
    const tables = [...this.#present].map(([stride, present]) => ({ stride, present }));
    return { tables, heads: this.#heads, entries: this.#entries };
  }
}

/** What the kernels need to look for a few texts in one line. */
export interface FewPlan {
  readonly dirs: Int32Array;
  readonly literals: Uint8Array;
  readonly tables: Uint8Array;
  readonly groups: Int32Array;
}

const MAX_FEW_LENGTH = 32;

/** Sizes in bytes of the parts of such a plan; literals longer than this are looked for by their beginning. */
export const FEW_SIZES: Pick<PlanSizes, "dirs" | "literals" | "few" | "groups"> = {
  dirs: MAX_FEW * 8,
  literals: MAX_FEW * MAX_FEW_LENGTH,
  few: PLAN_SIZES.few,
  groups: PLAN_SIZES.groups,
};

/** Plans the search for at most {@link MAX_FEW} texts (small letters, 4 bytes and more each, Latin-1). */
export function planFewTexts(texts: readonly string[]): FewPlan {
  const patterns = texts.map((text) => Buffer.from(text.slice(0, MAX_FEW_LENGTH), "latin1"));
  const numbered = patterns.map((pattern, index) => [index, pattern] as const);
  const few = planFew(numbered, () => 0) ?? { tables: new Uint8Array(0), groups: new Int32Array(0) };
  return { ...layOut(patterns), ...few };
}

function planFew(
  few: readonly (readonly [literal: number, pattern: Buffer])[],
  choose: ChooseWindow,
): LiteralPlan["few"] {
  if (few.length === 0) return null;
  const tables = new Uint8Array(FEW_BYTES * 32);
  const groups = new Int32Array(GROUPS * 4);
  for (const [index, [literal, pattern]] of few.entries()) {
    const group = index % GROUPS;
    const start = choose(pattern, 1);
    groups.set([literal + 1, start], group * 4 + (index < GROUPS ? 0 : 2));
    for (let place = 0; place < FEW_BYTES; place++) {
      const byte = (pattern[start + place] ?? 0) | 0x20;
      const low = place * 32 + (byte & 0x0f);
      const high = place * 32 + 16 + (byte >>> 4);
      tables[low] = (tables[low] ?? 0) | (1 << group);
      tables[high] = (tables[high] ?? 0) | (1 << group);
    }
  }
  return { tables, groups };
}
