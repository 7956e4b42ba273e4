import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { applyFilters, compileRule, parseRules, planCorrelations } from "@postern/sigma";
import { describe, expect, test } from "vitest";

import { type OracleEvent, readOracle } from "./testing/pysigma-oracle.ts";

// Optional: the test cases of pySigma; never part of the repository.
const corpus = process.env["POSTERN_CORPUS"] ?? "";
const file = join(corpus, "D_rules", "pysigma-tests", "cases.json");
const present = corpus !== "" && existsSync(file);

interface Case {
  readonly test: string;
  readonly rules_yaml: readonly string[];
  readonly expected_query: readonly string[] | null;
  readonly expected_error: string | null;
}

function readCases(name: string): readonly Case[] {
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  // eslint-disable-next-line postern/no-type-assertion -- the shape of a file that only this test reads
  return (parsed as Readonly<Record<string, readonly Case[]>>)[name] ?? [];
}

const base = present ? readCases("test_conversion_base.py") : [];

/** Cases that say nothing of what a rule matches, by what they are about. */
const NOT_BEHAVIOUR: Readonly<Record<string, RegExp>> = {
  "what a pipeline drops, adds or maps to several fields":
    /pipeline|dropped_detection_item|convert_state|query_expr|multi_field_mapping|regex_multi_mapping|compare_fields_differentiation/,
  "how a backend writes text, or what it lacks":
    /emptytoken|not_and_group|not_or_group|wildcard_to_regex|unsupported|unknown_output_format|cidr_wildcard_native_template|str_wildcard_no_match_expr|not_escaped_escape|cidr_wildcard_(expression|asterisk)|list_cidr_wildcard_asterisk|timestamp_part/,
  "what is refused here: an expression beside contains, startswith or endswith":
    /regex_placeholder_value_list_endswith/,
  "a query written as several": /multi_conditions|multiple_conditions/,
};

const PLACEHOLDERS = { test: ["foo", "bar"] };
const REGEX_PLACEHOLDERS = { test: ["pat.*tern/foobar", "pat.*te\\rn/foobar"] };

/** Values that the cases look for, and their neighbours. */
const VALUES: readonly (string | null)[] = [
  "value",
  "VALUE",
  "value1",
  "value2",
  "value3",
  "value4",
  "value5",
  "value7",
  "valueA",
  "valueB",
  "valueC",
  "test value",
  "(value",
  "a value b",
  "va*lue",
  "vaXlue",
  "x vaXlue y",
  "valXue",
  "foobar\\",
  "foobar\\x",
  "xfoobar\\x",
  "foo",
  "bar",
  "foo bar",
  "123",
  "122",
  "124",
  "true",
  "1",
  "0",
  "false",
  "",
  "pat tern/foobar",
  "patte\rn/foobar",
  "PAT\ntern/foobar",
  "x pat te\rn/foobar",
  "192.168.3.4",
  "192.171.3.4",
  "192.172.3.4",
  "10.10.10.7",
  "1234:5678:0:ab01::7",
  "1234:5678:0:ac01::7",
  "-foo -bar",
  "/foo \u2014bar",
  "value1 value2 value3",
  "value2x",
  "valxue3",
  "2",
  "3",
  "7",
  "val",
  null,
];
const FIELDS = [
  "fieldA",
  "fieldB",
  "fieldC",
  "fieldD",
  "field A",
  "field B",
  "field C",
  "field D",
  "field",
  "field1",
  "field2",
  "CommandLine",
  "selA",
];

/** Events with every value in every field, the others beside it varying. */
const EVENTS: readonly OracleEvent[] = Array.from({ length: VALUES.length * 12 }, (_, i) =>
  Object.fromEntries(
    FIELDS.map((name, f) => [name, VALUES[(i + f * Math.floor(i / VALUES.length)) % VALUES.length] ?? null]),
  ),
);

function matchesOf(one: Case, events: readonly OracleEvent[]): readonly boolean[] {
  const placeholders = one.test.includes("regex_placeholder") ? REGEX_PLACEHOLDERS : PLACEHOLDERS;
  const { rules, problems } = parseRules(one.rules_yaml.join("\n---\n"), `${one.test}.yml`, { placeholders });
  const [rule] = rules;
  if (rule === undefined) throw new Error(JSON.stringify(problems));
  const compiled = compileRule(rule);
  return events.map((event) =>
    compiled.matches(
      (field) => event[field] ?? undefined,
      () =>
        Object.values(event)
          .filter((value) => value !== null)
          .join(" "),
    ),
  );
}

const reasonFor = (one: Case): string | undefined =>
  Object.entries(NOT_BEHAVIOUR).find(([, names]) => names.test(one.test))?.[0];
const behaving = base.filter((one) => one.expected_error === null && reasonFor(one) === undefined);

describe.skipIf(!present)("the cases of pySigma (POSTERN_CORPUS; skipped when it is not set)", () => {
  test("state behaviour in most cases", () => {
    expect(base).toHaveLength(134);
    expect(behaving.length).toBeGreaterThanOrEqual(80);
  });

  test.each(behaving.map((one) => [one.test, one] as const))("%s", (_name, one) => {
    const answer = readOracle(one.expected_query?.[0] ?? "");
    const expected = EVENTS.map(answer);
    expect(matchesOf(one, EVENTS)).toEqual(expected);
  });

  test.each(
    base
      .filter(
        ({ expected_error: error }) =>
          error !== null && error !== "NotImplementedError" && error !== "SigmaBackendError",
      )
      .map((one) => [one.test, one] as const),
  )("%s: a mistake there is a mistake here", (_name, one) => {
    const { rules, problems } = parseRules(one.rules_yaml.join("\n"), "case.yml");
    expect(rules).toEqual([]);
    expect(problems.some(({ severity }) => severity === "error")).toBe(true);
  });

  test("several conditions are linked with or", () => {
    const one = base.find(({ test: name }) => name === "test_convert_multi_conditions");
    if (one === undefined) throw new Error("no case");
    const answers = (one.expected_query ?? []).map(readOracle);
    expect(matchesOf(one, EVENTS)).toEqual(EVENTS.map((event) => answers.some((answer) => answer(event))));
  });

  test("parts of a time", () => {
    const one = base.find(({ test: name }) => name.includes("timestamp_part"));
    expect(parseRules(one?.rules_yaml.join("\n") ?? "", "case.yml").problems).toEqual([]);
  });

  test("correlations and filters are read, and generate keeps their rules loud", () => {
    for (const name of [
      "test_conversion_correlations.py",
      "test_correlations.py",
      "test_filters.py",
      "test_conversion_deferred.py",
    ]) {
      for (const one of readCases(name)) {
        const parsed = parseRules(one.rules_yaml.join("\n---\n"), `${one.test}.yml`);
        const plan = planCorrelations(parsed.correlations, applyFilters(parsed.rules, parsed.filters).rules);
        const errors = [...parsed.problems, ...(parsed.rules.length > 0 ? plan.problems : [])].filter(
          ({ severity }) => severity === "error",
        );
        // The specification allows a percentile without its number, pySigma does not.
        const isMistake = one.expected_error !== null && !one.test.includes("percentile");
        expect([one.test, errors.length > 0]).toEqual([one.test, isMistake]);
        if (one.test.includes("generate")) expect(plan.silent).toEqual([]);
      }
    }
  });
});
