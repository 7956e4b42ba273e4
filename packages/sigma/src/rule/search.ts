import type { Pattern } from "./pattern.ts";
import type { RegexNode } from "../regex/syntax.ts";

/** Where in the field's value a text is looked for. */
export type Placement = "whole" | "start" | "end" | "anywhere";

/** Comparison of numbers. */
export type Comparison = "lt" | "lte" | "gt" | "gte";

/** A part of a date and time, as the `minute` to `year` modifiers name it; `week` is the ISO week. */
export type TimePart = "minute" | "hour" | "day" | "week" | "month" | "year";

/** One test of one value. The target (closures today, SQL later) is a visitor over these. */
export type Test =
  | { readonly kind: "text"; readonly pattern: Pattern; readonly cased: boolean }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "null" }
  | { readonly kind: "regex"; readonly source: string; readonly node: RegexNode; readonly flags: RegexFlags }
  | { readonly kind: "cidr"; readonly source: string; readonly network: Network }
  | { readonly kind: "compare"; readonly comparison: Comparison; readonly value: number }
  | {
      readonly kind: "time-part";
      readonly part: TimePart;
      readonly comparison: Comparison | "eq";
      readonly value: number;
    }
  | { readonly kind: "exists"; readonly expected: boolean }
  | {
      readonly kind: "field-ref";
      readonly field: string;
      readonly placement: Placement;
      readonly cased: boolean;
    };

/** The sub-modifiers of `re`. */
export interface RegexFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

/** An address range; `bytes` are 4 (IPv4) or 16 (IPv6) numbers of 0..255. */
export interface Network {
  readonly bytes: readonly number[];
  readonly prefixBits: number;
}

/** A search identifier's content: maps are `all-of`, lists are `any-of`. */
export type Search =
  | { readonly kind: "all-of"; readonly parts: readonly Search[] }
  | { readonly kind: "any-of"; readonly parts: readonly Search[] }
  | FieldTest
  | KeywordTest;

/** A field against one or more values. */
export interface FieldTest {
  readonly kind: "field-test";
  readonly field: string;
  readonly tests: readonly Test[];
  readonly link: "any" | "all";
  readonly negated: boolean;
  /** The key as the rule writes it, e.g. `CommandLine|contains|all`. */
  readonly label: string;
}

/** Values looked for anywhere in the whole text of a record. */
export interface KeywordTest {
  readonly kind: "keyword-test";
  readonly tests: readonly Test[];
  readonly link: "any" | "all";
  readonly label: string;
}
