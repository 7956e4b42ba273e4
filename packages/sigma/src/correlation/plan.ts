import type { Problem } from "../problem.ts";
import { indexRules, ruleKey } from "../rule/references.ts";
import type { CorrelationRule, SigmaRule } from "../rule/rule.ts";

/** One of the rules that a correlation refers to. */
export interface CorrelationInput {
  /** `ruleKey` of the rule or correlation. */
  readonly key: string;
  readonly isCorrelation: boolean;
  /** The field that stands for each `group-by` in events of this rule, aliases resolved. */
  readonly groupFields: readonly string[];
  /** The fields whose values count, aliases resolved. */
  readonly valueFields: readonly string[];
}

/** A correlation whose references are found. */
export interface PlannedCorrelation {
  readonly key: string;
  readonly rule: CorrelationRule;
  readonly inputs: readonly CorrelationInput[];
}

/** Correlations ready to run: plain data. */
export interface CorrelationPlan {
  /** Each correlation stands after those that it refers to. */
  readonly correlations: readonly PlannedCorrelation[];
  /** The rules that must be evaluated, in the order given. */
  readonly rules: readonly SigmaRule[];
  /**
   * Keys (`ruleKey`) of rules and correlations that only serve a correlation without `generate`: their own matches are not
   * meant to be reported.
   */
  readonly silent: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Finds what each correlation refers to. A correlation with a reference that is not there, fits several rules or leads back to
 * itself is left out and told (`SIGMA_REFERENCE`).
 */
export function planCorrelations(
  correlations: readonly CorrelationRule[],
  rules: readonly SigmaRule[],
): CorrelationPlan {
  const planner = new Planner(correlations, rules);
  for (const correlation of correlations) planner.visit(correlation);
  const used = new Set(planner.planned.flatMap(({ inputs }) => inputs.map(({ key }) => key)));
  const loud = new Set(
    planner.planned.filter(({ rule }) => rule.generate).flatMap(({ inputs }) => inputs.map(({ key }) => key)),
  );
  return Object.freeze({
    correlations: Object.freeze(planner.planned),
    rules: Object.freeze(rules.filter((rule) => used.has(ruleKey(rule)))),
    silent: Object.freeze([...used].filter((key) => !loud.has(key)).sort()),
    problems: Object.freeze(planner.problems),
  });
}

class Planner {
  readonly planned: PlannedCorrelation[] = [];
  readonly problems: Problem[] = [];
  private readonly index: ReturnType<typeof indexRules<SigmaRule | CorrelationRule>>;
  private readonly state = new Map<CorrelationRule, "open" | "good" | "bad">();

  constructor(correlations: readonly CorrelationRule[], rules: readonly SigmaRule[]) {
    this.index = indexRules<SigmaRule | CorrelationRule>([...rules, ...correlations]);
  }

  /** @returns whether the correlation can run. */
  visit(rule: CorrelationRule): boolean {
    const known = this.state.get(rule);
    if (known === "open") this.tell(rule, `the correlation "${rule.title}" leads back to itself`);
    if (known !== undefined) return known === "good";
    this.state.set(rule, "open");
    const inputs = rule.rules.map((reference) => this.input(rule, reference));
    const good = inputs.filter((input) => input !== null);
    const fine = this.checkAliases(rule) && good.length === inputs.length;
    if (fine) this.planned.push(Object.freeze({ key: ruleKey(rule), rule, inputs: Object.freeze(good) }));
    this.state.set(rule, fine ? "good" : "bad");
    return fine;
  }

  private input(rule: CorrelationRule, reference: string): CorrelationInput | null {
    const found = this.index.find(reference);
    if (found === undefined || found === "several") {
      const what = found === undefined ? "no rule is" : "several rules are";
      return this.tell(rule, `"${rule.title}" refers to "${reference}", but ${what} called so`);
    }
    if (found.kind === "correlation" && !this.visit(found)) {
      const message = `"${rule.title}" refers to the correlation "${reference}", which cannot run`;
      return this.tell(rule, message);
    }
    const resolve = (field: string): string => fieldOf(rule, field, [reference, found.name, found.id]);
    return Object.freeze({
      key: ruleKey(found),
      isCorrelation: found.kind === "correlation",
      groupFields: Object.freeze(rule.groupBy.map(resolve)),
      valueFields: Object.freeze(rule.condition.fields.map(resolve)),
    });
  }

  private checkAliases(rule: CorrelationRule): boolean {
    const called = rule.rules.flatMap((reference) => {
      const found = this.index.find(reference);
      return found === undefined || found === "several" ? [reference] : [reference, found.name, found.id];
    });
    const strange = Object.entries(rule.aliases).flatMap(([alias, fields]) =>
      Object.keys(fields)
        .filter((name) => !called.includes(name))
        .map((name) => `the alias "${alias}" names "${name}", which is not among the rules`),
    );
    for (const message of strange) this.tell(rule, message);
    return strange.length === 0;
  }

  private tell(rule: CorrelationRule, message: string): null {
    this.problems.push({ code: "SIGMA_REFERENCE", severity: "error", at: rule.at, message });
    return null;
  }
}

function fieldOf(rule: CorrelationRule, field: string, names: readonly (string | null)[]): string {
  const alias = Object.hasOwn(rule.aliases, field) ? rule.aliases[field] : undefined;
  if (alias === undefined) return field;
  const name = names.find((one) => one !== null && Object.hasOwn(alias, one));
  return name === null || name === undefined ? field : (alias[name] ?? field);
}
