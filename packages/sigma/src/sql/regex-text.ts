import { inRanges, LAST_UNIT, type RegexNode } from "../regex/syntax.ts";
import type { Pattern } from "../rule/pattern.ts";

/** RE2 refuses counts, and products of nested counts, above this. */
const MAX_COUNT = 1000;

/** An expression in the syntax of RE2 (and PCRE), flags worked in. Source: https://github.com/google/re2/wiki/Syntax */
export function regexToText(node: RegexNode): string {
  switch (node.kind) {
    case "set":
      return setToText(node.ranges);
    case "assert":
      return ASSERTIONS[node.what];
    case "sequence":
      return node.parts.map((part) => (part.kind === "choice" ? grouped(part) : regexToText(part))).join("");
    case "choice":
      return node.parts.map((part) => (part.kind === "choice" ? grouped(part) : regexToText(part))).join("|");
    case "repeat":
      return repeatToText(node.part, node.min, node.max);
  }
}

const ASSERTIONS = Object.freeze({
  "text-start": "\\A",
  "text-end": "\\z",
  "line-start": "(?m:^)",
  "line-end": "(?m:$)",
  "word-edge": "\\b",
  "no-word-edge": "\\B",
});

function grouped(node: RegexNode): string {
  return `(?:${regexToText(node)})`;
}

function repeatToText(part: RegexNode, min: number, max: number | null): string {
  const one = part.kind === "set" ? regexToText(part) : grouped(part);
  if (max === null && min <= 1) return one + (min === 0 ? "*" : "+");
  const highest = max ?? min;
  if (highest * largestCount(part) <= MAX_COUNT) {
    if (min === 0 && max === 1) return `${one}?`;
    if (min === max) return `${one}{${min}}`;
    return `${one}{${min},${max ?? ""}}`;
  }
  // Written out: the parser has refused what would become too long.
  const rest = max === null ? `${one}*` : `${one}?`.repeat(max - min);
  return one.repeat(min) + rest;
}

function largestCount(node: RegexNode): number {
  switch (node.kind) {
    case "set":
    case "assert":
      return 1;
    case "sequence":
    case "choice":
      return Math.max(1, ...node.parts.map(largestCount));
    case "repeat":
      return Math.max(1, node.max ?? node.min) * largestCount(node.part);
  }
}

function setToText(ranges: readonly number[]): string {
  if (ranges.length === 0) return `[^${range(0, LAST_UNIT)}]`;
  const [first = 0, last = 0] = ranges;
  if (ranges.length === 2 && first === last) return escaped(first);
  const pairs: string[] = [];
  for (let i = 0; i + 1 < ranges.length; i += 2) pairs.push(range(ranges[i] ?? 0, ranges[i + 1] ?? 0));
  return `[${pairs.join("")}]`;
}

function range(first: number, last: number): string {
  return first === last ? escaped(first) : `${escaped(first)}-${escaped(last)}`;
}

const PLAIN = [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a];

/** Letters and digits as they are, everything else by its number: nothing can be taken for syntax. */
function escaped(point: number): string {
  return inRanges(PLAIN, point) ? String.fromCodePoint(point) : `\\x{${point.toString(16)}}`;
}

/** A pattern with wildcards as an expression over the whole text. */
export function patternToRegex(pattern: Pattern): string {
  const parts = pattern.map((part) => {
    if (part.kind === "many") return "(?s:.*)";
    if (part.kind === "one") return "(?s:.)";
    if (part.kind === "one-of") return `[${pointsOf(part.characters).map(escaped).join("")}]`;
    return pointsOf(part.text).map(escaped).join("");
  });
  return `\\A${parts.join("")}\\z`;
}

function pointsOf(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}
