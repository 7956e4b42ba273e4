import type { Confidence, CveVerdict, Rung, Severity, Verdict } from "./verdict.ts";

/** Times in an assessment are ISO 8601 text in UTC with milliseconds and `Z`; days are `YYYY-MM-DD` (UTC). */
export type UtcTime = string;
/** A UTC calendar day, `YYYY-MM-DD`. */
export type UtcDay = string;

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
}

/** Answer for one CVE on one server. */
export interface CveAssessment {
  readonly verdict: CveVerdict;
  readonly rung: Rung | null;
  readonly findings: readonly string[];
  readonly why: string;
  /** For cannot-tell: the evidence that is missing, and what else could still answer. */
  readonly missing: readonly string[];
}

/** How one source of evidence covers one UTC day. */
export type DayState = "present" | "thin" | "missing";

/** One kind of evidence of one server over time. */
export interface SourceCoverage {
  /** e.g. `httpproxy/Ecp`, `iis-front-end`, `ecp-server`, `windows-events/Security`, `web-folders`. */
  readonly source: string;
  readonly title: string;
  readonly items: number;
  readonly records: number;
  readonly damaged: number;
  readonly first: UtcTime | null;
  readonly last: UtcTime | null;
  /** Days from the first to the last day of the server's evidence; empty for sources without time (files). */
  readonly days: readonly { readonly day: UtcDay; readonly state: DayState; readonly records: number }[];
  /** How long this source is kept by default and what that means here; empty when there is nothing to say. */
  readonly retention: string;
}

/** A span of time for which a source has no records although it has some before and after it. */
export interface Gap {
  readonly source: string;
  readonly from: UtcTime;
  readonly to: UtcTime;
  readonly note: string;
}

/** What the evidence of a server covers and what it does not. */
export interface Coverage {
  readonly first: UtcTime | null;
  readonly last: UtcTime | null;
  readonly sources: readonly SourceCoverage[];
  readonly gaps: readonly Gap[];
  /** What could not be seen, one plain sentence each, most important first. */
  readonly notSeen: readonly string[];
}

/** One build of Exchange that the server was seen with. */
export interface BuildSpan {
  readonly build: string;
  /** e.g. `Exchange 2016 CU19`. Null when the build is not in the knowledge. */
  readonly name: string | null;
  readonly first: UtcTime | null;
  readonly last: UtcTime | null;
  /** Where it was read, e.g. `#Version header of HttpProxy logs`. */
  readonly source: string;
}

/** Patch state: patched does not mean clean. */
export interface PatchState {
  readonly level: "fixed" | "not-fixed" | "unknown";
  readonly build: string | null;
  readonly support: "supported" | "extended" | "out" | "unknown";
  readonly mitigations: readonly string[];
  /** Settings or steps that the fix needs besides the update. */
  readonly configurationNeeded: readonly string[];
  /** CVEs of the knowledge that the newest build seen still lacks, worst tier first. */
  readonly lacks: readonly string[];
  readonly next: string;
  /** One plain paragraph, e.g. "was on 15.1.2106.2 until 9 March, exploited on the 3rd". */
  readonly summary: string;
  readonly knowledgeAsOf: UtcDay;
}

/** What is known of one server, and the answer for it. */
export interface ServerAssessment {
  /** `S1`, `S2` ...; stable within a case. */
  readonly id: string;
  /** Name as evidence gives it, or `server unknown`. Untrusted. */
  readonly name: string;
  readonly addresses: readonly string[];
  readonly product: "2013" | "2016" | "2019" | "SE" | null;
  readonly build: string | null;
  readonly builds: readonly BuildSpan[];
  readonly patch: PatchState;
  readonly hybrid: { readonly state: "unknown" | "yes" | "no"; readonly note: string };
  readonly verdict: Verdict;
  readonly summary: string;
  readonly cves: Readonly<Record<string, CveAssessment>>;
  readonly coverage: Coverage;
}

/** One step of the story, joined over logs and servers. */
export interface StoryEntry {
  readonly time: UtcTime | null;
  readonly server: string;
  readonly rung: Rung | null;
  readonly text: string;
  readonly finding: string;
  readonly actor: string | null;
}

/** An address, or several that belong together, from which something was done. */
export interface Actor {
  readonly id: string;
  readonly addresses: readonly string[];
  readonly userAgents: readonly string[];
  readonly firstSeen: UtcTime | null;
  readonly lastSeen: UtcTime | null;
  readonly rung: Rung | null;
  readonly requests: number;
  readonly findings: readonly string[];
  /** e.g. "known scanner", "listed by Volexity as exploitation source, medium confidence". */
  readonly notes: readonly string[];
}

/** A line of the mailbox ledger. */
export interface MailboxLine {
  readonly mailbox: string;
  readonly actedAs: string;
  readonly how: string;
  readonly firstSeen: UtcTime | null;
  readonly lastSeen: UtcTime | null;
  readonly protocol: string;
  readonly requests: number;
  readonly bytesUpTo: number;
  readonly confidence: "proven" | "likely" | "possible" | "unknown";
  readonly citations: readonly Citation[];
  readonly missing: string;
}

/** Something to do, in order. */
export interface Step {
  readonly title: string;
  readonly detail: string;
  /** How long, whether mail stops, how to undo: empty when it changes nothing. */
  readonly cost: string;
  readonly findings: readonly string[];
}

/** One item of evidence as the case lists it. */
export interface EvidenceEntry {
  readonly sha256: string;
  readonly path: string;
  /** Where it was found: the path as given, containers joined by `!`. */
  readonly origin: string;
  readonly sizeBytes: number;
  readonly modified: UtcTime | null;
  readonly artifact: string;
  readonly server: string | null;
  readonly records: number;
  readonly damaged: number;
  readonly first: UtcTime | null;
  readonly last: UtcTime | null;
  /** `read`, `not-understood`, `duplicate` of another item, or `unreadable`. */
  readonly state: "read" | "recognised" | "not-understood" | "duplicate" | "unreadable";
  readonly note: string;
}

/** A kind of damage and how often it was met. */
export interface DamageSummary {
  readonly code: string;
  readonly count: number;
  readonly lost: string;
  readonly path: string;
  readonly note: string;
}

/** The one model that every output renders. Schema `postern.assessment/1`, docs/schema/assessment.schema.json. */
export interface Assessment {
  readonly schema: "postern.assessment/1";
  readonly tool: {
    readonly name: "postern";
    readonly version: string;
    /** SHA-256 over all loaded packs, so that two reports can be compared. */
    readonly rules: string;
    readonly knowledgeAsOf: UtcDay;
  };
  readonly verdict: Verdict;
  readonly summary: string;
  readonly scope: {
    readonly campaigns: readonly {
      readonly id: string;
      readonly title: string;
      readonly cves: readonly string[];
    }[];
    readonly window: { readonly from: UtcTime | null; readonly to: UtcTime | null };
    /** The verdict speaks as of this time: the newest record seen. */
    readonly asOf: UtcTime | null;
  };
  readonly firstSteps: readonly Step[];
  readonly servers: readonly ServerAssessment[];
  readonly findings: readonly Finding[];
  readonly story: readonly StoryEntry[];
  readonly actors: readonly Actor[];
  readonly mailboxes: readonly MailboxLine[];
  readonly damage: { readonly total: number; readonly kinds: readonly DamageSummary[] };
  readonly evidence: readonly EvidenceEntry[];
}
