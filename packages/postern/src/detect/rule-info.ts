import type { Confidence, Rung } from "../model/index.ts";

/** What a rule says about the records it matches; the texts for people stand with its kind in the pack. */
export interface RuleInfo {
  /** e.g. `proxylogon/ssrf-session`. */
  readonly id: string;
  readonly title: string;
  /** Id of the pack it came with. */
  readonly pack: string;
  readonly rung: Rung | null;
  /** Kind of finding that its matches make, see the pack's `kinds.yml`. */
  readonly kind: string;
  readonly confidence: Confidence;
  readonly cves: readonly string[];
  /** ATT&CK technique ids. */
  readonly attack: readonly string[];
  /** Records of one address that it takes before any of them counts; left out: one. Only of rules on L0 and of leads. */
  readonly atLeast?: number;
}
