import type { UtcTime } from "./time.ts";
import type { Rung } from "./verdict.ts";

/** One step of the story, joined over logs and servers. */
export interface StoryEntry {
  readonly time: UtcTime | null;
  readonly server: string;
  readonly rung: Rung | null;
  readonly text: string;
  readonly finding: string;
  readonly actor: string | null;
}

/** An address, or several that belong together, from which something was done. */
export interface Actor {
  readonly id: string;
  readonly addresses: readonly string[];
  readonly userAgents: readonly string[];
  readonly firstSeen: UtcTime | null;
  readonly lastSeen: UtcTime | null;
  readonly rung: Rung | null;
  readonly requests: number;
  readonly findings: readonly string[];
  /** e.g. "known scanner", "listed by Volexity as exploitation source, medium confidence". */
  readonly notes: readonly string[];
}
