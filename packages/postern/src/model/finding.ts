import type { UtcDay, UtcTime } from "./time.ts";
import type { Confidence, Rung, Severity } from "./verdict.ts";

/** The proof of a statement: which evidence, where in it, and what stands there. */
export interface Citation {
  /** SHA-256 of the evidence item, lower-case hex. */
  readonly evidence: string;
  /** Logical Windows path where known, else the path as given. Untrusted. */
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  /** Line number (1-based) or record id; null when the artifact has neither. */
  readonly record: number | null;
  /** The raw text, at most 2,000 characters. Untrusted: escape it in every output. */
  readonly excerpt: string;
  readonly time: UtcTime | null;
}

/** Names found in evidence that a finding is about. All untrusted. Lists are sorted and hold at most 50 values. */
export interface Entities {
  readonly addresses?: readonly string[];
  readonly users?: readonly string[];
  readonly mailboxes?: readonly string[];
  readonly files?: readonly string[];
  readonly urls?: readonly string[];
  readonly userAgents?: readonly string[];
  readonly hashes?: readonly string[];
  readonly processes?: readonly string[];
  readonly cmdlets?: readonly string[];
  readonly sessions?: readonly string[];
}

/** Somebody looked at a finding and says that it is explained. It stays visible and no longer counts, until a day. */
export interface Acknowledgement {
  readonly reason: string;
  readonly by: string;
  readonly at: UtcTime;
  /** Last day on which it holds, inclusive. */
  readonly until: UtcDay;
}

/** Matches that mean one thing to an administrator. */
export interface Finding {
  /** Stable within a case: `F1`, `F2` ... in order of rung, then time. */
  readonly id: string;
  /** Server id, see ServerAssessment.id. */
  readonly server: string;
  /** What it is, e.g. `ssrf-session`, `web-shell-file`. Also the anchor of its explanation in the pack. */
  readonly kind: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Null for leads that stand on no rung. */
  readonly rung: Rung | null;
  readonly firstSeen: UtcTime | null;
  readonly lastSeen: UtcTime | null;
  /** How many records or files it rests on (citations hold only some of them). */
  readonly count: number;
  readonly attack: readonly string[];
  readonly cves: readonly string[];
  /** Ids of the rules and analyzers that made it, sorted. */
  readonly rules: readonly string[];
  readonly entities: Entities;
  readonly citations: readonly Citation[];
  /** Why it fired, in plain words. */
  readonly why: string;
  /** Why it may be wrong. */
  readonly doubt: string;
  /** What to do next. */
  readonly next: string;
  /** In force on the day on which the case was read; absent: none. Kept beside the case, never in it. */
  readonly acknowledged?: Acknowledgement;
}

/** True for a finding that verdict and plan take into account. */
export function counts(finding: Finding): boolean {
  return finding.acknowledged === undefined;
}
