import type { ItemResult } from "./item-result.ts";
import { NO_LOG_FACTS } from "./log-facts.ts";

/** Knows which contents were met, so that the same log from live disk, shadow copy and backup counts once. */
export class Duplicates {
  readonly #firstOf = new Map<string, number>();

  /** The item as it counts: a second copy keeps its judgement as a file, and counts no records. Items are asked in their order. */
  mark(result: ItemResult): ItemResult {
    if (result.sha256 === "") return result;
    const first = this.#firstOf.get(result.sha256);
    if (first === undefined) this.#firstOf.set(result.sha256, result.index);
    if (first === undefined || result.sizeBytes === 0) return result;
    return {
      ...result,
      state: result.artifact === "web-file" ? result.state : "duplicate",
      note: `same content as item ${String(first)}`,
      tallies: [],
      builds: [],
      exported: null,
      logs: NO_LOG_FACTS,
    };
  }
}
