import type { UtcTime } from "./time.ts";
import type { Verdict } from "./verdict.ts";
import type { PatchState } from "./server.ts";

/** What became of a finding, as new evidence shows it. */
export const FINDING_STATES = ["gone", "still there", "changed", "cannot tell", "acknowledged"] as const;
/** `acknowledged`: still there or not, somebody explained it. */
export type FindingState = (typeof FINDING_STATES)[number];

/** One finding of the old case, and what the new evidence says of it. */
export interface VerifiedFinding {
  readonly finding: string;
  readonly server: string;
  readonly kind: string;
  readonly title: string;
  readonly state: FindingState;
  /** Why: one or two plain sentences. May hold untrusted text. */
  readonly why: string;
  /** The finding of the new case that is the same thing; null for none. */
  readonly now: string | null;
}

/** A finding that the old case does not have. */
export interface NewFinding {
  readonly finding: string;
  readonly server: string;
  readonly kind: string;
  readonly title: string;
  /** The finding of the old case that seems to have come back under another name; null for none. */
  readonly comesFrom: string | null;
  readonly why: string;
}

/** Patch state then and now. */
export interface VerifiedPatch {
  readonly server: string;
  readonly before: Pick<PatchState, "level" | "build">;
  readonly now: Pick<PatchState, "level" | "build"> | null;
  readonly next: string;
}

/** The answer to "is it gone?": the same rules over new evidence. Schema `postern.verification/1`. */
export interface Verification {
  readonly schema: "postern.verification/1";
  readonly tool: {
    readonly name: "postern";
    readonly version: string;
    readonly rules: string;
    /** False: the old case was made by other rules, so that a difference may come from them. */
    readonly sameRules: boolean;
  };
  /** `gone`: nothing is left of it. `not gone`: something is still there or new. `open`: something could not be told. */
  readonly outcome: "gone" | "not gone" | "open";
  readonly summary: string;
  readonly verdict: { readonly before: Verdict; readonly now: Verdict };
  /** Records from this time on count as new. */
  readonly since: UtcTime | null;
  readonly newestEvidence: UtcTime | null;
  readonly findings: readonly VerifiedFinding[];
  readonly added: readonly NewFinding[];
  readonly patch: readonly VerifiedPatch[];
  /** What no evidence shows: for a person to check and sign. */
  readonly byHand: readonly string[];
  readonly signed: { readonly by: string; readonly date: string } | null;
}
