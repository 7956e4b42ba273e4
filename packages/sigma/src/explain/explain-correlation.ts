import type { CorrelationMatch } from "../correlation/match.ts";
import type { CorrelationRule } from "../rule/rule.ts";

/** Why a correlation matched. Texts hold values from events, which are untrusted. */
export interface CorrelationExplanation {
  /** What the rule asked for, e.g. `event_count of failed_logon by User within 10m: gte 10`. */
  readonly wanted: string;
  /** What there was, e.g. `12 from 2024-10-16T14:30:00.000Z to 2024-10-16T14:35:00.000Z`. */
  readonly found: string;
  readonly group: readonly { readonly field: string; readonly value: string }[];
  /** Different values that were counted, or the rare ones; at most 100, each at most 500 characters. */
  readonly values: readonly string[];
}

const MAX_FOUND = 500;
const UNITS = [
  { letter: "d", ms: 86_400_000 },
  { letter: "h", ms: 3_600_000 },
  { letter: "m", ms: 60_000 },
  { letter: "s", ms: 1000 },
];

/** Says what a correlation asked for and what it found. */
export function explainCorrelation(match: CorrelationMatch<unknown>): CorrelationExplanation {
  const from = new Date(match.fromMs).toISOString();
  const to = new Date(match.toMs).toISOString();
  return Object.freeze({
    wanted: wantedOf(match.rule),
    found: `${match.value} from ${from} to ${to}, ${match.eventCount} events`,
    group: Object.entries(match.group).map(([field, value]) => ({ field, value: value.slice(0, MAX_FOUND) })),
    values: match.values.map((value) => value.slice(0, MAX_FOUND)),
  });
}

function wantedOf(rule: CorrelationRule): string {
  const { condition } = rule;
  const fields = condition.fields.length === 0 ? "" : ` of ${condition.fields.join(", ")} in`;
  const percentile = condition.percentile === null ? "" : ` ${condition.percentile}`;
  const by = rule.groupBy.length === 0 ? "" : ` by ${rule.groupBy.join(", ")}`;
  const bounds = condition.bounds.map(({ comparison, value }) => `${comparison} ${value}`).join(" and ");
  const of = fields === "" ? " of" : fields;
  return `${rule.type}${percentile}${of} ${rule.rules.join(", ")}${by} within ${spanOf(rule.timespanMs)}: ${bounds}`;
}

function spanOf(ms: number): string {
  const unit = UNITS.find((one) => ms % one.ms === 0) ?? { letter: "ms", ms: 1 };
  return `${ms / unit.ms}${unit.letter}`;
}
