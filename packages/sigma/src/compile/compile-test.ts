import { fixedTexts, longestChoice, shortest } from "../literals/regex-factor.ts";
import { parseAddress } from "../parse/network.ts";
import { buildAutomaton } from "../regex/automaton.ts";
import { compileSearch } from "../regex/search.ts";
import type { RegexNode } from "../regex/syntax.ts";
import { compilePattern, fold } from "../rule/glob.ts";
import type { Comparison, Network, Placement, Test } from "../rule/search.ts";
import { timePartOf } from "./time-part.ts";
import { compileFieldReader, type FieldGetter, type FieldMapping, type FieldValue } from "./field-values.ts";

/** A test ready to run on a field's value; `get` serves tests that look at a second field. */
export type CompiledTest = (value: FieldValue, get: FieldGetter) => boolean;

/** Makes a closure of a test. A list of values passes when any of its values does. */
export function compileTest(test: Test, mapping: FieldMapping): CompiledTest {
  switch (test.kind) {
    case "null":
      return (value) => value === null || value === undefined;
    case "exists":
      return (value) => (value !== undefined) === test.expected;
    case "field-ref":
      return compileReference(test.field, test.placement, test.cased, mapping);
    case "text":
    case "regex":
    case "cidr":
    case "number":
    case "time-part":
    case "compare": {
      const single = compileTextTest(test);
      return (value) => {
        if (typeof value === "string") return single(value);
        if (typeof value === "number") return single(String(value));
        return value !== null && value !== undefined && value.some(single);
      };
    }
  }
}

/** More texts than this, or shorter ones, cost more than they save. */
const MAX_NEEDED = 24;
const MIN_NEEDED_LENGTH = 3;

/** Looks for what every match holds before the expression is walked through letter by letter. */
function withNeededTexts(node: RegexNode, search: (text: string) => boolean): (text: string) => boolean {
  const needed = longestChoice(
    fixedTexts(node).filter((texts) => texts.length <= MAX_NEEDED && shortest(texts) >= MIN_NEEDED_LENGTH),
  );
  if (needed === undefined) return search;
  return (text) => {
    const lower = text.toLowerCase();
    return needed.some((part) => lower.includes(part)) && search(text);
  };
}

/** Makes a closure of a test of one text; tests that ask about absence or other fields never pass here. */
export function compileTextTest(test: Test): (text: string) => boolean {
  switch (test.kind) {
    case "text":
      return compilePattern(test.pattern, test.cased);
    case "regex": {
      const automaton = buildAutomaton(test.node);
      // The parser has refused rules whose expression is too large; a hand-made node that is matches nothing.
      return automaton === null ? () => false : withNeededTexts(test.node, compileSearch(automaton));
    }
    case "cidr":
      return (text) => isInside(text, test.network);
    case "number":
      return (text) => numberOf(text) === test.value;
    case "compare":
      return (text) => compares(numberOf(text), test.comparison, test.value);
    case "time-part":
      return (text) => {
        const number = timePartOf(text, test.part);
        return number !== null && compares(number, test.comparison, test.value);
      };
    case "null":
    case "exists":
    case "field-ref":
      return () => false;
  }
}

function numberOf(text: string): number {
  const trimmed = text.trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : NaN;
}

function compares(value: number, comparison: Comparison | "eq", limit: number): boolean {
  switch (comparison) {
    case "eq":
      return value === limit;
    case "lt":
      return value < limit;
    case "lte":
      return value <= limit;
    case "gt":
      return value > limit;
    case "gte":
      return value >= limit;
  }
}

function isInside(text: string, network: Network): boolean {
  const bytes = parseAddress(text.trim());
  if (bytes?.length !== network.bytes.length) return false;
  let bits = network.prefixBits;
  for (let i = 0; bits > 0; i++, bits -= 8) {
    const mask = bits >= 8 ? 0xff : (0xff << (8 - bits)) & 0xff;
    if (((bytes[i] ?? 0) & mask) !== ((network.bytes[i] ?? 0) & mask)) return false;
  }
  return true;
}

function compileReference(
  field: string,
  placement: Placement,
  cased: boolean,
  mapping: FieldMapping,
): CompiledTest {
  const read = compileFieldReader(field, mapping);
  const form = (text: string): string => (cased ? text : fold(text));
  return (value, get) => {
    const others = textsOf(read(get)).map(form);
    return textsOf(value).some((text) => others.some((other) => stands(form(text), other, placement)));
  };
}

function textsOf(value: FieldValue): readonly string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === "string") return [value];
  return typeof value === "number" ? [String(value)] : value;
}

function stands(text: string, part: string, placement: Placement): boolean {
  switch (placement) {
    case "whole":
      return text === part;
    case "start":
      return text.startsWith(part);
    case "end":
      return text.endsWith(part);
    case "anywhere":
      return text.includes(part);
  }
}
