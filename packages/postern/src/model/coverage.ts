import type { UtcDay, UtcTime } from "./time.ts";

/** How one source of evidence covers one UTC day. */
export type DayState = "present" | "thin" | "missing";

/** One kind of evidence of one server over time. */
export interface SourceCoverage {
  /** e.g. `httpproxy/Ecp`, `iis-front-end`, `ecp-server`, `windows-events/Security`, `web-folders`. */
  readonly source: string;
  readonly title: string;
  readonly items: number;
  readonly records: number;
  readonly damaged: number;
  readonly first: UtcTime | null;
  readonly last: UtcTime | null;
  /** Days from the first to the last day of the server's evidence; empty for sources without time (files). */
  readonly days: readonly { readonly day: UtcDay; readonly state: DayState; readonly records: number }[];
  /** How long this source is kept by default and what that means here; empty when there is nothing to say. */
  readonly retention: string;
}

/** A span of time for which a source has no records although it has some before and after it. */
export interface Gap {
  readonly source: string;
  readonly from: UtcTime;
  readonly to: UtcTime;
  readonly note: string;
}

/** What the evidence of a server covers and what it does not. */
export interface Coverage {
  readonly first: UtcTime | null;
  readonly last: UtcTime | null;
  readonly sources: readonly SourceCoverage[];
  readonly gaps: readonly Gap[];
  /** What could not be seen, one plain sentence each, most important first. */
  readonly notSeen: readonly string[];
}
