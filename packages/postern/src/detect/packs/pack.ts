import type { SigmaRule } from "@postern/sigma";

import type { Severity, UtcDay } from "../../model/index.ts";
import type { IndicatorFile } from "../iocs/index.ts";
import type { RuleInfo } from "../rule-info.ts";

/** A source of a pack's facts. */
export interface PackSource {
  readonly name: string;
  readonly url: string;
}

/** A flaw that a pack answers for. */
export interface PackCve {
  readonly id: string;
  readonly title: string;
  /** First known use, inclusive; null when nobody has said. */
  readonly firstUsed: UtcDay | null;
  readonly disclosed: UtcDay;
  /** Products that can have it, as `ServerAssessment.product` names them. */
  readonly products: readonly string[];
  /**
   * What must be there to answer for a day: at least one of these lists, every source id of which must be present on that
   * day. Source ids as `SourceCoverage.source` has them. Empty: no log is known that shows the use of this flaw.
   */
  readonly requires: readonly (readonly string[])[];
  /** What else could still answer when that is missing, or what to examine where no log can show it; plain sentences. */
  readonly otherwise: readonly string[];
  /**
   * Who alone can use it, when not everybody can: somebody who rules the server already (`break-in`), or who has a PowerShell session
   * of Exchange by another flaw or a stolen password (`session`). It then follows the answer of the other flaws.
   */
  readonly onlyAfter: "break-in" | "session" | null;
  /** The setting of the server that decides more than its build does; null: none. */
  readonly setting: "shared-identity" | "extended-protection" | null;
}

/** What to tell about findings of one kind. `{count}` `{addresses}` `{files}` `{first}` `{last}` stand for what was found. */
export interface KindTexts {
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  readonly doubt: string;
  readonly next: string;
  /** Ids of the clean-up steps that such a finding calls for, see docs/write-a-pack.md; left out: none. */
  readonly cleanup?: readonly string[];
}

/** A rule over events, and what its matches mean. */
export interface PackRule {
  readonly info: RuleInfo;
  readonly sigma: SigmaRule;
  /** Records before this day (UTC) do not count: what the rule looks for meant something else then. Null: all count. */
  readonly from: UtcDay | null;
  /** Path of its file below the packs folder, forward slashes. */
  readonly file: string;
}

/** One campaign: metadata, rules, texts and indicators. Plain data that can be cloned to a worker. */
export interface Pack {
  readonly id: string;
  readonly title: string;
  readonly asOf: UtcDay;
  /** Ids of packs whose kinds its rules use, and which are loaded with it. */
  readonly uses: readonly string[];
  /** Days in which the campaign's addresses mean something, inclusive; null for a pack without addresses. */
  readonly window: { readonly from: UtcDay; readonly to: UtcDay } | null;
  readonly cves: readonly PackCve[];
  readonly attack: readonly string[];
  readonly sources: readonly PackSource[];
  readonly kinds: Readonly<Record<string, KindTexts>>;
  /** In order of rule id. */
  readonly rules: readonly PackRule[];
  readonly indicators: IndicatorFile | null;
  /** Absolute path of the pack's folder. */
  readonly folder: string;
  /** SHA-256 over names and bytes of all its files, lower-case hex: which rules made an assessment. */
  readonly hash: string;
}
