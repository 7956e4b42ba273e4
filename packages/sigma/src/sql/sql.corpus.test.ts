import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { compileRule, parseRules, ruleToSql, type SigmaRule } from "@postern/sigma";
import { describe, expect, test } from "vitest";

import { fieldsOf, openDuckdb, openSqlite, type TableRow } from "../testing/databases.ts";

// Optional: the community's rules over the events that belong to them; never part of the repository.
const corpus = process.env["POSTERN_CORPUS"] ?? "";
const rulesFolder = join(corpus, "D_rules", "sigmahq-sigma");
const eventsFolder = join(corpus, "B_evtx", "sigmahq-regression", "regression_data");
const present = corpus !== "" && existsSync(rulesFolder) && existsSync(eventsFolder);

function filesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

/** Windows events as flat rows: the last part of each path is the field's name. */
function flatten(value: unknown, into: Record<string, string | null>): Record<string, string | null> {
  for (const [key, inner] of Object.entries(value ?? {})) {
    if (typeof inner === "object" && inner !== null) flatten(inner, into);
    else if (typeof inner === "string" || typeof inner === "number" || typeof inner === "boolean")
      into[key] = String(inner);
  }
  return into;
}

/** A file holds one event or several, each beginning with a brace at the start of a line. */
function eventsOf(text: string): readonly unknown[] {
  return text
    .split(/^(?=\{)/m)
    .filter((part) => part.trim() !== "")
    .map((part): unknown => JSON.parse(part));
}

function rowsOfCorpus(): readonly TableRow[] {
  const events = filesIn(eventsFolder, ".json").flatMap((file) => eventsOf(readFileSync(file, "utf8")));
  return events.map((event) => {
    const row = flatten(event, {});
    return { ...row, "the text": Object.values(row).join(" ") };
  });
}

function rulesOfCorpus(): readonly SigmaRule[] {
  return filesIn(rulesFolder, ".yml").flatMap((file) => parseRules(readFileSync(file, "utf8"), file).rules);
}

describe.skipIf(!present)("the community's rules as SQL (POSTERN_CORPUS; skipped when it is not set)", () => {
  test("find the events of the corpus that the evaluator finds", { timeout: 900_000 }, async () => {
    const rows = rowsOfCorpus();
    expect(rows.length).toBeGreaterThan(100);
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].sort();
    // Databases take names that differ only in case for one: keep the first of them.
    const seen = new Set<string>();
    const distinct = columns.filter((name) => !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()));
    let matches = 0;
    for (const open of [openDuckdb, openSqlite]) {
      const database = await open(distinct, rows);
      for (const rule of rulesOfCorpus()) {
        const compiled = compileRule(rule);
        const kept = new Set(distinct);
        const expected = rows.flatMap((row, i) => {
          const get = fieldsOf(row);
          return compiled.matches(
            (name) => (kept.has(name) ? get(name) : undefined),
            () => row["the text"] ?? "",
          )
            ? [i]
            : [];
        });
        const { condition, problems } = ruleToSql(rule, {
          dialect: database.dialect,
          columns: kept,
          textColumn: "the text",
        });
        expect([rule.origin, problems]).toEqual([rule.origin, []]);
        const found = await database.rowsThat(condition ?? "");
        expect([rule.origin, found]).toEqual([rule.origin, expected]);
        matches += found.length;
      }
      database.close();
    }
    expect(matches).toBeGreaterThan(200);
  });
});
