import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import {
  correlationToSql,
  parseRules,
  planCorrelations,
  ruleToSql,
  sqliteDialect,
  sqliteFunctions,
} from "@postern/sigma";
import initSqlJs, { type Database } from "sql.js";
import { beforeAll, describe, expect, test } from "vitest";

// Optional: the cases of pySigma's backend for SQLite; never part of the repository.
const corpus = process.env["POSTERN_CORPUS"] ?? "";
const file = join(corpus, "D_rules", "pysigma-backend-sqlite-tests", "cases.json");
const present = corpus !== "" && existsSync(file);

interface Case {
  readonly test: string;
  readonly rules_yaml: readonly string[];
  readonly expected_sql: readonly unknown[] | null;
  readonly expected_error: string | null;
}

function readCases(): readonly Case[] {
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  // eslint-disable-next-line postern/no-type-assertion -- the shape of a file that only this test reads
  return parsed as readonly Case[];
}

const cases = present ? readCases() : [];

/** A case's SQL: a query over the table `events`. */
function queryOf(one: Case): string | null {
  const [sql] = one.expected_sql ?? [];
  if (typeof sql !== "string" || !sql.startsWith("SELECT")) return null;
  // SQLite knows no GLOB with ESCAPE: the query of that case never ran as it is written.
  return sql
    .replaceAll("<TABLE_NAME>", "events")
    .replaceAll("FROM logs", "FROM events")
    .replace(/(GLOB '[^']*') ESCAPE '\\'/g, "$1");
}

const COLUMNS = [
  "fieldA",
  "fieldB",
  "fieldC",
  "fieldD",
  "fieldE",
  "field",
  "field name",
  "timestamp",
  "EventID",
  "SourceIP",
  "TargetUserName",
  "BytesSent",
];
const WORDS = [
  "valueA",
  "valueB",
  "valueC",
  "valueC1",
  "valueA1",
  "valueA2",
  "valueB1",
  "valueB2",
  "VALUEA",
  "value",
  "value1",
  "value2",
  "foo",
  "bar",
  "foo and bar",
  "wildcard%value",
  "wildcard_value",
  "wildcardXvalue",
  "a wildcard%value b",
  "wildcard%value b",
  "a wildcard%value",
  "xVaLuEx",
  "xvaluex",
  "part1",
  "part2",
  "part2 part1",
  "192.168.3.4",
  "192.169.3.4",
  "",
];
const NUMBERS = ["0", "1", "49", "50", "51", "99", "100", "101", "5000000"];

/** A simple generator of numbers with a fixed start: the same rows on every run. */
function createPicker(): <T>(list: readonly T[]) => T {
  let state = 12345;
  return (list) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    const item = list[Math.floor((state / 2147483648) * list.length)];
    if (item === undefined) throw new Error("an empty list");
    return item;
  };
}

/** Rows for a query: numbers where it compares numbers, words elsewhere; times in 2024, where both ways to count weeks agree. */
function rowsFor(query: string, rows: number): readonly string[] {
  const pick = createPicker();
  // What the query looks for must be there often enough to be found.
  const wanted = [...query.matchAll(/'([^'%*]+)'/g)].map((hit) => hit[1] ?? "");
  const words = [...wanted, ...wanted, ...WORDS];
  const isNumeric = /[<>]=? ?\d|=true|=false/.test(query);
  return Array.from({ length: rows }, (_, i) => {
    const cells = COLUMNS.map((name) => {
      if (name === "EventID") return pick(["1234", "1234", "1"]);
      if (name === "SourceIP") return pick(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
      if (name === "TargetUserName") return pick(["ann", "bob", "cid"]);
      if (name === "BytesSent") return pick(["1000", "90000", "400000"]);
      if (name === "timestamp") {
        // Correlations of that backend look at all times together: keep them within their time span.
        if (query.includes("COUNT") || query.includes("SUM") || query.includes("AVG"))
          return `2024-10-16 14:30:${String(10 + (i % 50))}`;
        return pick(
          ["2024-10-16 14:30:00", "2024-12-15 13:31:00", "2024-10-14 14:00:59", "2025-01-01 00:30:00"].slice(
            0,
            query.includes("%W") ? 3 : 4,
          ),
        );
      }
      return pick([...(isNumeric ? NUMBERS : words), null]);
    });
    return `(${[i, ...cells.map((cell) => (cell === null ? "NULL" : sqliteDialect.text(cell)))].join(", ")})`;
  });
}

describe.skipIf(!present)(
  "the cases of pySigma's SQLite backend (POSTERN_CORPUS; skipped when it is not set)",
  () => {
    const open: { database?: Database } = {};
    beforeAll(async () => {
      const sqlite = await initSqlJs();
      const database = new sqlite.Database();
      for (const { name, arguments: count, call } of sqliteFunctions())
        database.create_function(
          name,
          count === 1 ? (a: unknown) => call(a) : (a: unknown, b: unknown) => call(a, b),
        );
      database.create_function("regexp", (pattern: unknown, text: unknown) =>
        Number(new RegExp(String(pattern)).test(String(text))),
      );
      open.database = database;
    });

    /** Rows of a query over a table made for it; without columns that only count. */
    function run(fill: string, rows: number, sql: string): readonly (readonly unknown[])[] {
      const { database } = open;
      if (database === undefined) throw new Error("no database");
      database.run("DROP TABLE IF EXISTS events");
      // As in Zircolite: numbers are numbers, and texts mind no case.
      database.run(
        `CREATE TABLE events (row INTEGER, ${COLUMNS.map((name) => `\`${name}\` NUMERIC COLLATE NOCASE`).join(", ")})`,
      );
      database.run(`INSERT INTO events VALUES ${rowsFor(fill, rows).join(", ")}`);
      return database.exec(sql)[0]?.values ?? [];
    }

    const plain = cases.filter((one) => queryOf(one) !== null && !one.test.includes("correlation"));
    const correlated = cases.filter((one) => queryOf(one) !== null && one.test.includes("correlation"));
    const rest = cases.filter((one) => queryOf(one) === null);

    test("are each looked at below", () => {
      expect([plain.length, correlated.length, rest.length]).toEqual([32, 6, 7]);
      expect(rest.map(({ test: name }) => name).sort()).toEqual(
        [
          // The time column has another name: an option here too.
          "test_sqlite_custom_timestamp_field",
          // Keywords without a column that holds the text are refused there and here.
          "test_sqlite_fts_keywords_num",
          "test_sqlite_fts_keywords_str",
          // JSON files of another product, which carry such a query.
          "test_sqlite_zircolite_output",
          "test_sqlite_zircolite_output_eventid_from_multiple_selections",
          "test_sqlite_zircolite_output_with_channel_and_eventid",
          "test_sqlite_zircolite_output_with_single_eventid",
        ].sort(),
      );
    });

    test.each(plain.map((one) => [one.test, one] as const))("%s", (_name, one) => {
      const query = queryOf(one) ?? "";
      const { rules, problems } = parseRules(one.rules_yaml.join("\n---\n"), "case.yml");
      const [rule] = rules;
      if (rule === undefined) throw new Error(JSON.stringify(problems));
      const { condition } = ruleToSql(rule, { dialect: sqliteDialect });
      const expected = run(query, 600, query).map(([row]) => row);
      const found = run(query, 600, `SELECT * FROM events WHERE ${condition ?? ""}`).map(([row]) => row);
      expect(found).toEqual(expected);
      // One value is never two values at once.
      if (one.test !== "test_sqlite_all_modifier") expect(expected.length).toBeGreaterThan(0);
      expect(expected.length).toBeLessThan(600);
    });

    test.each(correlated.flatMap((one) => [2, 12, 60].map((rows) => [one.test, rows, one] as const)))(
      "%s over %d rows",
      (_name, rows, one) => {
        const query = queryOf(one) ?? "";
        const parsed = parseRules(one.rules_yaml.join("\n---\n"), "case.yml");
        const plan = planCorrelations(parsed.correlations, parsed.rules);
        const [planned] = plan.correlations;
        if (planned === undefined) throw new Error(JSON.stringify([parsed.problems, plan.problems]));
        const { sql } = correlationToSql(planned, plan, { dialect: sqliteDialect, timeColumn: "timestamp" });
        const groups = planned.rule.groupBy.length;
        const names = (found: readonly (readonly unknown[])[]): readonly string[] =>
          found.map((row) => row.slice(0, groups).join("/")).sort();
        expect(names(run(query, rows, sql ?? ""))).toEqual(names(run(query, rows, query)));
      },
    );

    test("keywords are refused there and here", () => {
      for (const one of cases.filter(({ expected_error: error }) => error !== null)) {
        const [rule] = parseRules(one.rules_yaml.join("\n---\n"), "case.yml").rules;
        if (rule === undefined) throw new Error("no rule");
        expect(ruleToSql(rule, { dialect: sqliteDialect }).problems.map(({ code }) => code)).toEqual([
          "SIGMA_SQL",
        ]);
      }
    });
  },
);
