import type { EvidenceItem } from "../evidence/index.ts";
import type { Look } from "./item-reader.ts";
import type { ItemOutcome } from "./item-outcome.ts";

/**
 * Keeps what was read, so that a run that was ended early need not read it again. Told of each outcome in the order of the items;
 * asked by what makes an item the same: its place among the others, where it was found, its size and its time.
 */
export interface OutcomeJournal {
  has(key: string): boolean;
  /** What was kept under a key that {@link has} knows. @throws PosternError CASE_WRITE_FAILED when it can no longer be read */
  find(key: string): ItemOutcome;
  add(key: string, outcome: ItemOutcome): void;
}

/** What makes the reading of an item the same: the item, unchanged, and what was looked for in it. */
export function journalKey(item: EvidenceItem, look: Look): string {
  const { index, origin, sizeBytes, times, server, standing } = item;
  return JSON.stringify([look, index, origin, sizeBytes, times.modified, server, standing]);
}
