import { applyFilters, compileRule, explain, parseRules } from "@postern/sigma";
import { describe, expect, test } from "vitest";

const RULE = `
title: Archive made
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
name: archive
logsource: {category: process_creation, product: windows}
detection:
  selection: {Image|endswith: '\\rar.exe'}
  condition: selection
`;
const OTHER = RULE.replace("archive", "archive_linux")
  .replace("6f3e2987", "00000000")
  .replace("windows", "linux");

function filterOf(condition: string, rules = "[6f3e2987-db24-4c78-a860-b4f4095a7095]"): string {
  return `
title: Administrators
logsource: {category: process_creation, product: windows}
filter:
  rules: ${rules}
  selection: {User|startswith: 'adm_'}
  condition: ${condition}
`;
}

const EVENTS = [
  { Image: "C:\\rar.exe", User: "adm_x" },
  { Image: "C:\\rar.exe", User: "bob" },
  { Image: "C:\\cmd.exe", User: "bob" },
];

function outcome(
  filter: string,
  options = {},
): { readonly matched: readonly boolean[]; readonly codes: readonly string[] } {
  const parsed = parseRules(`${RULE}---\n${OTHER}---\n${filter}`, "f.yml");
  const { rules, problems } = applyFilters(parsed.rules, parsed.filters, options);
  const [rule] = rules;
  if (rule === undefined) throw new Error("no rule");
  const compiled = compileRule(rule);
  const matched = EVENTS.map((event) =>
    compiled.matches((field) => Object.entries(event).find(([key]) => key === field)?.[1]),
  );
  return {
    matched,
    codes: [...parsed.problems, ...problems].map(({ code, severity }) => `${severity} ${code}`),
  };
}

describe("a filter", () => {
  test("drops what it names from the rule that it names", () => {
    expect(outcome(filterOf("not selection"))).toEqual({ matched: [false, true, false], codes: [] });
  });

  test("finds a rule by its name, and any finds every rule of the log source", () => {
    expect(outcome(filterOf("not selection", "archive")).matched).toEqual([false, true, false]);
    expect(outcome(filterOf("not selection", "any")).matched).toEqual([false, true, false]);
  });

  test("without not keeps only what it names, and a warning says so", () => {
    expect(outcome(filterOf("selection"))).toEqual({
      matched: [true, false, false],
      codes: ["warning SIGMA_FILTER_KEEPS"],
    });
  });

  test("written as the specification's example is meant excludes, when the caller says so", () => {
    expect(outcome(filterOf("selection"), { condition: "excludes" }).matched).toEqual([false, true, false]);
  });

  test("leaves a rule of another log source alone", () => {
    const filter = filterOf("not selection", "any").replace("windows", "linux");
    expect(outcome(filter).matched).toEqual([true, true, false]);
  });

  test("that names a rule which is not there changes nothing and is told", () => {
    expect(outcome(filterOf("not selection", "[nobody]"))).toEqual({
      matched: [true, true, false],
      codes: ["warning SIGMA_REFERENCE"],
    });
  });

  test("several with selections of the same name do not disturb each other, and the explanation names them", () => {
    const second = filterOf("not selection").replace("adm_", "svc_");
    const parsed = parseRules([RULE, filterOf("not selection"), second].join("---\n"), "f.yml");
    const [rule] = applyFilters(parsed.rules, parsed.filters).rules;
    if (rule === undefined) throw new Error("no rule");
    const of = (User: string) => (field: string) =>
      field === "User" ? User : field === "Image" ? "C:\\rar.exe" : undefined;
    expect(["adm_1", "svc_1", "bob"].map((user) => compileRule(rule).matches(of(user)))).toEqual([
      false,
      false,
      true,
    ]);
    expect(explain(rule, of("bob")).excludedBy).toEqual([
      "Administrators (2): selection",
      "Administrators: selection",
    ]);
  });

  test.each([
    ["without rules", filterOf("not selection").replace(/ {2}rules.*\n/, ""), "SIGMA_MISSING"],
    ["with a list that holds no names", filterOf("not selection", "[[a]]"), "SIGMA_WRONG_TYPE"],
    ["with an unknown selection", filterOf("not other"), "SIGMA_CONDITION_UNKNOWN_NAME"],
    ["without log source", filterOf("not selection").replace(/logsource.*\n/, ""), "SIGMA_MISSING"],
    ["that is a text", "title: x\nlogsource: {product: p}\nfilter: all\n", "SIGMA_WRONG_TYPE"],
  ])("%s is refused", (_name, text, code) => {
    const { filters, problems } = parseRules(text, "f.yml");
    expect(filters).toEqual([]);
    expect(problems.map((problem) => problem.code)).toContain(code);
  });
});
