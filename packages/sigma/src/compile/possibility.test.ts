import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRule } from "../parse/parse-rule.ts";
import type { SigmaRule } from "../rule/rule.ts";
import { compileRule } from "./compile-rule.ts";
import { compilePossibility, UNKNOWN } from "./possibility.ts";

function ruleOf(detection: string): SigmaRule {
  const { rule, problems } = parseRule(
    `title: t\nlogsource:\n  category: webserver\ndetection:\n${detection.replaceAll(/^/gmu, "  ")}`,
    "rule.yml",
  );
  if (rule === undefined) throw new Error(JSON.stringify(problems));
  return rule;
}

const RULES = [
  "sel:\n  a|endswith: x\n  b: y\ncondition: sel",
  "sel:\n  a: x\nnot_b:\n  b: y\ncondition: sel and not not_b",
  "sel:\n  - a: x\n  - b|contains: y\nother:\n  c|exists: true\ncondition: sel or other",
  "sel:\n  a|fieldref: b\nnone:\n  c: null\ncondition: sel and 1 of none*",
  "words:\n  - x\nsel:\n  a|neq: x\ncondition: words and sel",
].map(ruleOf);

describe("whether an event of which only some fields are known can match", () => {
  it("is denied when a known field decides against the rule", () => {
    const possible = compilePossibility(ruleOf("sel:\n  a|endswith: x\n  b: y\ncondition: sel"));
    expect(possible((field) => (field === "a" ? "zzx" : UNKNOWN))).toBeNull();
    expect(possible((field) => (field === "a" ? "zz" : UNKNOWN))).toBe(false);
    expect(possible(() => UNKNOWN)).toBeNull();
    expect(possible((field) => (field === "a" ? "zzx" : "y"))).toBe(true);
  });

  it("is said rightly or not at all, whichever of its fields are known", () => {
    const value = fc.option(fc.constantFrom("x", "y", "xy", ""), { nil: undefined });
    const event = fc.record({ a: value, b: value, c: value });
    const known = fc.record({ a: fc.boolean(), b: fc.boolean(), c: fc.boolean() });
    fc.assert(
      fc.property(fc.constantFrom(...RULES), event, known, (rule, fields, shown) => {
        const values = new Map<string, string | undefined>(Object.entries(fields));
        const visible = new Map<string, boolean>(Object.entries(shown));
        const matches = compileRule(rule).matches(
          (field) => values.get(field),
          () => [...values.values()].join(" "),
        );
        const possible = compilePossibility(rule)((field) =>
          visible.get(field) === true ? values.get(field) : UNKNOWN,
        );
        expect([matches, null]).toContain(possible);
      }),
      { numRuns: 3000 },
    );
  });
});
