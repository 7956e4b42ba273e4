import type { RecordGap } from "../artifacts/index.ts";
import type { LogSign } from "../events/index.ts";
import type { Event } from "../model/index.ts";
import type { ServerKey } from "./server-key.ts";
import type { SourceId } from "./source-id.ts";

/** A record that tells of the logs themselves. */
export interface LogSignSeen {
  readonly serverKey: ServerKey;
  readonly sign: LogSign;
  readonly event: Event;
}

/** Records that are missing inside a log. */
export interface LogGapSeen {
  readonly serverKey: ServerKey;
  readonly source: SourceId;
  readonly gap: RecordGap;
}

/** What an item says about the completeness of its logs. */
export interface LogFacts {
  readonly signs: readonly LogSignSeen[];
  readonly gaps: readonly LogGapSeen[];
}

/** Nothing to say. */
export const NO_LOG_FACTS: LogFacts = { signs: [], gaps: [] };

/** Signs kept of an item: somebody who clears a log more often has been told by then. */
const MAX_SIGNS = 200;
/** Gaps kept of an item. */
const MAX_GAPS = 100;

/** As much of it as is kept of one item. */
export function cutLogFacts({ signs, gaps }: LogFacts): LogFacts {
  return { signs: signs.slice(0, MAX_SIGNS), gaps: gaps.slice(0, MAX_GAPS) };
}

/** Gathers what one item says about its logs. */
export class LogFactsSeen {
  readonly #signs: LogSignSeen[] = [];
  readonly #gaps: LogGapSeen[] = [];

  addSign(seen: LogSignSeen): void {
    if (this.#signs.length < MAX_SIGNS) this.#signs.push(seen);
  }

  addGap(seen: LogGapSeen): void {
    if (this.#gaps.length < MAX_GAPS) this.#gaps.push(seen);
  }

  list(): LogFacts {
    return { signs: this.#signs, gaps: this.#gaps };
  }
}
