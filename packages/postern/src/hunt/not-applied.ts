import { type CorrelationPlan, type RoutedRule, ruleKey } from "@postern/sigma";

import type { RuleSet } from "../detect/index.ts";
import type { HuntRule, SetAside } from "./rule-files.ts";

/** Rules that could not match whatever the evidence holds, and why. */
export function notApplied(
  rules: readonly HuntRule[],
  set: RuleSet,
  plan: CorrelationPlan | null,
): { readonly setAside: readonly SetAside[]; readonly limited: readonly HuntRule[] } {
  const setAside: SetAside[] = [];
  const limited: HuntRule[] = [];
  const uses = set.uses();
  const without = new Set<string>();
  rules.forEach((one, number) => {
    const use = uses[number];
    const reason = reasonOf(one, { ways: set.ways[number] ?? [], refused: set.refused[number] ?? [] }, use);
    if (reason !== null) {
      const { title, id } = one.rule;
      setAside.push({ file: one.file, title, id, ...reason });
      without.add(ruleKey(one.rule));
    }
    if (use?.cut === true) limited.push(one);
  });
  for (const { key, rule, inputs } of plan?.correlations ?? []) {
    if (!inputs.every((input) => without.has(input.key))) continue;
    without.add(key);
    const detail = "none of the rules that it joins could apply";
    setAside.push({ file: rule.origin, title: rule.title, id: rule.id, reason: "no-records", detail });
  }
  return { setAside, limited };
}

function reasonOf(
  { rule }: HuntRule,
  fitted: { readonly ways: readonly RoutedRule[]; readonly refused: readonly string[] },
  use: { readonly records: number; readonly missing: readonly string[] } | undefined,
): Pick<SetAside, "reason" | "detail"> | null {
  if (fitted.ways.length === 0) {
    const { category, product, service } = rule.logsource;
    const named = Object.entries({ product, category, service })
      .flatMap(([key, value]) => (value === null ? [] : [`${key} ${value}`]))
      .join(", ");
    const detail = fitted.refused[0] ?? `Postern reads no records of ${named}`;
    return { reason: "log-source", detail };
  }
  if (use === undefined || use.records === 0)
    return { reason: "no-records", detail: `the evidence holds none of: ${describeWays(fitted.ways)}` };
  if (use.missing.length === 0) return null;
  return { reason: "field-missing", detail: `no record has the field ${use.missing.join(", ")}` };
}

/** The records that a rule looks for, as a person would name them. */
function describeWays(ways: readonly RoutedRule[]): string {
  const names = ways.map(({ records }) => {
    if (records.channels === null) return records.source;
    const events = records.events === null ? "" : ` event ${records.events.join("/")}`;
    return `${records.channels.join(" or ")}${events}`;
  });
  return [...new Set(names)].join("; ");
}
