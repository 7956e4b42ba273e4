import type { Condition } from "../condition/condition.ts";
import type { SourceSpan } from "../problem.ts";
import type { Search } from "./search.ts";

/** Which logs a rule is meant for, as the rule says. */
export interface Logsource {
  readonly category: string | null;
  readonly product: string | null;
  readonly service: string | null;
}

/** Values of `status`. Source: Sigma rules specification 2.1.0, section Status. */
export const STATUSES = ["stable", "test", "experimental", "deprecated", "unsupported"] as const;
/** Values of `level`, mildest first. Source: Sigma rules specification 2.1.0, section Level. */
export const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;

/** A value of `status`. */
export type Status = (typeof STATUSES)[number];
/** A value of `level`. */
export type Level = (typeof LEVELS)[number];

/** Another rule that a rule names, and how the two belong together (`derived`, `obsolete`, `merged`, `renamed`, `similar`). */
export interface RelatedRule {
  readonly id: string;
  readonly type: string;
}

/** What every kind of Sigma document says about itself. */
export interface RuleHeader {
  readonly title: string;
  readonly id: string | null;
  readonly name: string | null;
  readonly status: Status | null;
  readonly level: Level | null;
  readonly description: string;
  readonly author: string;
  readonly date: string;
  readonly modified: string;
  readonly references: readonly string[];
  readonly tags: readonly string[];
  readonly falsepositives: readonly string[];
  readonly fields: readonly string[];
  readonly license: string;
  /** Which names of fields, values and log sources the rule uses; `sigma` when it does not say. */
  readonly taxonomy: string;
  readonly scope: readonly string[];
  readonly related: readonly RelatedRule[];
  /** Top-level keys that the specification does not know, as plain data. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Name of the file or other origin, as given to the parser. */
  readonly origin: string;
}

/** A parsed rule: plain frozen data that can be cloned to a worker and compiled there. */
export interface SigmaRule extends RuleHeader {
  readonly kind: "rule";
  readonly logsource: Logsource;
  /** Search identifiers in the order of the file. */
  readonly selections: Readonly<Record<string, Search>>;
  readonly condition: Condition;
}

/** A parsed filter: what it says is added to each of the rules that it names. See `applyFilters`. */
export interface FilterRule extends RuleHeader {
  readonly kind: "filter";
  readonly logsource: Logsource;
  /** Ids or names of rules; null for `any`: every rule of the log source. */
  readonly rules: readonly string[] | null;
  readonly selections: Readonly<Record<string, Search>>;
  readonly condition: Condition;
  /** Where the filter begins, for problems that are found later. */
  readonly at: SourceSpan;
}

/** Values of a correlation's `type`. Source: Sigma correlation rules specification 2.1.0. */
export const CORRELATION_TYPES = [
  "event_count",
  "value_count",
  "temporal",
  "temporal_ordered",
  "value_sum",
  "value_avg",
  "value_percentile",
] as const;
/** A value of a correlation's `type`. */
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

/** How a count or value is compared in a correlation's condition. */
export type Bound = "gt" | "gte" | "lt" | "lte" | "eq" | "neq";

/** A correlation's condition: all bounds must hold. */
export interface CorrelationCondition {
  readonly bounds: readonly { readonly comparison: Bound; readonly value: number }[];
  /** The fields whose values count; several are taken together as one value. Empty where none is needed. */
  readonly fields: readonly string[];
  /** Which percentile is compared (0 to 100); null compares the share of each value in percent. */
  readonly percentile: number | null;
}

/** A parsed correlation rule: plain frozen data. */
export interface CorrelationRule extends RuleHeader {
  readonly kind: "correlation";
  readonly type: CorrelationType;
  /** Ids or names of rules or other correlations, in the order of the file. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  readonly condition: CorrelationCondition;
  /** Per alias: the field that it stands for in the events of each rule. */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** True when the rules referred to shall also be reported by themselves. */
  readonly generate: boolean;
  /** Where the list of rules stands, for problems that are found later. */
  readonly at: SourceSpan;
}
