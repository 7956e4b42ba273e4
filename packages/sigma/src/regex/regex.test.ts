import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { buildAutomaton } from "./automaton.ts";
import { parseRegex } from "./parse-regex.ts";
import { compileSearch } from "./search.ts";

const PLAIN = { ignoreCase: false, multiline: false, dotAll: false };

function found(source: string, text: string, flags: Partial<typeof PLAIN> = {}): boolean {
  const automaton = buildAutomaton(parseRegex(source, { ...PLAIN, ...flags }));
  if (automaton === null) throw new Error("too large");
  return compileSearch(automaton)(text);
}

describe("a regular expression means what it means elsewhere", () => {
  test.each([
    ["abc", ["xabcx", "ab", ""]],
    ["^a.*b$", ["ab", "axxb", "xab", "a\nb"]],
    ["a|bc|", ["", "bc"]],
    ["(a|b)*c", ["ababc", "c", "d"]],
    ["[^a-c]x", ["ax", "dx"]],
    ["a{2,3}b", ["ab", "aab", "aaaaab"]],
    ["^(?:a{2}){2}$", ["aaaa", "aaa"]],
    ["a{,2}", ["a{,2}", "aa"]],
    ["\\d+\\.\\w\\S\\s", ["12.ab ", "12.a"]],
    ["\\bcat\\b", ["a cat sat", "concat", "cat"]],
    ["\\Bcat", ["concat", "cat"]],
    ["x*?y+?", ["xxy", "x"]],
    ["\\x41\\t", ["A\t", "a\t"]],
    ["[\\d\\-x]z", ["-z", "5z", "az"]],
    ["(?<name>q)r", ["qr"]],
    ["\\\\windows\\\\", ["C:\\windows\\x"]],
    ["^$", ["", "a"]],
  ])("%s", (source, texts) => {
    for (const text of texts)
      expect([text, found(source, text)]).toEqual([text, new RegExp(source).test(text)]);
  });

  test("flags inside the expression count where they stand", () => {
    expect(found("(?i)ABC", "xabc")).toBe(true);
    expect(found("a(?i:B)c", "abc")).toBe(true);
    expect(found("a(?i:B)c", "abC")).toBe(false);
    expect(found("(?s)a.b", "a\nb")).toBe(true);
    expect(found("a(?#a remark)b", "ab")).toBe(true);
    expect(found("[]a]b", "]b")).toBe(true);
    expect(found("[[:alpha:]]+[[:^digit:]]", "ab")).toBe(true);
  });

  test("a character outside the basic plane is one character", () => {
    expect(found("^.$", "\u{1f600}")).toBe(true);
    expect(found("^[\u{1f600}-\u{1f64f}]x$", "\u{1f605}x")).toBe(true);
    expect(found("^\\x{1f600}$", "\u{1f600}")).toBe(true);
    expect(found("^\u{1f600}{2}$", "\u{1f600}\u{1f600}")).toBe(true);
    expect(found("^[^a]$", "\u{1f600}")).toBe(true);
    expect(found("\u{10400}", "\u{10428}", { ignoreCase: true })).toBe(true);
  });

  test("random expressions give the same answer as the engine of JavaScript", () => {
    const atom = fc.constantFrom(
      "a",
      "b",
      "[ab]",
      "[^a]",
      ".",
      "\\w",
      "\\b",
      "^",
      "$",
      "(a|b)",
      "(?:ab|b)",
      "(a*b)",
    );
    const quantifier = fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{1,2}", "*?");
    const part = fc.tuple(atom, quantifier).map(([a, q]) => (/^(\^|\$|\\b)$/.test(a) ? a : a + q));
    const expression = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c", " ", "\n"), maxLength: 12 });
    const flags = fc.record({ ignoreCase: fc.boolean(), multiline: fc.boolean(), dotAll: fc.boolean() });
    fc.assert(
      fc.property(expression, text, flags, (source, value, set) => {
        const letters = `${set.ignoreCase ? "i" : ""}${set.multiline ? "m" : ""}${set.dotAll ? "s" : ""}`;
        expect(found(source, value, set)).toBe(new RegExp(source, letters).test(value));
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});

describe("an expression that would hang another engine", () => {
  test.each([
    "(a+)+$",
    "^(a|a)*$",
    "(a|aa)+$",
    "(.*)*x",
    "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaa$",
    ".*.*.*=.*;",
  ])("%s is answered in one walk over a long text", (source) => {
    const hostile = `${"a".repeat(100_000)}!`;
    expect(found(source, hostile)).toBe(false);
  });

  test("an expression with very many sets of states stays within its memory", () => {
    const source = `(a|b)*a${"(a|b)".repeat(14)}c`;
    let text = "";
    for (let i = 0; i < 20_000; i++) text += (i * i) % 7 < 3 ? "a" : "b";
    expect(found(source, text)).toBe(false);
    expect(found(source, `${text}a${"b".repeat(14)}c`)).toBe(true);
  });
});
