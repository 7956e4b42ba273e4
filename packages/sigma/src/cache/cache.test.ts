import { createHash } from "node:crypto";

import {
  compileRule,
  findCachedRules,
  hashRuleSources,
  parseRuleFiles,
  rulesToCache,
  type RuleSource,
} from "@postern/sigma";
import { describe, expect, test } from "vitest";

const SOURCES: readonly RuleSource[] = [
  {
    origin: "a.yml",
    text: [
      "title: everything\nlogsource: {product: p}\ndetection:\n  s:",
      "    a: [x, '*y?', 4, null, true]\n    b|re|i: '^(q|\\d+)$'\n    c|cidr: 10.0.0.0/8\n    d|gt: 5\n    e|exists: false",
      "    f|fieldref|startswith: g\n    h|hour: 3\n    i|windash|contains: ' -x'\n    j|expand: '%names%'",
      "  k: [word, other]\n  condition: s and not 1 of k*\n",
    ].join("\n"),
  },
  {
    origin: "b.yml",
    text: "title: c\ncorrelation: {type: event_count, rules: e, timespan: 1m, condition: {gte: 2}}\n---\ntitle: broken\n",
  },
  {
    origin: "c.yml",
    text: "title: f\nlogsource: {product: p}\nfilter: {rules: any, selection: {u: x}, condition: not selection}\n",
  },
];
const OPTIONS = { placeholders: { names: ["ann", "bob"] } };

describe("rules kept as text", () => {
  const parsed = parseRuleFiles(SOURCES, OPTIONS);
  const hash = hashRuleSources(SOURCES, OPTIONS);
  const cache = rulesToCache(parsed, hash);

  test("come back as they were, problems too, and compile", () => {
    const back = findCachedRules(cache, hash);
    expect(back).toEqual(parsed);
    expect([
      back?.rules.length,
      back?.correlations.length,
      back?.filters.length,
      back?.problems.length,
    ]).toEqual([1, 1, 1, 2]);
    const [rule] = back?.rules ?? [];
    if (rule === undefined) throw new Error("no rule");
    expect(compileRule(rule).reads).toEqual(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);
  });

  test("are not taken for other sources, another order, other names or other placeholders", () => {
    const [first, ...rest] = SOURCES;
    if (first === undefined) throw new Error("no source");
    const others = [
      hashRuleSources([{ ...first, text: `${first.text} ` }, ...rest], OPTIONS),
      hashRuleSources([...rest, first], OPTIONS),
      hashRuleSources([{ ...first, origin: "z.yml" }, ...rest], OPTIONS),
      hashRuleSources(SOURCES, { placeholders: { names: ["ann"] } }),
      hashRuleSources(SOURCES),
    ];
    expect(new Set([hash, ...others]).size).toBe(6);
    for (const other of others) expect(findCachedRules(cache, other)).toBeNull();
  });

  test("are refused when cut anywhere, changed, or written by another version", () => {
    for (let end = 0; end < cache.length - 1; end += 7)
      expect(findCachedRules(cache.slice(0, end), hash)).toBeNull();
    expect(findCachedRules(cache.replace("everything", "Everything"), hash)).toBeNull();
    expect(findCachedRules(cache.replace("sigma-rules/1", "sigma-rules/0"), hash)).toBeNull();
    expect(findCachedRules("[]\n[]\n", hash)).toBeNull();
  });

  test("have the shape of their format: who changes it must give the format a new number", () => {
    const body = cache.split("\n")[1] ?? "";
    expect([cache.slice(0, 34), createHash("sha256").update(body).digest("hex").slice(0, 16)])
      .toMatchInlineSnapshot(`
        [
          "{"format":"postern.sigma-rules/1",",
          "fa802e2788656656",
        ]
      `);
  });
});
