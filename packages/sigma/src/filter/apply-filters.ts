import type { Condition } from "../condition/condition.ts";
import { renamed } from "../condition/rename.ts";
import type { Problem } from "../problem.ts";
import { indexRules } from "../rule/references.ts";
import type { FilterRule, Logsource, SigmaRule } from "../rule/rule.ts";
import type { Search } from "../rule/search.ts";

/** How filters are meant. */
export interface FilterOptions {
  /**
   * `must-hold` (the default, as in pySigma): an event must meet the filter's condition, so filters say `not selection`.
   * `excludes`: what meets the condition is dropped, as the example in the specification has it.
   */
  readonly condition?: "must-hold" | "excludes";
}

/** Rules with their filters worked in, in the order given; and what was wrong with the filters. */
export interface FilteredRules {
  readonly rules: readonly SigmaRule[];
  readonly problems: readonly Problem[];
}

/**
 * Adds each filter's selections and condition to the rules that it names. A filter only touches rules whose log source has
 * everything that the filter's log source asks for; a reference that fits no rule is told (`SIGMA_REFERENCE`, a warning).
 */
export function applyFilters(
  rules: readonly SigmaRule[],
  filters: readonly FilterRule[],
  options: FilterOptions = {},
): FilteredRules {
  const index = indexRules(rules);
  const problems: Problem[] = [];
  const wanted = new Map<SigmaRule, FilterRule[]>();
  const add = (rule: SigmaRule, filter: FilterRule): void => {
    if (covers(filter.logsource, rule.logsource)) wanted.set(rule, [...(wanted.get(rule) ?? []), filter]);
  };
  for (const filter of filters) {
    if (filter.rules === null) for (const rule of rules) add(rule, filter);
    for (const reference of new Set(filter.rules ?? [])) {
      const found = index.find(reference);
      if (found !== undefined && found !== "several") add(found, filter);
      else problems.push(referenceProblem(reference, filter, found === "several"));
    }
  }
  return {
    rules: Object.freeze(rules.map((rule) => withFilters(rule, wanted.get(rule) ?? [], options))),
    problems: Object.freeze(problems),
  };
}

function referenceProblem(reference: string, filter: FilterRule, several: boolean): Problem {
  const what = several ? "several rules are" : "no rule is";
  const message = `the filter "${filter.title}" names "${reference}", but ${what} called so`;
  return { code: "SIGMA_REFERENCE", severity: "warning", at: filter.at, message };
}

function covers(filter: Logsource, rule: Logsource): boolean {
  return (["category", "product", "service"] as const).every(
    (key) => filter[key] === null || filter[key] === rule[key],
  );
}

function withFilters(rule: SigmaRule, filters: readonly FilterRule[], options: FilterOptions): SigmaRule {
  let out = rule;
  for (const filter of filters) out = withFilter(out, filter, options);
  return out;
}

function withFilter(rule: SigmaRule, filter: FilterRule, options: FilterOptions): SigmaRule {
  const selections: Record<string, Search> = { ...rule.selections };
  const names = new Map<string, string>();
  for (const [name, search] of Object.entries(filter.selections)) {
    let free = `${filter.title}: ${name}`;
    for (let i = 2; Object.hasOwn(selections, free); i++) free = `${filter.title} (${i}): ${name}`;
    names.set(name, free);
    Object.defineProperty(selections, free, { value: search, enumerable: true });
  }
  const own = renamed(filter.condition, names);
  const part: Condition = options.condition === "excludes" ? Object.freeze({ kind: "not", part: own }) : own;
  const condition: Condition = Object.freeze({ kind: "and", parts: Object.freeze([rule.condition, part]) });
  return Object.freeze({ ...rule, selections: Object.freeze(selections), condition });
}
