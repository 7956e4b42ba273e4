import { Buffer } from "node:buffer";

import type { EvtxWish } from "../artifacts/index.ts";
import { compileLiterals, MIN_LITERAL_BYTES, type BlockKernel, type LiteralFilter } from "../core/index.ts";

/** Whether the texts of a record may hold what it is asked for. */
type TextTest = Exclude<EvtxWish, string>;

/** Different constants of templates remembered for each test; a log made to hold more costs time, not memory. */
const MAX_KEPT = 4_096;
/** Room for the halves of most records. */
const FIRST_BYTES = 1 << 16;
/** Zeros between the two halves that are searched: no text goes on from one to the other. */
const GAP_BYTES = 8;

/** What one test asks for. */
interface Asked {
  /** 1 for the literals of the filter. */
  readonly flags: Uint8Array;
  /** Literals that are too short for the filter; null where there are none. */
  readonly short: RegExp | null;
}

/**
 * Looks for texts in records of event logs before these are decoded. The low bytes of UTF-16 are laid side by side, once for texts at even
 * offsets and once for those at odd ones, and searched like any text. That ignores the high bytes: it may find too much, never too little.
 */
export class EventTexts {
  readonly #filter: LiteralFilter;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #kernel: BlockKernel | null;
  #halves: Buffer;

  /**
   * @param literals every text that a test will ask for, ASCII, lower case
   * @param kernel whose memory is written to and searched within one test
   */
  constructor(literals: readonly string[], kernel: BlockKernel | null = null) {
    this.#kernel = kernel;
    this.#halves = kernel?.text ?? Buffer.alloc(FIRST_BYTES);
    this.#filter = compileLiterals(literals.filter((text) => !isShort(text)));
    this.#numbers = new Map(this.#filter.texts.map((text, number) => [text, number]));
  }

  /** True for texts that hold one of the literals, in any case. */
  testFor(literals: readonly string[]): TextTest {
    const asked = this.#ask(literals);
    if (asked === null) return () => true;
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
      constants.some(holds) || this.#holdsAny(bytes, asked) || hasFoldingUnits(bytes);
  }

  /** Null for a literal of which nobody said that it would be asked for. */
  #ask(literals: readonly string[]): Asked | null {
    const flags = Uint8Array.from(this.#filter.texts, () => 0);
    for (const literal of literals.filter((text) => !isShort(text))) {
      const number = this.#numbers.get(literal);
      if (number === undefined) return null;
      flags[number] = 1;
    }
    const short = literals.filter(isShort).map((text) => text.replace(/[^a-z0-9]/gu, "\\$&"));
    return { flags, short: short.length === 0 ? null : new RegExp(short.join("|"), "i") };
  }

  #holdsAny(bytes: Uint8Array, { flags, short }: Asked): boolean {
    const length = this.#split(bytes);
    const found: number[] = [];
    const kernel = this.#halves === this.#kernel?.text ? this.#kernel : null;
    const keep = (_at: number, literal: number): void => {
      if (flags[literal] === 1) found.push(literal);
    };
    this.#filter.scan(this.#halves, length, keep, kernel);
    return found.length > 0 || (short !== null && short.test(this.#halves.toString("latin1", 0, length)));
  }

  /** The bytes at even offsets, a gap, and those at odd ones; gives the length of it all. */
  #split(bytes: Uint8Array): number {
    const half = (bytes.length + 1) >> 1;
    const odd = half + GAP_BYTES;
    if (this.#halves.length < odd + half) this.#halves = Buffer.alloc(2 * (odd + half));
    const halves = this.#halves;
    for (let i = 0, to = 0; to < half; i += 2, to++) {
      halves[to] = bytes[i] ?? 0;
      halves[odd + to] = bytes[i + 1] ?? 0;
    }
    halves.fill(0, half, odd);
    return odd + half;
  }
}

function isShort(text: string): boolean {
  return text.length < MIN_LITERAL_BYTES;
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
