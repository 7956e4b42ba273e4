import type { GivenMatcher, Indicators, Pack } from "../detect/index.ts";
import type { GenuineLists, Knowledge } from "../knowledge/index.ts";
import type { Assessment, IndicatorList } from "../model/index.ts";
import type { ScanResult } from "../scan/index.ts";

/** Everything that an assessment is made from. */
export interface AssessInput {
  readonly scan: ScanResult;
  readonly packs: readonly Pack[];
  readonly indicators: Indicators;
  readonly knowledge: Knowledge;
  /** What Microsoft shipped; none: files are not compared. */
  readonly lists?: () => GenuineLists;
  /** Indicators that were given for this run, and the lists that they come from; none: there were no lists. */
  readonly given?: {
    readonly matcher: GivenMatcher;
    readonly lists: readonly Omit<IndicatorList, "seen">[];
  } | null;
  readonly tool: Assessment["tool"];
}
