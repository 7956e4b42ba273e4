import type { Citation } from "./finding.ts";
import type { UtcTime } from "./time.ts";

/** Something in the evidence that says whether an organisation is shared with Exchange Online. */
export interface HybridFact {
  /** One plain sentence. May contain untrusted text. */
  readonly text: string;
  /** `strong`: the organisation's own settings say so · `medium`: traffic that only such an organisation has · `weak`: others have it too. */
  readonly strength: "strong" | "medium" | "weak";
  readonly firstSeen: UtcTime | null;
  readonly lastSeen: UtcTime | null;
  readonly citations: readonly Citation[];
}

/** Where a mailbox was, and from when to when as far as the evidence says. */
export interface MailboxSpan {
  /** Untrusted. */
  readonly mailbox: string;
  readonly where: "local" | "online" | "moving";
  /** Null: the evidence does not date it. */
  readonly from: UtcTime | null;
  readonly to: UtcTime | null;
  /** How it is known, in plain words. */
  readonly how: string;
  readonly citation: Citation;
}

/** CVE-2025-53786: how far the server may still speak for Exchange Online. */
export type SharedIdentityState =
  "not-applicable" | "exposed" | "patched-not-fixed" | "fixed-on-premises" | "fixed" | "unknown";

/** A search to ask Microsoft 365 for. */
export interface CloudQuestion {
  readonly title: string;
  /** What exactly to search for: log, operations, ids. */
  readonly search: string;
  readonly why: string;
}

/** Whether mailboxes also live in Exchange Online, and what follows from it. */
export interface HybridAssessment {
  readonly state: "unknown" | "yes" | "no";
  readonly note: string;
  readonly facts: readonly HybridFact[];
  readonly mailboxes: {
    readonly local: number;
    readonly online: number;
    /** Online ones and those that moved, the first ones; local ones are only counted. */
    readonly spans: readonly MailboxSpan[];
    /** Spans beyond those listed. */
    readonly left: number;
  };
  readonly sharedIdentity: {
    readonly state: SharedIdentityState;
    readonly why: string;
    /** What would settle it, one plain sentence each. */
    readonly missing: readonly string[];
  };
  /** What this evidence cannot answer, one plain sentence each; empty when no mailbox lives online. */
  readonly cannotAnswer: readonly string[];
  readonly askCloud: readonly CloudQuestion[];
}
