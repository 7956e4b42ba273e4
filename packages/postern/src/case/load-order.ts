import type { LoadedPacks } from "../detect/index.ts";
import type { DetectionOptions } from "./detection.ts";

/** What a worker judges with. It crosses as data: reading all packs anew would take each worker a third of a second. */
export interface LoadOrder {
  readonly options: DetectionOptions;
  readonly loaded: LoadedPacks;
}
