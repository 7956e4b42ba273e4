import type { RuleHeader } from "@postern/sigma";

import { least, most } from "../core/index.ts";
import type { HuntMatch } from "./hunt-match.ts";
import type { MatchedPart } from "./matched-parts.ts";

/** A match with what of the rule it met. */
export interface HuntExample extends HuntMatch {
  readonly parts: readonly MatchedPart[];
}

/** What a rule found. */
export interface RuleMatches {
  readonly rule: RuleHeader;
  readonly count: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** The first ones in the order of the evidence. */
  readonly examples: readonly HuntExample[];
}

interface Growing {
  readonly rule: RuleHeader;
  count: number;
  firstMs: number | null;
  lastMs: number | null;
  readonly examples: HuntExample[];
}

/** Examples kept of each rule. */
const EXAMPLES = 5;

/** Counts matches by rule and keeps a few of each. */
export class MatchTable {
  readonly #byNumber = new Map<number, Growing>();
  readonly #correlations = new Map<RuleHeader, Growing>();

  /** @param explain asked only for the matches that are kept */
  add(number: number, match: HuntMatch, explain: () => readonly MatchedPart[]): void {
    const found = this.#byNumber.get(number) ?? empty(match.rule);
    this.#byNumber.set(number, found);
    count(found, match, match.timeMs);
    if (found.examples.length < EXAMPLES) found.examples.push({ ...match, parts: explain() });
  }

  addCorrelation(match: HuntMatch): void {
    const found = this.#correlations.get(match.rule) ?? empty(match.rule);
    this.#correlations.set(match.rule, found);
    count(found, match, match.correlation?.toMs ?? match.timeMs);
    if (found.examples.length < EXAMPLES) found.examples.push({ ...match, parts: partsOf(match) });
  }

  /** Rules by their numbers, then correlations in the order of their first matches. */
  list(): readonly RuleMatches[] {
    const rules = [...this.#byNumber].sort(([a], [b]) => a - b).map(([, found]) => found);
    return [...rules, ...this.#correlations.values()];
  }
}

function empty(rule: RuleHeader): Growing {
  return { rule, count: 0, firstMs: null, lastMs: null, examples: [] };
}

function count(found: Growing, match: HuntMatch, lastMs: number | null): void {
  found.count++;
  found.firstMs = least(found.firstMs, match.timeMs);
  found.lastMs = most(found.lastMs, lastMs);
}

function partsOf({ fields, correlation }: HuntMatch): readonly MatchedPart[] {
  const group = Object.entries(fields).map(([field, value]) => ({ field, value }));
  if (correlation === null) return group;
  const { eventCount, fromMs, toMs } = correlation;
  const seconds = ((toMs - fromMs) / 1000).toFixed(0);
  return [...group, { field: correlation.type, value: `${String(eventCount)} records in ${seconds} s` }];
}
