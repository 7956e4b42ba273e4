import type { Condition } from "../condition/condition.ts";
import type { Search } from "./search.ts";

/** Which logs a rule is meant for, as the rule says. */
export interface Logsource {
  readonly category: string | null;
  readonly product: string | null;
  readonly service: string | null;
}

/** Values of `status`. Source: Sigma rules specification 2.0.0, section Status. */
export const STATUSES = ["stable", "test", "experimental", "deprecated", "unsupported"] as const;
/** Values of `level`, mildest first. Source: Sigma rules specification 2.0.0, section Level. */
export const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;

/** A value of `status`. */
export type Status = (typeof STATUSES)[number];
/** A value of `level`. */
export type Level = (typeof LEVELS)[number];

/** A parsed rule: plain frozen data that can be cloned to a worker and compiled there. */
export interface SigmaRule {
  readonly kind: "rule";
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
  readonly logsource: Logsource;
  /** Search identifiers in the order of the file. */
  readonly selections: Readonly<Record<string, Search>>;
  readonly condition: Condition;
  /** Top-level keys that the specification does not know, as plain data. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Name of the file or other origin, as given to the parser. */
  readonly origin: string;
}
