/** What a zero-width part asks for. */
export type Assertion = "text-start" | "text-end" | "line-start" | "line-end" | "word-edge" | "no-word-edge";

/** A regular expression as a tree. Case and dot flags are already worked into the sets. */
export type RegexNode =
  /** One character; `ranges` are sorted pairs first, last (code points, inclusive). */
  | { readonly kind: "set"; readonly ranges: readonly number[] }
  | { readonly kind: "sequence"; readonly parts: readonly RegexNode[] }
  | { readonly kind: "choice"; readonly parts: readonly RegexNode[] }
  /** `max` null: no upper bound. Greedy or lazy makes no difference to whether it matches. */
  | { readonly kind: "repeat"; readonly part: RegexNode; readonly min: number; readonly max: number | null }
  | { readonly kind: "assert"; readonly what: Assertion };

/** The last code point. */
export const LAST_UNIT = 0x10ffff;

/** Sorts and joins ranges. */
export function normalRanges(ranges: readonly number[]): readonly number[] {
  const pairs: [number, number][] = [];
  for (let i = 0; i + 1 < ranges.length; i += 2) pairs.push([ranges[i] ?? 0, ranges[i + 1] ?? 0]);
  pairs.sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [first, last] of pairs) {
    const before = joined.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return Object.freeze(joined.flat());
}

/** Everything that is not in `ranges` (which must be normal). */
export function invertedRanges(ranges: readonly number[]): readonly number[] {
  const out: number[] = [];
  let next = 0;
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const first = ranges[i] ?? 0;
    if (first > next) out.push(next, first - 1);
    next = (ranges[i + 1] ?? 0) + 1;
  }
  if (next <= LAST_UNIT) out.push(next, LAST_UNIT);
  return Object.freeze(out);
}

/** Whether a code point lies in normal ranges. */
export function inRanges(ranges: readonly number[], unit: number): boolean {
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    if (unit < (ranges[i] ?? 0)) return false;
    if (unit <= (ranges[i + 1] ?? 0)) return true;
  }
  return false;
}

/** Ranges above ASCII wider than this are not widened by case: no rule needs it, and it would cost a loop per range. */
const WIDEST_FOLDED_RANGE = 1024;

/** Adds the other case of every letter. ASCII letters only pair with ASCII letters, as in JavaScript without the u flag. */
export function caseWidened(ranges: readonly number[]): readonly number[] {
  const out = [...ranges];
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const first = ranges[i] ?? 0;
    const last = ranges[i + 1] ?? 0;
    addAsciiCase(out, first, last);
    if (last < 128 || last - first > WIDEST_FOLDED_RANGE) continue;
    for (let unit = Math.max(128, first); unit <= last; unit++) {
      for (const other of [
        String.fromCodePoint(unit).toLowerCase(),
        String.fromCodePoint(unit).toUpperCase(),
      ]) {
        const point = other.codePointAt(0) ?? 0;
        if (other.length === (point > 0xffff ? 2 : 1) && point >= 128) out.push(point, point);
      }
    }
  }
  return normalRanges(out);
}

function addAsciiCase(out: number[], first: number, last: number): void {
  const add = (from: number, to: number, shift: number): void => {
    const low = Math.max(first, from);
    const high = Math.min(last, to);
    if (low <= high) out.push(low + shift, high + shift);
  };
  add(0x41, 0x5a, 0x20);
  add(0x61, 0x7a, -0x20);
}

/** Named sets of the escapes. */
export const SETS: Readonly<Record<"d" | "w" | "s" | "dot" | "all", readonly number[]>> = Object.freeze({
  d: Object.freeze([0x30, 0x39]),
  w: Object.freeze([0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a]),
  s: Object.freeze([0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0]),
  dot: invertedRanges([0x0a, 0x0a]),
  all: Object.freeze([0, LAST_UNIT]),
});

/** The POSIX classes that may stand inside brackets. */
export const POSIX: Readonly<Record<string, readonly number[]>> = Object.freeze({
  alpha: [0x41, 0x5a, 0x61, 0x7a],
  digit: [0x30, 0x39],
  alnum: [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a],
  upper: [0x41, 0x5a],
  lower: [0x61, 0x7a],
  space: [0x09, 0x0d, 0x20, 0x20],
  xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
  punct: [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e],
  word: [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a],
});
