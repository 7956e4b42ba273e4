import {
  compileRule,
  createEngine,
  type Engine,
  type EngineEvent,
  type FieldValue,
  parseRule,
  type RecordSet,
  type RoutedRule,
  type SigmaRule,
} from "@postern/sigma";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { compileTextTest } from "../compile/compile-test.ts";
import { parseRegex } from "../regex/parse-regex.ts";
import { compileRun, shortestMatch } from "./regex-shortcuts.ts";
import { BEYOND_ASCII, buildScanner } from "./text-scanner.ts";

const ANYWHERE: RecordSet = { source: "log", channels: null, events: null };

function ruleOf(detection: string): SigmaRule {
  const body = detection.replace(/^/gm, "  ");
  const { rule, problems } = parseRule(`title: t\nlogsource:\n  product: p\ndetection:\n${body}\n`, "t.yml");
  if (rule === undefined) throw new Error(JSON.stringify(problems));
  return rule;
}

function routed(detection: string, records: RecordSet = ANYWHERE): readonly RoutedRule[] {
  return [{ rule: ruleOf(detection), fields: {}, records, pipeline: "test" }];
}

type Fields = Readonly<Record<string, FieldValue>>;

function eventOf(fields: Fields, of: Partial<EngineEvent> = {}): EngineEvent {
  const text = Object.values(fields).join("\n");
  return { source: "log", channel: null, event: null, get: (name) => fields[name], text: () => text, ...of };
}

function matched(engine: Engine, fields: Fields, of: Partial<EngineEvent> = {}): readonly number[] {
  return engine.match(eventOf(fields, of));
}

describe("rules are found by what a record is", () => {
  const sysmon = { source: "log", channels: ["sysmon"], events: ["1"] };
  const engine = createEngine([
    routed("s: {a: x}\ncondition: s", sysmon),
    routed("s: {a: x, EventID: [4624, 4625]}\ncondition: s", {
      source: "log",
      channels: ["security"],
      events: null,
    }),
    routed("s: {a: x}\ncondition: s"),
    routed("s: {a: x}\ncondition: s", { ...ANYWHERE, source: "other" }),
  ]);
  const fields = (EventID: string): Fields => ({ a: "X", EventID });

  it("by source, channel and number", () => {
    expect(matched(engine, fields("1"), { channel: "sysmon", event: "1" })).toEqual([0, 2]);
    expect(matched(engine, fields("2"), { channel: "sysmon", event: "2" })).toEqual([2]);
    expect(matched(engine, fields("4624"), { channel: "security", event: "4624" })).toEqual([1, 2]);
    expect(matched(engine, fields("4634"), { channel: "security", event: "4634" })).toEqual([2]);
    expect(matched(engine, fields("1"), { source: "other" })).toEqual([3]);
    expect(matched(engine, fields("1"), { source: "unknown" })).toEqual([]);
  });

  it("rules of every channel look at a record whose channel is not known", () => {
    expect(matched(engine, fields("1"), { channel: null, event: "1" })).toEqual([0, 2]);
    expect(matched(engine, fields("4625"))).toEqual([0, 1, 2]);
  });

  it("a rule that comes by two ways matches once", () => {
    const both = createEngine([
      [...routed("s: {a: x}\ncondition: s", sysmon), ...routed("s: {a: x}\ncondition: s")],
    ]);
    expect(matched(both, { a: "x" }, { channel: "sysmon", event: "1" })).toEqual([0]);
  });
});

describe("what became of a rule", () => {
  it("tells how many records it saw and which field none of them had", () => {
    const engine = createEngine([
      routed("s: {a: x, b|contains: y}\nn: {c: z}\ncondition: s and not n"),
      routed("s: {a: x}\ncondition: s", { ...ANYWHERE, source: "other" }),
      routed("s: {d: null}\ncondition: s"),
    ]);
    for (const a of ["x", "y"]) matched(engine, { a });
    expect(engine.uses()).toEqual([
      { records: 2, missing: ["b"], cut: false },
      { records: 0, missing: [], cut: false },
      { records: 2, missing: [], cut: false },
    ]);
  });

  it("does not count records of which nothing says that they are of its kind", () => {
    const engine = createEngine([
      routed("s: {a: x}\ncondition: s", { source: "log", channels: ["sysmon"], events: ["1"] }),
    ]);
    expect(matched(engine, { a: "x" })).toEqual([0]);
    expect(engine.uses()[0]?.records).toBe(0);
    matched(engine, { a: "x" }, { channel: "sysmon", event: "1" });
    expect(engine.uses()[0]?.records).toBe(1);
  });

  it("tells when a value was so long that the rule saw only its beginning", () => {
    const engine = createEngine([routed("s: {a|endswith: x}\ncondition: s")], { maxCharacters: 10 });
    expect(matched(engine, { a: `x${"y".repeat(20)}x` })).toEqual([]);
    expect(engine.uses()[0]?.cut).toBe(true);
  });
});

const VALUES = [
  "alpha",
  "*lph*",
  "bet?",
  "GAMMA",
  "b\u00e9ta",
  "\u212a",
  "\u0130x",
  "1",
  "al",
  "*",
  "\ud83d\ude00",
  "",
];
const MODIFIERS = [
  "",
  "|contains",
  "|startswith",
  "|endswith",
  "|contains|all",
  "|cased",
  "|neq",
  "|windash",
];
const value = fc.constantFrom(...VALUES);
const field = fc.constantFrom("a", "b", "c");
const test = fc.oneof(
  fc
    .tuple(field, fc.constantFrom(...MODIFIERS), fc.array(value, { minLength: 1, maxLength: 3 }))
    .map(([name, modifier, values]) => `${name}${modifier}: ${JSON.stringify(values)}`),
  fc
    .tuple(
      field,
      fc.constantFrom("al(p|x)ha", "^.{3,}$", "[a-c]{2,}", "\\d", "(?i)gamma|beta", "[\u00e0-\u00ff]"),
    )
    .map(([name, expression]) => `${name}|re: ${JSON.stringify(expression)}`),
  field.map((name) => `${name}: null`),
  field.map((name) => `${name}|exists: true`),
  field.map((name) => `${name}: 1`),
  fc.constant("a|fieldref: b"),
  value.filter((text) => text !== "").map((text) => `"|contains": [${JSON.stringify(text)}]`),
);
const rule = fc
  .tuple(
    test,
    test,
    test,
    fc.constantFrom(
      "s1",
      "s1 and s2",
      "s1 or s2 and s3",
      "s1 and not s2",
      "not s1",
      "1 of s*",
      "all of s*",
      "s1 and 1 of them",
      "(s1 or s2) and (s2 or s3)",
    ),
  )
  .map(
    ([one, two, three, condition]) => `s1: {${one}}\ns2: {${two}}\ns3: {${three}}\ncondition: ${condition}`,
  );
const held = fc.oneof(
  fc.constantFrom(
    "alpha",
    "xALPHAx",
    "beta",
    "gamma",
    "b\u00e9ta",
    "B\u00c9TA",
    "K",
    "\u212a",
    "i\u0307x",
    "1",
    "01",
    "",
    "\ud83d\ude00!",
    "al",
  ),
  fc.string({ maxLength: 8 }),
);
const event = fc.record(
  {
    a: fc.oneof(held, fc.constant(null), fc.array(held, { maxLength: 3 })),
    b: held,
    c: fc.oneof(held, fc.constantFrom(1, 2)),
  },
  { requiredKeys: [] },
);

describe("the fast way", () => {
  it("finds what evaluating every rule finds, whatever the rules and the record", () => {
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 6 }),
        fc.array(event, { minLength: 1, maxLength: 4 }),
        (detections, events) => {
          const rules = detections.map((detection) => ruleOf(detection));
          const engine = createEngine(
            rules.map((one) => [{ rule: one, fields: {}, records: ANYWHERE, pipeline: "" }]),
          );
          for (const fields of events) {
            const shown = eventOf(fields);
            const expected = rules.flatMap((one, number) =>
              compileRule(one).matches(shown.get, shown.text) ? [number] : [],
            );
            expect(engine.match(shown)).toEqual(expected);
            expect(engine.matchPlain(shown)).toEqual(expected);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("finds every literal that stands in a text", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "\u00e9"), maxLength: 12 });
    const literal = fc.string({ unit: fc.constantFrom("a", "b", BEYOND_ASCII), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.uniqueArray(literal, { maxLength: 8 }), text, (literals, shown) => {
        const found = new Set<number>();
        buildScanner(new Map(literals.map((one, number) => [one, [number]]))).scan(shown, (number) =>
          found.add(number),
        );
        const plain = shown.replaceAll("\u00e9", BEYOND_ASCII);
        const expected = literals.flatMap((one, number) => (plain.includes(one) ? [number] : []));
        expect([...found].sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });

  it("counts a bare run as the automaton would, and never asks for more than an expression needs", () => {
    const expressions = [".{3,}", "[ab]{2,}", "(?i)a{2}", "(?s).{4,}", "a+", "x(a|bc){2}", "^ab?$", "\\bab"];
    const flags = { ignoreCase: false, multiline: false, dotAll: false };
    const shown = fc.string({
      unit: fc.constantFrom("a", "B", "b", "x", "\n", "\ud83d\ude00"),
      maxLength: 10,
    });
    fc.assert(
      fc.property(fc.constantFrom(...expressions), shown, (source, text) => {
        const node = parseRegex(source, flags);
        const search = compileTextTest({ kind: "regex", source, node, flags });
        const expected = search(text);
        if (expected) expect(text.length).toBeGreaterThanOrEqual(shortestMatch(node));
        expect(compileRun(node)?.(text) ?? expected).toBe(expected);
      }),
    );
  });
});
