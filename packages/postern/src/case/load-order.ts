import type { SpoolOptions } from "../scan/index.ts";

/** What a worker is told once the rules were loaded here: it has loaded the same by itself, in the same time. */
export interface LoadOrder {
  /** Says which rules they are: see `Detection.rulesHash`. */
  readonly rulesHash: string;
  /** Where to put events aside. */
  readonly spool: SpoolOptions | null;
}
