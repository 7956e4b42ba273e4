import { type Pattern, type PatternPart, plainTextOf } from "./pattern.ts";

/**
 * Lower case for comparing, character by character. Two characters outside ASCII have ASCII letters as their lower case (the
 * dotted capital I and the Kelvin sign); they stay as they are, so that a text equal under folding has the same ASCII bytes but
 * for case: the literals of a rule are looked for in bytes. A capital sigma becomes the same letter wherever it stands.
 */
export function fold(text: string): string {
  if (!/[\u0130\u212a\u03a3]/.test(text)) return text.toLowerCase();
  return text.replaceAll("\u03a3", "\u03c3").replace(/[^\u0130\u212a]+/g, (part) => part.toLowerCase());
}

/** Compiles a pattern to a test of a whole value. Time is bounded by value length times pattern length: no backtracking. */
export function compilePattern(pattern: Pattern, cased: boolean): (value: string) => boolean {
  const matcher = compileFolded(cased ? pattern : pattern.map(foldPart));
  return cased ? matcher : (value) => matcher(fold(value));
}

function foldPart(part: PatternPart): PatternPart {
  return part.kind === "plain" ? { kind: "plain", text: fold(part.text) } : part;
}

function compileFolded(pattern: Pattern): (value: string) => boolean {
  const whole = plainTextOf(pattern);
  if (whole !== null) return (value) => value === whole;
  const simple = compileSimple(pattern);
  return simple ?? compileSegments(pattern);
}

/** The three shapes that most rules have; null for all others. */
function compileSimple(pattern: Pattern): ((value: string) => boolean) | null {
  const [first, second, third] = pattern;
  if (pattern.length === 1 && first?.kind === "many") return () => true;
  if (pattern.length === 2 && first?.kind === "plain" && second?.kind === "many") {
    return (value) => value.startsWith(first.text);
  }
  if (pattern.length === 2 && first?.kind === "many" && second?.kind === "plain") {
    return (value) => value.endsWith(second.text);
  }
  if (pattern.length === 3 && first?.kind === "many" && second?.kind === "plain" && third?.kind === "many") {
    return (value) => value.includes(second.text);
  }
  return null;
}

/** Between two stars the leftmost place that fits is always good enough, so nothing is ever tried twice. */
function compileSegments(pattern: Pattern): (value: string) => boolean {
  const segments = splitAtMany(pattern);
  const [first = []] = segments;
  const last = segments.at(-1) ?? [];
  const middle = segments.slice(1, -1);
  if (segments.length === 1) return (value) => endOfFit(first, value, 0) === value.length;
  return (value) => {
    const lastAt = startOfLastFit(last, value);
    let at = endOfFit(first, value, 0);
    for (const segment of middle) {
      if (at < 0) return false;
      at = findFit(segment, value, at);
    }
    return at >= 0 && at <= lastAt;
  };
}

function splitAtMany(pattern: Pattern): readonly PatternPart[][] {
  let current: PatternPart[] = [];
  const segments = [current];
  for (const part of pattern) {
    if (part.kind === "many") segments.push((current = []));
    else current.push(part);
  }
  return segments;
}

/** The end of the leftmost fit at or after `from`; -1 when there is none. */
function findFit(segment: readonly PatternPart[], value: string, from: number): number {
  const [head] = segment;
  if (head === undefined) return from;
  for (let at = from; at <= value.length; at++) {
    if (head.kind === "plain") {
      at = value.indexOf(head.text, at);
      if (at < 0) return -1;
    } else if (isLowHalf(value, at)) continue;
    const end = endOfFit(segment, value, at);
    if (end >= 0) return end;
  }
  return -1;
}

/** Where a fit that begins at `from` ends; -1 when there is none. One character may be two code units. */
function endOfFit(segment: readonly PatternPart[], value: string, from: number): number {
  let at = from;
  for (const part of segment) {
    if (part.kind === "plain") {
      if (!value.startsWith(part.text, at)) return -1;
      at += part.text.length;
    } else {
      if (at >= value.length) return -1;
      if (part.kind === "one-of" && !part.characters.includes(value.charAt(at))) return -1;
      at += isLowHalf(value, at + 1) ? 2 : 1;
    }
  }
  return at;
}

/** Where a fit that ends with the value begins; -1 when there is none. */
function startOfLastFit(segment: readonly PatternPart[], value: string): number {
  let at = value.length;
  for (const part of segment.toReversed()) {
    if (part.kind === "plain") {
      if (at < part.text.length || !value.endsWith(part.text, at)) return -1;
      at -= part.text.length;
    } else {
      at -= isLowHalf(value, at - 1) ? 2 : 1;
      if (at < 0) return -1;
      if (part.kind === "one-of" && !part.characters.includes(value.charAt(at))) return -1;
    }
  }
  return at;
}

/** Whether the second half of a character outside the basic plane stands at a place. */
function isLowHalf(value: string, at: number): boolean {
  const unit = value.charCodeAt(at);
  if (!(unit >= 0xdc00 && unit <= 0xdfff)) return false;
  const before = value.charCodeAt(at - 1);
  return before >= 0xd800 && before <= 0xdbff;
}
