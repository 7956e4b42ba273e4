import { type Pattern, type PatternPart, plainTextOf } from "./pattern.ts";

/**
 * Lower case for comparing. Two characters outside ASCII have ASCII letters as their lower case (the dotted capital I and
 * the Kelvin sign); they stay as they are, so that a text equal under folding has the same ASCII bytes but for case:
 * the literals of a rule are looked for in bytes.
 */
export function fold(text: string): string {
  if (!/[\u0130\u212a]/.test(text)) return text.toLowerCase();
  return text.replace(/[^\u0130\u212a]+/g, (part) => part.toLowerCase());
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
  if (segments.length === 1) return (value) => value.length === widthOf(first) && fitsAt(first, value, 0);
  const edges = widthOf(first) + widthOf(last);
  return (value) => {
    if (value.length < edges || !fitsAt(first, value, 0)) return false;
    const endAt = value.length - widthOf(last);
    let at = widthOf(first);
    for (const segment of middle) {
      at = findFit(segment, value, at, endAt);
      if (at < 0) return false;
      at += widthOf(segment);
    }
    return at <= endAt && fitsAt(last, value, endAt);
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

function widthOf(segment: readonly PatternPart[]): number {
  return segment.reduce((sum, part) => sum + (part.kind === "plain" ? part.text.length : 1), 0);
}

function findFit(segment: readonly PatternPart[], value: string, from: number, end: number): number {
  const [head] = segment;
  const width = widthOf(segment);
  for (let at = from; at + width <= end; at++) {
    if (head?.kind === "plain") {
      at = value.indexOf(head.text, at);
      if (at < 0 || at + width > end) return -1;
    }
    if (fitsAt(segment, value, at)) return at;
  }
  return -1;
}

function fitsAt(segment: readonly PatternPart[], value: string, from: number): boolean {
  let at = from;
  for (const part of segment) {
    if (part.kind === "plain") {
      if (!value.startsWith(part.text, at)) return false;
      at += part.text.length;
    } else {
      if (part.kind === "one-of" && !part.characters.includes(value.charAt(at))) return false;
      at++;
    }
  }
  return at <= value.length;
}
