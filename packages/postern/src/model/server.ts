import type { Coverage } from "./coverage.ts";
import type { HybridAssessment } from "./hybrid.ts";
import type { Dwell } from "./story.ts";
import type { MailStatement } from "./mailbox.ts";
import type { UtcDay, UtcTime } from "./time.ts";
import type { CveVerdict, Rung, Verdict } from "./verdict.ts";

/** Answer for one CVE on one server. */
export interface CveAssessment {
  readonly verdict: CveVerdict;
  readonly rung: Rung | null;
  readonly findings: readonly string[];
  readonly why: string;
  /** For cannot-tell: the evidence that is missing, and what else could still answer, or what to examine. */
  readonly missing: readonly string[];
  /** Present where no log is known that shows the use of this flaw: only builds, settings and days can answer. */
  readonly traceless?: true;
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

/** Windows Extended Protection as settings show it; since when it has been so they do not say. */
export interface ExtendedProtectionState {
  readonly state: "on" | "off";
  /** One plain sentence. May contain untrusted text. */
  readonly why: string;
}

/** Patch state: patched does not mean clean. */
export interface PatchState {
  readonly level: "fixed" | "not-fixed" | "unknown";
  readonly build: string | null;
  readonly support: "supported" | "extended" | "out" | "unknown";
  readonly mitigations: readonly string[];
  /** Whether sign-ins that were passed on are refused (CVE-2024-21410). Left out where no evidence says. */
  readonly extendedProtection?: ExtendedProtectionState;
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
  readonly hybrid: HybridAssessment;
  readonly verdict: Verdict;
  readonly summary: string;
  readonly cves: Readonly<Record<string, CveAssessment>>;
  readonly coverage: Coverage;
  /** Null when nothing dated shows a break-in. */
  readonly dwell: Dwell | null;
  /** Whose mail: what its logs can say at all, and what they cannot. */
  readonly mailAccess: MailStatement;
}
