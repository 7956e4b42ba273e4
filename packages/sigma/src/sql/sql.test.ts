import { compileRule, type FieldMapping, parseRule, ruleToSql, type SigmaRule } from "@postern/sigma";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { fieldsOf, openDuckdb, openSqlite, type TableRow, type TestDatabase } from "../testing/databases.ts";

const HOSTILE = `a"b'c\`d]e;--`;
const COLUMNS = ["f", "g", "t", "ip", "n", HOSTILE, "text"];

const TEXTS = [
  "alpha",
  "ALPHA",
  "Alpha beta",
  "al?ha",
  "al*ha",
  "a%b",
  "a_b",
  "a[b]c",
  "it's",
  'say "x"',
  "x\\y",
  "C:\\Windows\\cmd.exe",
  "cmd.exe -enc x",
  "cmd.exe /enc x",
  "cmd.exe \u2014enc x",
  "'; DROP TABLE events; --",
  "line\nbreak",
  "tab\there",
  "",
  " ",
  "\u00c4rger",
  "\u00e4RGER",
  "\u0130stan",
  "istan",
  "\u212aelvin",
  "kelvin",
  "\u039f\u03a3",
  "\u03bf\u03c3\u03b1",
  "\u{1f600}x",
  "\u{1f600}",
  "Zm9vYmFy",
  btoa("xfoobar"),
  "true",
  "1",
  "%s %d",

  "aaab",
  "\u00a0",
];
const NUMBERS = [
  "0",
  "1",
  "-1",
  "10",
  "010",
  " 7 ",
  "1e3",
  "5.",
  ".5",
  "+4",
  "4 4",
  "abc",
  "",
  "0x10",
  "\u00a04688",
  "1e999",
  "--1",
];
const TIMES = [
  "2024-10-16T14:30:00Z",
  "2024-10-16 14:30",
  "2024-12-31",
  "2027-01-01 00:00:01",
  "2024-02-30 10:00",
  "2024-10-16T99:00",
  "2024-10-16T14:305",
  "2024-10-160",
  "0099-01-01",
  " 2021-01-03T23:59:59.999+02:00",
  "16.10.2024",
];
const ADDRESSES = [
  "10.1.2.3",
  "10.255.0.1",
  "192.168.7.200",
  "192.168.8.1",
  "127.0.0.1",
  "::1",
  "::",
  "fe80::1%eth0",
  "fe80:0:0:0:1::",
  "[fc00::1]",
  "FC00::ABCD",
  "::ffff:10.1.2.3",
  "::FFFF:c0a8:0701",
  "64:ff9b::10.1.2.3",
  "1:2:3:4:5:6:7:8",
  "1:2:3:4:5:6:7::",
  "10.1.2",
  "10.01.2.3",
  "1::2::3",
  " 10.9.9.9 ",
  "12345::",
  "a:b",
  "256.1.1.1",
];

function pick<T>(list: readonly T[], i: number): T {
  const item = list[i % list.length];
  if (item === undefined) throw new Error("an empty list");
  return item;
}

/** Every value stands in some row, and every fifth row lacks each column in turn. */
const ROWS: readonly TableRow[] = Array.from({ length: 120 }, (_, i) => {
  const cells = [
    pick(TEXTS, i),
    pick(TEXTS, i * 7 + 3),
    pick(TIMES, i),
    pick(ADDRESSES, i),
    pick(NUMBERS, i),
    pick(TEXTS, i * 5 + 1),
    `${pick(TEXTS, i)} ${pick(TEXTS, i * 3)}`,
  ];
  return Object.fromEntries(
    COLUMNS.map((name, c) => [name, (i * 3 + c) % 5 === 0 ? null : (cells[c] ?? null)]),
  );
});

function ruleOf(detection: string): SigmaRule {
  const { rule, problems } = parseRule(
    `title: t\nlogsource: {product: p}\ndetection:\n${detection}\n`,
    "t.yml",
  );
  if (rule === undefined) throw new Error(JSON.stringify(problems));
  return rule;
}

function evaluated(rule: SigmaRule, fields: FieldMapping = {}): readonly number[] {
  const compiled = compileRule(rule, fields);
  return ROWS.flatMap((row, i) => (compiled.matches(fieldsOf(row), () => row["text"] ?? "") ? [i] : []));
}

const quoted = (value: string): string => JSON.stringify(value);

const databases: TestDatabase[] = [];
beforeAll(async () => {
  databases.push(await openDuckdb(COLUMNS, ROWS), await openSqlite(COLUMNS, ROWS));
});
afterAll(() => databases.forEach((database) => database.close()));

/** Keywords look at the record's text, which evaluator and table must have alike: rows without one have the empty text. */
async function expectAgreement(rule: SigmaRule, fields: FieldMapping = {}): Promise<void> {
  const expected = evaluated(rule, fields);
  for (const database of databases) {
    const options = { dialect: database.dialect, fields, textColumn: "text" };
    const { condition, problems } = ruleToSql(rule, options);
    expect(problems).toEqual([]);
    expect([database.dialect.name, condition, await database.rowsThat(condition ?? "")]).toEqual([
      database.dialect.name,
      condition,
      expected,
    ]);
  }
}

const one = (line: string): string => `  s: {${line}}\n  condition: s`;
const none = (line: string): string => `  s: {${line}}\n  condition: not s`;

describe("a rule as SQL finds the rows that the evaluator finds", () => {
  test.each([
    ...TEXTS.map((value) => [`"f|cased": ${quoted(value.replace(/[*?\\]/g, "\\$&"))}`]),
    ...TEXTS.filter((value) => value.trim() !== "").map((value) => [`"f|contains": ${quoted(value)}`]),
    ["f: '*a?p*'"],
    ["f: '?x'"],
    ["f: '??'"],
    ["f: '*'"],
    ["f|startswith: ''"],
    ["f|endswith: exe"],
    ["f: 'al\\*ha'"],
    ["f|windash|contains: ' -enc'"],
    ["f|base64offset|contains: foobar"],
    ["f|base64: fooBar"],
    ["f: true"],
    ["f|utf16|contains: x"],
    ["f: null"],
    ["f|exists: true"],
    ["f|exists: false"],
    ["f|neq: alpha"],
    ["f|neq: [alpha, kelvin]"],
    ["f|contains|all: [a, b]"],
    ["f|re: '^a.*b'"],
    ["f|re|i: 'ALPHA|^\\s*$'"],
    ["f|re|s: 'line.break'"],
    ["f|re: 'line.break'"],
    ["f|re|m: '^break$'"],
    ["f|re: '\\bx\\b'"],
    ["f|re: '^.$'"],
    ["f|re: '[^a-z]'"],
    ["f|re: '(a{2}){0,700}b'"],
    ["f|re: 'a{1,1500}b'"],
    ["f|re: '[^\\x{0}-\\x{10ffff}]'"],
    ["f|fieldref: g"],
    ["f|fieldref|contains: g"],
    ["f|fieldref|startswith: g"],
    ["f|fieldref|endswith|cased: g"],
    ["f|neq|fieldref: g"],
    ...NUMBERS.filter((value) => Number.isFinite(Number(value)) && value.trim() !== "").map((value) => [
      `n: ${Number(value)}`,
    ]),
    ["n|gt: 1"],
    ["n|gte: 1"],
    ["n|lt: 0.5"],
    ["n|lte: -1"],
    ["n|neq: 1"],
    ["n|gt: 1000"],
    ["t|hour: 14"],
    ["t|minute|gte: 30"],
    ["t|day: [16, 31]"],
    ["t|week: 53"],
    ["t|week: 42"],
    ["t|month|lt: 3"],
    ["t|year: 2024"],
    ["t|hour|neq: 14"],
    ["t|year|lt: 200"],
    ["ip|cidr: 10.0.0.0/8"],
    ["ip|cidr: 10.1.2.3"],
    ["ip|cidr: 192.168.0.0/21"],
    ["ip|cidr: 0.0.0.0/0"],
    ["ip|cidr: '::1'"],
    ["ip|cidr: 'fe80::/10'"],
    ["ip|cidr: 'fc00::/7'"],
    ["ip|cidr: '::/0'"],
    ["ip|cidr: '64:ff9b::a01:0/112'"],
    ["ip|cidr: '1:2:3:4:5:6:7:0/125'"],
    ["ip|cidr: ['::ffff:0:0/96', 127.0.0.0/8]"],
    [`${quoted(HOSTILE)}: "it's"`],
    [`${quoted(`${HOSTILE}|contains`)}: ["'", "[", "%"]`],
    ["'|contains': alpha"],
    ["'|re': '^a'"],
    ["'|all': [a, x]"],
  ])("%s", async (line) => {
    await expectAgreement(ruleOf(one(line)));
    await expectAgreement(ruleOf(none(line)));
  });

  test("a field that stands in several columns", async () => {
    const fields = { f: ["f", "g"], n: ["n", "f"] };
    for (const line of [
      "f: alpha",
      "f: null",
      "f|exists: true",
      "f|exists: false",
      "f|neq: alpha",
      "f|contains|all: [a, x]",
      "n|gt: 0",
      "g|fieldref: f",
    ]) {
      await expectAgreement(ruleOf(one(line)), fields);
      await expectAgreement(ruleOf(none(line)), fields);
    }
  });

  test("whatever the rule", { timeout: 60_000 }, async () => {
    const text = fc.constantFrom(...TEXTS);
    const line = fc.oneof(
      fc
        .tuple(
          fc.constantFrom(
            "f",
            "g",
            "f|contains",
            "g|startswith",
            "f|endswith|cased",
            "f|neq",
            "f|contains|all",
            "g|windash|contains",
            HOSTILE,
            "'|contains'",
          ),
          fc.array(text, { minLength: 1, maxLength: 3 }),
        )
        .map(
          ([key, values]) =>
            `${quoted(key.replaceAll("'|contains'", "|contains"))}: ${JSON.stringify(values)}`,
        ),
      fc.constantFrom(
        "n|gt: 0",
        "n: [1, 10]",
        "t|hour: 14",
        "ip|cidr: 10.0.0.0/9",
        "f: null",
        "g|exists: false",
        "f|fieldref: g",
        "f|re|i: '(a|b)+c?'",
        "g|re: '^[^a]'",
      ),
    );
    const condition = fc.constantFrom(
      "a",
      "a and b",
      "a or b",
      "a and not b",
      "not (a and b)",
      "not (a or not b)",
      "1 of them",
      "all of them",
      "not 1 of a*",
    );
    await fc.assert(
      fc.asyncProperty(line, line, line, condition, async (a, b, c, how) => {
        await expectAgreement(ruleOf(`  a: {${a}}\n  b:\n    - {${b}}\n    - {${c}}\n  condition: ${how}`));
      }),
      { seed: 11, numRuns: 150 },
    );
  });
});

describe("hostile names and texts stay names and texts", () => {
  const hostile = fc.oneof(
    fc.string({
      unit: fc.constantFrom("'", '"', "`", ";", "\\", "-", "]", "%", "\n", "a"),
      minLength: 1,
      maxLength: 12,
    }),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => !text.includes("\0")),
  );

  test("whatever a text holds, the database reads the same text", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        for (const { dialect, query } of databases)
          expect(await query(`SELECT ${dialect.text(text)}`)).toEqual([[text]]);
      }),
      { seed: 13, numRuns: 150 },
    );
    const [duckdb] = databases;
    expect(await duckdb?.query(`SELECT ${duckdb.dialect.text("\0a\0\0b'\0")}`)).toEqual([["\0a\0\0b'\0"]]);
  });

  test("whatever a field is called, it is one column", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (name) => {
        for (const { dialect, query } of databases) {
          const sql = `SELECT ${dialect.column(name)} FROM (SELECT 7 AS ${dialect.identifier(name)}) q`;
          expect(await query(sql)).toEqual([["7"]]);
        }
      }),
      { seed: 17, numRuns: 100 },
    );
  });
});

describe("what SQL cannot say is told", () => {
  test("keywords without a column that holds the text", () => {
    const { sql, condition, problems } = ruleToSql(ruleOf("  s: [a, b]\n  condition: s"), {
      dialect: pick(databases, 0).dialect,
    });
    expect([sql, condition]).toEqual([null, null]);
    expect(problems.map(({ code, advice }) => [code, advice])).toEqual([
      ["SIGMA_SQL", "name the column that holds the whole text of a record (textColumn)"],
    ]);
  });
});

describe("a table without the column", () => {
  test("has an absent field, instead of an error", async () => {
    for (const database of databases) {
      const options = { dialect: database.dialect, columns: new Set(["f"]) };
      const rows = async (line: string): Promise<number> =>
        (await database.rowsThat(ruleToSql(ruleOf(one(line)), options).condition ?? "")).length;
      expect(await rows("nowhere: x")).toBe(0);
      expect(await rows("nowhere: null")).toBe(ROWS.length);
      expect(await rows("nowhere|neq: x")).toBe(ROWS.length);
      expect(await rows("nowhere|re: ''")).toBe(0);
      expect(await rows("nowhere|cidr: '::1'")).toBe(0);
      expect(await rows("nowhere|week: 3")).toBe(0);
      expect(await rows("f: alpha")).toBeGreaterThan(0);
    }
  });
});

test("the SQL of a rule can be read by a person", () => {
  const rule = ruleOf(
    "  s: {Image|endswith|cased: '\\cmd.exe', Id|exists: true}\n  f: {User: null}\n  condition: s and not f",
  );
  expect(databases.map(({ dialect }) => ruleToSql(rule, { dialect, table: "logs" }).sql)).toEqual([
    `SELECT * FROM "logs" WHERE ((ends_with(CAST("Image" AS VARCHAR), '\\cmd.exe') AND CAST("Id" AS VARCHAR) IS NOT NULL) AND NOT CAST("User" AS VARCHAR) IS NULL)`,
    "SELECT * FROM `logs` WHERE ((CAST(`Image` AS TEXT) GLOB '*\\cmd.exe' AND CAST(`Id` AS TEXT) IS NOT NULL) AND NOT CAST(`User` AS TEXT) IS NULL)",
  ]);
});
