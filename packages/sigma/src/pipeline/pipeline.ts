import type { Logsource } from "../rule/rule.ts";

/**
 * Which log sources are meant: a key that is absent says nothing, a text asks for this value, null asks that the rule
 * does not name the key.
 */
export interface LogsourcePattern {
  readonly category?: string | null;
  readonly product?: string | null;
  readonly service?: string | null;
}

/** A set of records, in the words of whoever feeds the engine. Texts are lower case. */
export interface RecordSet {
  /** Kind of records, e.g. an artifact id. */
  readonly source: string;
  /** Windows channels; null for all of them and for records without channels. */
  readonly channels: readonly string[] | null;
  /** Event numbers; null for all of them. */
  readonly events: readonly string[] | null;
}

/** Says which records a log source means. */
export interface Route {
  readonly logsource: LogsourcePattern;
  readonly records: RecordSet;
}

/** Field names to one or more names in the event; a field with several names has the values of all of them. */
export type FieldNames = Readonly<Record<string, readonly string[]>>;

/** A value that a pipeline adds or maps to. */
export type PipelineValue = string | number;

/** What a step does; names and meaning are those of pySigma's processing pipelines. */
export type PipelineAction =
  | { readonly type: "field_name_mapping"; readonly mapping: FieldNames }
  | { readonly type: "field_name_prefix_mapping"; readonly mapping: FieldNames }
  | { readonly type: "field_name_prefix"; readonly text: string }
  | { readonly type: "field_name_suffix"; readonly text: string }
  | {
      readonly type: "add_condition";
      readonly conditions: Readonly<Record<string, readonly PipelineValue[]>>;
      readonly negated: boolean;
    }
  | { readonly type: "drop_detection_item" }
  | { readonly type: "map_string"; readonly mapping: Readonly<Record<string, readonly string[]>> }
  | { readonly type: "change_logsource"; readonly logsource: Logsource }
  | { readonly type: "rule_failure"; readonly message: string };

/** One step: what it does, to which rules, to which of their fields. */
export interface PipelineStep {
  readonly id: string;
  readonly action: PipelineAction;
  /** Log sources of the rules that the step is for; empty for all rules. */
  readonly logsources: readonly LogsourcePattern[];
  /** True: a rule must fit all of `logsources`; false: one of them is enough. */
  readonly allLogsources: boolean;
  readonly fields: FieldChoice;
}

/** Which fields of a rule a step is for. */
export type FieldChoice =
  | { readonly kind: "all" }
  | { readonly kind: "include"; readonly names: readonly string[] }
  | { readonly kind: "exclude"; readonly names: readonly string[] };

/** How rules are fitted to one family of records. Plain frozen data. */
export interface Pipeline {
  readonly name: string;
  /** Lower numbers come first. */
  readonly priority: number;
  /** Which records the log sources mean. A pipeline without routes only changes rules. */
  readonly routes: readonly Route[];
  readonly steps: readonly PipelineStep[];
  readonly origin: string;
}

/**
 * Whether a rule's log source is one of those meant. A rule that names no product is for every product; otherwise a
 * pattern asks for what it names.
 */
export function fitsLogsource(logsource: Logsource, pattern: LogsourcePattern): boolean {
  return (["category", "product", "service"] as const).every((key) => {
    const wanted = pattern[key];
    if (wanted === undefined) return true;
    const named = logsource[key];
    if (named === null) return wanted === null || key === "product";
    return named.toLowerCase() === wanted?.toLowerCase();
  });
}
