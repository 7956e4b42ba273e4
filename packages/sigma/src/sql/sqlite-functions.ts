import { timePartOf } from "../compile/time-part.ts";
import { compileTextTest } from "../compile/compile-test.ts";
import { parseNetwork } from "../parse/network.ts";
import { parseRegex } from "../regex/parse-regex.ts";
import { fold } from "../rule/glob.ts";
import type { TimePart } from "../rule/search.ts";

/** A function that must be made known to SQLite before a query of `sqliteDialect` runs. */
export interface SqliteFunction {
  readonly name: string;
  readonly arguments: number;
  readonly call: (...values: readonly unknown[]) => number | string | null;
}

/** Expressions and networks remembered, so that each is compiled once for a query and not once for a row. */
const MAX_REMEMBERED = 1000;

/**
 * The functions that SQLite lacks: texts without regard to case beyond ASCII, expressions, numbers, networks, parts of dates. Each
 * is deterministic; a null gives null.
 */
export function sqliteFunctions(): readonly SqliteFunction[] {
  const tests = new Map<string, (text: string) => boolean>();
  const remembered = (key: string, make: () => (text: string) => boolean): ((text: string) => boolean) => {
    const known = tests.get(key);
    if (known !== undefined) return known;
    if (tests.size >= MAX_REMEMBERED) tests.clear();
    const test = make();
    tests.set(key, test);
    return test;
  };
  const one = (name: string, call: (text: string) => number | string | null): SqliteFunction => ({
    name,
    arguments: 1,
    call: (value) => (typeof value === "string" ? call(value) : null),
  });
  const two = (name: string, call: (text: string, other: string) => number | null): SqliteFunction => ({
    name,
    arguments: 2,
    call: (value, other) =>
      typeof value === "string" && typeof other === "string" ? call(value, other) : null,
  });
  return Object.freeze([
    one("sigma_fold", fold),
    one("sigma_number", numberOf),
    two("sigma_regex", (text, key) => Number(remembered(`regex ${key}`, () => regexTest(key))(text))),
    two("sigma_network", (text, key) => Number(remembered(`network ${key}`, () => networkTest(key))(text))),
    two("sigma_time", (text, part) => (isTimePart(part) ? timePartOf(text, part) : null)),
  ]);
}

function numberOf(text: string): number | null {
  const trimmed = text.trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : null;
}

/** The key is the flags, a slash and the expression. */
function regexTest(key: string): (text: string) => boolean {
  const cut = key.indexOf("/");
  const letters = key.slice(0, cut);
  const source = key.slice(cut + 1);
  const flags = {
    ignoreCase: letters.includes("i"),
    multiline: letters.includes("m"),
    dotAll: letters.includes("s"),
  };
  return compileTextTest({ kind: "regex", source, flags, node: parseRegex(source, flags) });
}

function networkTest(source: string): (text: string) => boolean {
  const network = parseNetwork(source);
  return network === null ? () => false : compileTextTest({ kind: "cidr", source, network });
}

function isTimePart(part: string): part is TimePart {
  return ["minute", "hour", "day", "week", "month", "year"].includes(part);
}
