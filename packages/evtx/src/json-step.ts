/**
 * What a template becomes for JSON: stretches of finished bytes and what has to be decided for each record between them. Only shapes
 * whose keys and commas are known beforehand have a program; json.ts writes all others, and is what this one is compared with by test.
 */
export type JsonProgram = readonly JsonStep[];

/** Finished bytes and the step behind them. */
export interface JsonStep {
  readonly before: Uint8Array;
  readonly kind: number;
  /** Index of the value; -1 where there is none. */
  readonly index: number;
  /** What stands for a value that is absent. */
  readonly empty: Uint8Array;
  readonly attributes: readonly JsonAttribute[];
  /** Values of which one may be binary XML. */
  readonly slots: readonly number[];
  /** Keys that stood before: nested members must not repeat them. */
  readonly keys: ReadonlySet<string>;
}

/** An attribute: its key with colon, and its text as JSON or the index of its value. */
export interface JsonAttribute {
  readonly key: Uint8Array;
  readonly text: Uint8Array | null;
  readonly index: number;
}
