import type { Confidence, IndicatorList, Problem } from "../../../model/index.ts";

/** What kind of value a given indicator is. */
export type GivenKind = "address" | "network" | "user-agent" | "page" | "file" | "domain" | "hash";

/** An indicator that somebody gave for this run. */
export interface GivenIndicator {
  readonly kind: GivenKind;
  /** Address, network (CIDR), user agent, URL path, file name (may hold `*`), domain or SHA-256; lower case but for the user agent. */
  readonly value: string;
  /** Of a file: its folder, lower case, without drive and variables; null when the list does not say. */
  readonly folder: string | null;
  /** Milliseconds since 1970 UTC between which the list says that it holds; null when it does not say. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly confidence: Confidence;
  /** What the list says of it; untrusted, at most 200 characters. */
  readonly note: string;
  /** Why it proves little, e.g. that it belongs to a service with many users; empty when nothing says so. */
  readonly weak: string;
}

/** What was read from one list. */
export interface GivenList {
  readonly format: IndicatorList["format"];
  readonly indicators: readonly GivenIndicator[];
  readonly problems: readonly Problem[];
  /** Kinds that cannot be used, with how many there were. */
  readonly unused: ReadonlyMap<string, number>;
}

/** A value of a list before it is understood. */
export interface RawIndicator {
  /** The list's own word for what it is, lower case; null when it does not say. */
  readonly type: string | null;
  readonly value: string;
  readonly folder?: string | null;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly confidence?: Confidence;
  readonly note?: string;
  /** Where it stands: a line of the file, or a path in it such as `objects[3].pattern`. */
  readonly line: number;
  readonly place: string;
}
