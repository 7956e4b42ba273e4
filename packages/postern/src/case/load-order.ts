import type { LoadedPacks } from "../detect/index.ts";
import type { SpoolOptions } from "../scan/index.ts";
import type { DetectionOptions } from "./detection.ts";

/** What a worker judges with, and where it puts events aside. It crosses as data: reading all packs anew would take each worker a third of a second. */
export interface LoadOrder {
  readonly options: DetectionOptions;
  readonly loaded: LoadedPacks;
  readonly spool: SpoolOptions | null;
}
