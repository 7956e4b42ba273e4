import type { Before, JournalEntry } from "./journal.ts";

/** How far a step has come, as the journal tells. */
export interface StepHistory {
  readonly phase:
    "none" | "begun" | "copied" | "removing" | "removed" | "replacing" | "replaced" | "restoring";
  readonly before: Before | null;
  readonly container: string | null;
  readonly containerSha256: string | null;
  /** SHA-256 of the edited file, from `replacing` on. */
  readonly afterSha256: string | null;
  /** Position of what made the change, for undoing in reverse. */
  readonly seq: number;
}

const NOTHING: StepHistory = {
  phase: "none",
  before: null,
  container: null,
  containerSha256: null,
  afterSha256: null,
  seq: 0,
};

/** The state of one step after all entries. An undone step is as if it had never been begun. */
export function historyOf(entries: readonly JournalEntry[], step: string): StepHistory {
  return entries.reduce<StepHistory>((found, { what, seq }) => {
    if (what.step !== step) return found;
    switch (what.act) {
      case "begin":
        return { ...NOTHING, phase: "begun", before: what.before, seq };
      case "copied":
        return {
          ...found,
          phase: "copied",
          container: what.container,
          containerSha256: what.containerSha256,
        };
      case "removing":
      case "removed":
      case "restoring":
        return { ...found, phase: what.act };
      case "replacing":
      case "replaced":
        return { ...found, phase: what.act, afterSha256: what.afterSha256 };
      case "restored":
        return NOTHING;
      case "torn":
        return found;
    }
  }, NOTHING);
}

/** Steps that changed something, or were about to, and were not taken back, the newest first. */
export function stepsToUndo(entries: readonly JournalEntry[]): readonly string[] {
  const steps = [...new Set(entries.map(({ what }) => what.step))].filter((step) => step !== "");
  return steps
    .map((step) => ({ step, history: historyOf(entries, step) }))
    .filter(({ history }) => history.phase !== "none")
    .toSorted((a, b) => b.history.seq - a.history.seq)
    .map(({ step }) => step);
}
