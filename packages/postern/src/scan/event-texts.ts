import type { EvtxWish } from "../artifacts/index.ts";
import { compileLiterals, type LiteralFilter } from "../core/index.ts";

/** Whether the texts of a record may hold what it is asked for. */
type TextTest = Exclude<EvtxWish, string>;

/** Different constants of templates remembered for each test; a log made to hold more costs time, not memory. */
const MAX_KEPT = 4_096;
/** Zeros between the two halves that are searched: no text goes on from one to the other. */
const GAP_BYTES = 8;

/**
 * Looks for texts in records of event logs before these are decoded. The low bytes of UTF-16 are laid side by side, once for texts at even
 * offsets and once for those at odd ones, and searched like any text. That ignores the high bytes: it may find too much, never too little.
 */
export class EventTexts {
  readonly #filter: LiteralFilter;
  readonly #numbers: ReadonlyMap<string, number>;
  #halves = new Uint8Array(1 << 16);

  /** @param literals every text that a test will ask for, ASCII, lower case */
  constructor(literals: readonly string[]) {
    this.#filter = compileLiterals(literals);
    this.#numbers = new Map(this.#filter.texts.map((text, number) => [text, number]));
  }

  /** True for texts that hold one of the literals, in any case. */
  testFor(literals: readonly string[]): TextTest {
    const isAsked = Uint8Array.from(this.#filter.texts, () => 0);
    for (const literal of literals) {
      const number = this.#numbers.get(literal);
      if (number === undefined) return () => true; // nobody said that it would be asked for
      isAsked[number] = 1;
    }
    const kept = new Map<string, boolean>();
    const holds = (constant: string): boolean => {
      let known = kept.get(constant);
      if (known === undefined) {
        const lower = constant.toLowerCase();
        known = hasFoldingLetters(constant) || literals.some((literal) => lower.includes(literal));
        if (kept.size < MAX_KEPT) kept.set(constant, known);
      }
      return known;
    };
    return ({ bytes, constants }) =>
      constants.some(holds) || this.#holdsAny(bytes, isAsked) || hasFoldingUnits(bytes);
  }

  #holdsAny(bytes: Uint8Array, isAsked: Uint8Array): boolean {
    const length = this.#split(bytes);
    let holds = false;
    this.#filter.scan(this.#halves, length, (_at, literal) => {
      if (isAsked[literal] === 1) holds = true;
    });
    return holds;
  }

  /** The bytes at even offsets, a gap, and those at odd ones; gives the length of it all. */
  #split(bytes: Uint8Array): number {
    const half = (bytes.length + 1) >> 1;
    const odd = half + GAP_BYTES;
    if (this.#halves.length < odd + half) this.#halves = new Uint8Array(2 * (odd + half));
    const halves = this.#halves;
    for (let i = 0, to = 0; to < half; i += 2, to++) {
      halves[to] = bytes[i] ?? 0;
      halves[odd + to] = bytes[i + 1] ?? 0;
    }
    halves.fill(0, half, odd);
    return odd + half;
  }
}

/** Letters outside of ASCII that expressions without regard to case take for an `s` and a `k`. */
function hasFoldingLetters(text: string): boolean {
  return /[\u017f\u212a]/u.test(text);
}

/** The same in bytes, at any offset. */
function hasFoldingUnits(bytes: Uint8Array): boolean {
  for (let i = 1; i < bytes.length; i++) {
    const high = bytes[i] ?? 0;
    if (high === 0x01 ? bytes[i - 1] === 0x7f : high === 0x21 && bytes[i - 1] === 0x2a) return true;
  }
  return false;
}
