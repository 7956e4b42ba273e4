import { readFileSync } from "node:fs";

import { parseRule, parseRules, SIGMA_PROBLEM_CODES } from "@postern/sigma";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const HEAD = "title: Example\nlogsource:\n    product: windows\ndetection:\n";

function codesOf(text: string): readonly string[] {
  return parseRule(text, "r.yml").problems.map(({ code, at }) => `${code}@${at.line}:${at.column}`);
}

describe("a good rule", () => {
  const text = [
    "title: Web shell asked for",
    "id: 929a690e-bef0-4204-a928-ef5e620d6fcc",
    "status: test",
    "level: high",
    "tags: [attack.t1505.003]",
    "references:",
    "    - https://example.org/",
    "related:",
    "    - id: 08fbc97d-0a2f-491c-ae21-8ffcfd3174e9",
    "      type: derived",
    "license: MIT",
    "scope: [server]",
    "logsource:",
    "    category: webserver",
    "detection:",
    "    selection:",
    "        cs-method: POST",
    "    condition: selection",
    "postern:",
    "    rung: L3",
    "    cves: [CVE-2021-27065]",
  ].join("\n");

  test("is read whole, and keys that Sigma does not know are kept", () => {
    const { rule, problems } = parseRule(text, "r.yml");
    expect(problems).toEqual([]);
    expect(rule).toMatchObject({
      title: "Web shell asked for",
      id: "929a690e-bef0-4204-a928-ef5e620d6fcc",
      status: "test",
      level: "high",
      tags: ["attack.t1505.003"],
      references: ["https://example.org/"],
      related: [{ id: "08fbc97d-0a2f-491c-ae21-8ffcfd3174e9", type: "derived" }],
      license: "MIT",
      scope: ["server"],
      taxonomy: "sigma",
      logsource: { category: "webserver", product: null, service: null },
      extra: { postern: { rung: "L3", cves: ["CVE-2021-27065"] } },
      origin: "r.yml",
    });
  });

  test("is plain data: it can be cloned to a worker", () => {
    const { rule } = parseRule(text, "r.yml");
    expect(structuredClone(rule)).toEqual(rule);
    expect(Object.isFrozen(rule)).toBe(true);
  });

  test("with Windows line ends and a byte order mark is the same rule", () => {
    const { rule, problems } = parseRule(`\ufeff${text.replaceAll("\n", "\r\n")}`, "r.yml");
    expect(problems).toEqual([]);
    expect(rule).toEqual(parseRule(text, "r.yml").rule);
  });

  test("stands beside others in one file", () => {
    const { rules, problems } = parseRules(`${text}\n---\n${text}\n---\ntitle: broken\n`, "r.yml");
    expect(rules).toHaveLength(2);
    expect(problems.map(({ code }) => code)).toEqual(["SIGMA_MISSING", "SIGMA_MISSING"]);
  });
});

describe("what is wrong is said, with its place", () => {
  test("every problem of a file, not only the first", () => {
    const text = `${HEAD}    a:\n        x|contain: y\n        z|re: '(?=q)'\n    b: []\n    condition: a and c\nlevel: severe\n`;
    expect(codesOf(text)).toEqual([
      "SIGMA_MODIFIER_UNKNOWN@6:9",
      "SIGMA_REGEX_UNSUPPORTED@7:15",
      "SIGMA_DETECTION_EMPTY@8:5",
      "SIGMA_CONDITION_UNKNOWN_NAME@9:16",
      "SIGMA_UNKNOWN_LEVEL@10:8",
    ]);
  });

  test.each([
    ["no YAML", "title: [", "SIGMA_YAML"],
    ["no map", "- a\n- b", "SIGMA_NOT_A_RULE"],
    ["nothing", "", "SIGMA_NOT_A_RULE"],
    ["an aggregation", `${HEAD}  a: {x: y}\n  condition: a | count() > 5`, "SIGMA_AGGREGATION"],
    ["near", `${HEAD}  a: {x: y}\n  b: {x: z}\n  condition: a | near b`, "SIGMA_AGGREGATION"],
    ["a timeframe", `${HEAD}  a: {x: y}\n  timeframe: 5m\n  condition: a`, "SIGMA_AGGREGATION"],
    ["half a correlation", "title: c\ncorrelation:\n  type: event_count", "SIGMA_MISSING"],
    [
      "a correlation alone",
      "title: c\ncorrelation: {type: temporal, rules: [a, b], timespan: 1m}",
      "SIGMA_NOT_A_RULE",
    ],
    ["a placeholder", `${HEAD}  a: {x|expand: '%y%'}\n  condition: a`, "SIGMA_PLACEHOLDER"],
    ["an hour that is no number", `${HEAD}  a: {x|hour: late}\n  condition: a`, "SIGMA_MODIFIER_VALUE"],
    ["a repeat of nothing", `action: repeat\n${HEAD}  a: {x: y}\n  condition: a`, "SIGMA_ACTION"],
    ["an unknown action", `action: wait\n${HEAD}  a: {x: y}\n  condition: a`, "SIGMA_ACTION"],
    ["an alias inside of its anchor", `${HEAD}  a: &a {x: *a}\n  condition: a`, "SIGMA_YAML"],
    ["an alias without anchor", `${HEAD}  a: {x: *b}\n  condition: a`, "SIGMA_YAML"],
    ["re beside contains", `${HEAD}  a: {x|re|contains: y}\n  condition: a`, "SIGMA_MODIFIER_CONFLICT"],
    [
      "contains beside endswith",
      `${HEAD}  a: {x|contains|endswith: y}\n  condition: a`,
      "SIGMA_MODIFIER_CONFLICT",
    ],
    ["a wildcard in base64", `${HEAD}  a: {x|base64: 'y*'}\n  condition: a`, "SIGMA_MODIFIER_VALUE"],
    ["a text for a number", `${HEAD}  a: {x|gt: many}\n  condition: a`, "SIGMA_MODIFIER_VALUE"],
    ["a broken address range", `${HEAD}  a: {x|cidr: 10.0.0.0/40}\n  condition: a`, "SIGMA_MODIFIER_VALUE"],
    ["an unclosed group", `${HEAD}  a: {x|re: '(a'}\n  condition: a`, "SIGMA_REGEX_SYNTAX"],
    ["a back reference", `${HEAD}  a: {x|re: '(a)\\1'}\n  condition: a`, "SIGMA_REGEX_UNSUPPORTED"],
    [
      "counts that explode",
      `${HEAD}  a: {x|re: '(a{1,200}){1,200}'}\n  condition: a`,
      "SIGMA_REGEX_TOO_LARGE",
    ],
    ["2 of them", `${HEAD}  a: {x: y}\n  condition: 2 of them`, "SIGMA_CONDITION_SYNTAX"],
    ["an open parenthesis", `${HEAD}  a: {x: y}\n  condition: (a`, "SIGMA_CONDITION_SYNTAX"],
    [
      "a pattern that fits nothing",
      `${HEAD}  a: {x: y}\n  condition: 1 of b*`,
      "SIGMA_CONDITION_UNKNOWN_NAME",
    ],
    ["a date of another kind", `${HEAD}  a: {x: y}\n  condition: a\nstatus: new`, "SIGMA_UNKNOWN_STATUS"],
  ])("%s", (_name, text, code) => {
    const { rule, problems } = parseRule(text, "r.yml");
    expect(problems.map((problem) => problem.code)).toContain(code);
    expect(rule).toBeUndefined();
  });

  test.each([
    [
      "count by a field",
      "a | count(user) by host >= 10",
      "type: value_count, group-by: [host], timespan: 5m, condition: {field: user, gte: 10}",
    ],
    ["count of events", "a | count() > 5", "type: event_count, timespan: 5m, condition: {gt: 5}"],
    [
      "sum",
      "a | sum(bytes) by ip > 1000",
      "type: value_sum, group-by: [ip], timespan: 5m, condition: {field: bytes, gt: 1000}",
    ],
  ])("the withdrawn %s is answered with the correlation to write", (_name, condition, expected) => {
    const text = `${HEAD}  a: {x: y}\n  timeframe: 5m\n  condition: ${condition}`;
    const { problems } = parseRule(text, "r.yml");
    expect(problems.map(({ advice }) => advice)).toEqual([
      `write a correlation rule beside this one: ${expected}`,
    ]);
  });

  test("an unused selection is a warning, and the rule still works", () => {
    const { rule, problems } = parseRule(`${HEAD}  a: {x: y}\n  b: {x: z}\n  condition: a`, "r.yml");
    expect(rule).toBeDefined();
    expect(problems).toEqual([
      expect.objectContaining({
        code: "SIGMA_SELECTION_UNUSED",
        severity: "warning",
        at: { file: "r.yml", line: 6, column: 3 },
      }),
    ]);
  });

  test("the README explains every code", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const explained = [...readme.matchAll(/^\| `(SIGMA_[A-Z_]+)` +\|/gm)].map((hit) => hit[1]);
    expect(explained.sort()).toEqual([...SIGMA_PROBLEM_CODES].sort());
  });
});

describe("the withdrawn form of files with several rules", () => {
  const first = "action: global\ntitle: both\nlogsource: {product: p}\ndetection: {condition: a}\n";
  const docs = [
    first,
    "detection: {a: {x: 1}}\n",
    "action: repeat\nlogsource: {service: s}\ndetection: {a: {y: 2}}\n",
    "action: reset\n",
    "title: alone\nlogsource: {product: q}\ndetection: {b: {z: 3}, condition: b}\n",
  ];

  test("global is laid under every rule, repeat upon the rule before, reset ends it", () => {
    const { rules, problems } = parseRules(docs.join("---\n"), "r.yml");
    expect(rules.map(({ title, logsource }) => [title, logsource.product, logsource.service])).toEqual([
      ["both", "p", null],
      ["both", "p", "s"],
      ["alone", "q", null],
    ]);
    expect(rules[1]?.selections["a"]).toMatchObject({
      kind: "all-of",
      parts: [{ field: "x" }, { field: "y" }],
    });
    expect(problems.map(({ code, severity, at }) => `${severity} ${code} ${at.line}`)).toEqual([
      "warning SIGMA_ACTION 1",
      "warning SIGMA_ACTION 8",
      "warning SIGMA_ACTION 12",
    ]);
  });
});

describe("hostile text", () => {
  test("any text gives a rule or problems, never an exception", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const { rule, problems } = parseRule(text, "r.yml");
        expect(rule !== undefined || problems.length > 0).toBe(true);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("a rule cut at any place gives a rule or problems", () => {
    const text = `${HEAD}    a:\n        x|re|i: '^a(b|c)+[d-f]{2,3}$'\n        y|base64offset|contains: q\n    condition: not a\n`;
    for (let end = 0; end <= text.length; end++) {
      const { rule, problems } = parseRule(text.slice(0, end), "r.yml");
      expect(rule !== undefined || problems.length > 0).toBe(true);
    }
  });

  test("aliases that multiply are not unfolded without end", () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefgh".split("").map(
        (n, i) =>
          `${n}: &${n} [${Array(9)
            .fill(`*${"abcdefgh".charAt(i)}`)
            .join(",")}]`,
      ),
    ];
    const { problems, rule } = parseRule(`${bomb.join("\n")}\n${HEAD}  s: {x: y}\n  condition: s`, "r.yml");
    expect(rule === undefined ? problems.length > 0 : true).toBe(true);
  });
});
