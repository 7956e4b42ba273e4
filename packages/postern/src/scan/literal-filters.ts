import { compileLiterals, type LiteralFilter } from "../core/index.ts";

/** Sample from which a filter learns which bytes are common: enough to rank words, small enough to take from every kind of log. */
const SAMPLE_BYTES = 1 << 18;

/**
 * Filters over the same literals, each tuned to one kind of file. The first file of a kind that is large enough gives the sample.
 */
export class LiteralFilters {
  readonly #literals: readonly string[];
  readonly #byKind = new Map<string, LiteralFilter>();
  readonly #untuned: LiteralFilter;

  constructor(literals: readonly string[]) {
    this.#literals = literals;
    this.#untuned = compileLiterals(literals);
  }

  /** @param kind e.g. the first fields of a log; @param sample its first bytes. */
  of(kind: string, sample: Uint8Array): LiteralFilter {
    const known = this.#byKind.get(kind);
    if (known !== undefined) return known;
    if (sample.length < SAMPLE_BYTES / 8) return this.#untuned;
    const tuned = compileLiterals(this.#literals, sample.subarray(0, SAMPLE_BYTES));
    this.#byKind.set(kind, tuned);
    return tuned;
  }
}
