import type { Indicators, Pack } from "../detect/index.ts";
import type { GenuineLists, Knowledge } from "../knowledge/index.ts";
import type { Assessment } from "../model/index.ts";
import type { ScanResult } from "../scan/index.ts";

/** Everything that an assessment is made from. */
export interface AssessInput {
  readonly scan: ScanResult;
  readonly packs: readonly Pack[];
  readonly indicators: Indicators;
  readonly knowledge: Knowledge;
  /** What Microsoft shipped; none: files are not compared. */
  readonly lists?: () => GenuineLists;
  readonly tool: Assessment["tool"];
  /** Ids of the campaigns that were asked about; none or left out: all. */
  readonly campaigns?: readonly string[];
}
