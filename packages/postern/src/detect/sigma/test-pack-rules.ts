import { requiredLiterals } from "@postern/sigma";

import { normalizeTextRecord, normalizeWindowsEvent } from "../../events/index.ts";
import type { Event, Problem } from "../../model/index.ts";
import { type Pack, type PackRule, readRuleCases, type RuleCase } from "../packs/index.ts";
import { recordOfCase } from "./case-record.ts";
import { ALWAYS_PARSED, literalPolicyOf } from "./literal-policy.ts";
import { compilePackRules, type PackRules } from "./pack-rules.ts";

/** What the cases of packs showed. */
export interface RuleTestResult {
  /** Cases that did what they should. */
  readonly passed: number;
  /** Every case that did not, and rules without a case that matches or without one that does not. */
  readonly failures: readonly Problem[];
}

/**
 * Runs the cases of every rule through the normalizers and the compiled rules. A case fails when its rule misses it, when its
 * rule matches what it must not, and when the byte filter would pass over a record that must match.
 */
export function testPackRules(packs: readonly Pack[]): RuleTestResult {
  const rules = compilePackRules(packs);
  const failures: Problem[] = [...rules.problems];
  let passed = 0;
  for (const pack of packs) {
    for (const rule of pack.rules) {
      for (const ruleCase of readRuleCases(pack, rule, failures)) {
        const problem = failureOf(rules, rule, ruleCase);
        if (problem === null) passed++;
        else failures.push(problem);
      }
    }
  }
  return { passed, failures };
}

function failureOf(rules: PackRules, rule: PackRule, ruleCase: RuleCase): Problem | null {
  const event = eventOf(ruleCase);
  const matched = rules.match(event).some(({ id }) => id === rule.info.id);
  const wrong = (code: string, what: string): Problem => ({
    code,
    severity: "error",
    at: ruleCase.at,
    message: `${rule.info.id} ${what}: ${ruleCase.why}`,
  });
  if (matched && !ruleCase.matches) return wrong("PACK_CASE_MATCHED", "matches what it must not");
  if (!matched && ruleCase.matches) return wrong("PACK_CASE_MISSED", "does not match");
  if (ruleCase.matches && !isFound(rule, event)) {
    return wrong("PACK_CASE_LITERAL", "is looked for by texts that the raw record does not hold");
  }
  return null;
}

function eventOf(ruleCase: RuleCase): Event {
  const record = recordOfCase(ruleCase);
  return ruleCase.artifact === "windows-event" ? normalizeWindowsEvent(record) : normalizeTextRecord(record);
}

/** Whether the filter over raw bytes lets the record through. */
function isFound(rule: PackRule, event: Event): boolean {
  if (ALWAYS_PARSED.has(event.artifact)) return true;
  const literals = requiredLiterals(rule.sigma, literalPolicyOf(event.artifact));
  const text = (event.raw ?? "").toLowerCase();
  return literals === null || literals.some((literal) => text.includes(literal));
}
