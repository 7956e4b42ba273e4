import type { RuleHeader } from "./rule.ts";

/** Rules by what other documents call them: id or name. */
export interface RuleIndex<R extends RuleHeader> {
  /** The rule that is called so; undefined when there is none, "several" when the name fits more than one. */
  find(reference: string): R | undefined | "several";
}

/**
 * What a rule is called where it must be told apart from all others: its id, else its name, else where it was found and its
 * title. Stays the same when the rule is cloned.
 */
export function ruleKey(rule: RuleHeader): string {
  return rule.id ?? rule.name ?? `${rule.origin}#${rule.title}`;
}

/** Makes an index over ids (without regard to case) and names. */
export function indexRules<R extends RuleHeader>(rules: readonly R[]): RuleIndex<R> {
  const byReference = new Map<string, R | "several">();
  const add = (reference: string, rule: R): void => {
    const before = byReference.get(reference);
    byReference.set(reference, before === undefined || before === rule ? rule : "several");
  };
  for (const rule of rules) {
    if (rule.id !== null) add(rule.id.toLowerCase(), rule);
    if (rule.name !== null && rule.name.toLowerCase() !== rule.id?.toLowerCase()) add(rule.name, rule);
  }
  return {
    find: (reference) => byReference.get(reference) ?? byReference.get(reference.toLowerCase()),
  };
}
