import type { Finding } from "./finding.ts";
import type { IndicatorList } from "./indicator-list.ts";
import type { Identity, MailboxLine } from "./mailbox.ts";
import type { ServerAssessment } from "./server.ts";
import type { Actor, Intruder, StoryEntry } from "./story.ts";
import type { UtcDay, UtcTime } from "./time.ts";
import type { Tip } from "./tip.ts";
import type { Verdict } from "./verdict.ts";

/** Something to do, in order. */
export interface Step {
  readonly title: string;
  readonly detail: string;
  /** How long, whether mail stops, how to undo: empty when it changes nothing. */
  readonly cost: string;
  readonly findings: readonly string[];
}

/** A question that everybody asks, and the short answer. */
export interface Answer {
  readonly question: string;
  readonly answer: string;
  /** What stands behind it, or limits it; empty when there is nothing to add. */
  readonly detail: string;
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
  /** Since when, whose mail, what is still open, what now, how sure: in this order. */
  readonly answers: readonly Answer[];
  readonly firstSteps: readonly Step[];
  readonly servers: readonly ServerAssessment[];
  readonly findings: readonly Finding[];
  readonly story: readonly StoryEntry[];
  readonly actors: readonly Actor[];
  /** Who got in; addresses that only tried are among the actors alone. */
  readonly intruders: readonly Intruder[];
  readonly mailboxes: readonly MailboxLine[];
  /** Lists of indicators that were given with `--indicators`, in the order of the command line. */
  readonly indicatorLists: readonly IndicatorList[];
  /** What others said of the servers (`--tip`), held against the evidence. */
  readonly tips: readonly Tip[];
  /** Names of the mailboxes and accounts in the ledger, as far as the evidence pairs them. */
  readonly identities: readonly Identity[];
  readonly damage: { readonly total: number; readonly kinds: readonly DamageSummary[] };
  readonly evidence: readonly EvidenceEntry[];
}
