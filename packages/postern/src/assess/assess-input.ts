import type { GivenMatcher, Indicators, Pack } from "../detect/index.ts";
import type { GenuineLists, Knowledge } from "../knowledge/index.ts";
import type { Assessment, IndicatorList } from "../model/index.ts";
import type { ScanResult } from "../scan/index.ts";
import type { TipLookedFor } from "./tips/index.ts";

/** Everything that an assessment is made from. */
export interface AssessInput {
  readonly scan: ScanResult;
  readonly packs: readonly Pack[];
  readonly indicators: Indicators;
  readonly knowledge: Knowledge;
  /** What Microsoft shipped; none: files are not compared. */
  readonly lists?: () => GenuineLists;
  /** Indicators and tips that were given for this run; none: there were none. */
  readonly given?: {
    readonly matcher: GivenMatcher;
    readonly lists: readonly Omit<IndicatorList, "seen">[];
    readonly tips: readonly TipLookedFor[];
  } | null;
  readonly tool: Assessment["tool"];
  /** Ids of the campaigns that were asked about; none or left out: all. */
  readonly campaigns?: readonly string[];
}
