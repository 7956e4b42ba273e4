import type { CorrelationType, RuleHeader } from "@postern/sigma";

/** Where a record stands. */
export interface RecordPlace {
  /** Logical path of the evidence where it is known, else where it was found. Untrusted. */
  readonly path: string;
  /** Line number or record id. */
  readonly record: number | null;
  readonly timeMs: number | null;
}

/** What a correlation found. */
export interface CorrelatedRecords {
  readonly type: CorrelationType;
  readonly fromMs: number;
  readonly toMs: number;
  /** The count, sum, average, percentile or share that met the condition. */
  readonly value: number;
  /** Different values that were counted; untrusted. */
  readonly values: readonly string[];
  readonly eventCount: number;
  /** The first of the records. */
  readonly events: readonly RecordPlace[];
}

/** One record that a rule matched, or several that a correlation joined: then it stands at the first of them. */
export interface HuntMatch extends RecordPlace {
  readonly rule: RuleHeader;
  /** The server that wrote the record, where the record says so. Untrusted. */
  readonly server: string | null;
  /** The record's fields as found; of a correlation the values by which it groups. Untrusted. */
  readonly fields: Readonly<Record<string, string>>;
  /** What had to be mended or is to be known, e.g. that the record was carved out of unused space. */
  readonly repairs: readonly string[];
  readonly correlation: CorrelatedRecords | null;
}
