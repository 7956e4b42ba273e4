import type { Bound, CorrelationCondition, CorrelationRule } from "../rule/rule.ts";

/** A correlation that held for one group of events, from the first event that counted to the last. */
export interface CorrelationMatch<T> {
  readonly kind: "correlation-match";
  readonly rule: CorrelationRule;
  /** `group-by` names and their values as the first event has them; values are untrusted. */
  readonly group: Readonly<Record<string, string>>;
  readonly fromMs: number;
  readonly toMs: number;
  /** What the condition was compared with, at its greatest: a count, sum, average, percentile or share in percent. */
  readonly value: number;
  /** Different values that were counted, or the rare ones, sorted; at most 100; untrusted. */
  readonly values: readonly string[];
  /** How many events counted. */
  readonly eventCount: number;
  /** What the caller gave with the events that counted, oldest first; the first few of them (`keepEvents`). */
  readonly events: readonly T[];
}

/** What had to be left out to keep within the limits, or could not be judged; nothing is ever left out silently. */
export interface CorrelationLosses {
  /** Title of the correlation; null for what happened before events reached one. */
  readonly correlation: string | null;
  /**
   * `groups`: whole groups forgotten because there were too many · `events`: events forgotten because there were too many ·
   * `late`: events older than what was judged already · `ungrouped`: events without a `group-by` field ·
   * `unvalued`: events without the value that is counted, added up or compared.
   */
  readonly what: "groups" | "events" | "late" | "ungrouped" | "unvalued";
  readonly count: number;
  /** Time of the first event concerned. */
  readonly firstMs: number;
}

/** Whether a value meets all bounds of a condition; a value that is no number meets none. */
export function meets(value: number, condition: CorrelationCondition): boolean {
  return condition.bounds.every((bound) => compares(value, bound.comparison, bound.value));
}

function compares(value: number, comparison: Bound, limit: number): boolean {
  switch (comparison) {
    case "gt":
      return value > limit;
    case "gte":
      return value >= limit;
    case "lt":
      return value < limit;
    case "lte":
      return value <= limit;
    case "eq":
      return value === limit;
    case "neq":
      return value !== limit && !Number.isNaN(value);
  }
}

/**
 * Whether a correlation can be judged at each event over the time before it: only lower bounds, on something that more events
 * cannot make untrue. All others are judged when their time span is over.
 */
export function isJudgedAtOnce(rule: CorrelationRule): boolean {
  return (
    rule.type !== "value_avg" &&
    rule.type !== "value_percentile" &&
    rule.condition.bounds.every(({ comparison }) => comparison === "gt" || comparison === "gte")
  );
}
