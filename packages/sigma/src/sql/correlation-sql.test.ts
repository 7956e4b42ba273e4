import {
  compileRule,
  correlationToSql,
  createCorrelator,
  parseRules,
  planCorrelations,
  ruleKey,
} from "@postern/sigma";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { correlationText, RULES } from "../testing/run-correlations.ts";
import { fieldsOf, openDuckdb, openSqlite, type TableRow, type TestDatabase } from "../testing/databases.ts";

const COLUMNS = ["time", "EventID", "User", "Target", "n"];

/** Rows in the order of their times, many of them at the same second. */
const ROWS: readonly TableRow[] = fc
  .sample(
    fc.record({
      at: fc.integer({ min: 0, max: 900 }),
      EventID: fc.constantFrom("4624", "4625", "4625", "4688", "1"),
      User: fc.constantFrom("ann", "ANN", "bob", "\u00c4nne", null),
      Target: fc.constantFrom("ann", "bob", "cid", null),
      n: fc.constantFrom("1", "2", "10", "7.5", "none", null),
    }),
    { seed: 9, numRuns: 150 },
  )
  .sort((a, b) => a.at - b.at)
  .map(({ at, ...row }) => ({ ...row, time: new Date(Date.UTC(2024, 9, 16, 14) + at * 1000).toISOString() }));

type Found = readonly (readonly [string, number])[];

/** Groups (folded) and their greatest values, as the correlator sees them. */
function correlated(text: string): Found {
  const parsed = parseRules(RULES + text, "c.yml");
  const plan = planCorrelations(parsed.correlations, parsed.rules);
  const compiled = plan.rules.map((rule) => compileRule(rule));
  const correlator = createCorrelator<number>(plan);
  const matches = ROWS.flatMap((row, source) => {
    const get = fieldsOf(row);
    const keys = compiled.filter((rule) => rule.matches(get)).map(({ rule }) => ruleKey(rule));
    return correlator.take({ timeMs: Date.parse(row["time"] ?? ""), get, source }, keys);
  });
  const best = new Map<string, number>();
  for (const { group, value } of [...matches, ...correlator.end()]) {
    const key = Object.values(group).join("/").toLowerCase();
    best.set(key, Math.max(best.get(key) ?? Number.NEGATIVE_INFINITY, value));
  }
  return [...best].sort(byName);
}

async function queried(text: string, database: TestDatabase): Promise<Found> {
  const parsed = parseRules(RULES + text, "c.yml");
  const plan = planCorrelations(parsed.correlations, parsed.rules);
  const [planned] = plan.correlations;
  if (planned === undefined) throw new Error(JSON.stringify([parsed.problems, plan.problems]));
  const { sql, problems } = correlationToSql(planned, plan, {
    dialect: database.dialect,
    timeColumn: "time",
  });
  expect(problems).toEqual([]);
  const groups = planned.rule.groupBy.length;
  return (await database.query(sql ?? ""))
    .map((row) => [row.slice(0, groups).map(String).join("/").toLowerCase(), Number(row.at(-1))] as const)
    .sort(byName);
}

function byName(a: readonly [string, number], b: readonly [string, number]): number {
  return a[0] < b[0] ? -1 : 1;
}

const databases: TestDatabase[] = [];
beforeAll(async () => {
  databases.push(await openDuckdb(COLUMNS, ROWS), await openSqlite(COLUMNS, ROWS));
});
afterAll(() => databases.forEach((database) => database.close()));

const COUNTED = "type: event_count\nrules: failed\ngroup-by: User\ntimespan: 1m";
const VALUES = "rules: [failed, done]\ngroup-by: User\ntimespan: 2m";

describe("a correlation as SQL finds the groups that the correlator finds", () => {
  test.each([
    `${COUNTED}\ncondition: {gte: 3}`,
    `${COUNTED}\ncondition: {gte: 100}`,
    `${COUNTED}\ncondition: {lt: 2}`,
    `${COUNTED}\ncondition: {gt: 1, lte: 3}`,
    `${COUNTED}\ncondition: {neq: 2}`,
    "type: event_count\nrules: [failed, done]\ntimespan: 30s\ncondition: {gt: 5}",
    `type: value_count\n${VALUES}\ncondition: {field: Target, gte: 3}`,
    `type: value_count\n${VALUES}\ncondition: {field: [Target, n], gte: 4}`,
    `type: value_count\n${VALUES}\ncondition: {field: Target, eq: 1}`,
    `type: value_sum\n${VALUES}\ncondition: {field: n, gt: 20}`,
    `type: value_sum\n${VALUES}\ncondition: {field: n, lt: 10}`,
    `type: value_avg\n${VALUES}\ncondition: {field: n, gte: 4}`,
    `type: value_percentile\n${VALUES}\ncondition: {field: n, gte: 7, percentile: 75}`,
    `type: value_percentile\n${VALUES}\ncondition: {field: n, lte: 1, percentile: 0}`,
    `type: value_percentile\n${VALUES}\ncondition: {field: Target, lte: 30}`,
    "type: temporal\nrules: [failed, done, started]\ngroup-by: User\ntimespan: 20s",
    "type: temporal\nrules: [failed, done, started]\ngroup-by: User\ntimespan: 20s\ncondition: {eq: 2}",
    "type: temporal\nrules: [failed, done, started]\ngroup-by: [User, Target]\ntimespan: 2m\ncondition: {gte: 2}",
    "type: temporal\nrules: [failed, done]\ngroup-by: who\ntimespan: 20s\naliases: {who: {failed: User, done: Target}}",
    "type: event_count\nrules: [failed, done]\ngroup-by: who\ntimespan: 1m\ncondition: {gte: 4}\naliases: {who: {failed: User, done: Target}}",
    "type: temporal_ordered\nrules: [failed, done, started]\ngroup-by: User\ntimespan: 40s",
    "type: temporal_ordered\nrules: [started, failed]\ntimespan: 1s",
  ])("%s", async (body) => {
    const text = correlationText(body);
    const expected = correlated(text);
    for (const database of databases)
      expect([database.dialect.name, await queried(text, database)]).toEqual([
        database.dialect.name,
        expected,
      ]);
  });
});

describe("what cannot be said in SQL is told", () => {
  test.each([
    [
      "a correlation of correlations",
      `${correlationText(`${COUNTED}\ncondition: {gte: 3}`)}${correlationText("type: temporal\nrules: [c, done]\ntimespan: 1m", "d")}`,
    ],
    [
      "an order with a condition of its own",
      correlationText("type: temporal_ordered\nrules: [failed, done]\ntimespan: 1m\ncondition: {lt: 2}"),
    ],
  ])("%s", (_name, text) => {
    const parsed = parseRules(RULES + text, "c.yml");
    const plan = planCorrelations(parsed.correlations, parsed.rules);
    const last = plan.correlations.at(-1);
    const [database] = databases;
    if (last === undefined || database === undefined) throw new Error("no plan");
    const { sql, problems } = correlationToSql(last, plan, { dialect: database.dialect, timeColumn: "time" });
    expect([sql, problems.map(({ code }) => code)]).toEqual([null, ["SIGMA_SQL"]]);
  });
});
