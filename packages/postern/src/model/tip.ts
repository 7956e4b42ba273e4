import type { UtcTime } from "./time.ts";

/** What the evidence says of a tip. */
export const TIP_STATES = ["confirmed", "not-seen", "not-checkable"] as const;
/** confirmed: the evidence shows it; not-seen: what would show it is there and shows nothing; not-checkable: what would show it is missing. */
export type TipState = (typeof TIP_STATES)[number];

/** Something that a third party (a CERT, Shadowserver, the police) says of a server, held against the evidence. */
export interface Tip {
  /** `T1`, `T2` ... in the order given. */
  readonly id: string;
  /** The shell's URL, the address or whatever the tip names, as given. Untrusted. */
  readonly value: string;
  /** What it was taken for; null when that cannot be told. */
  readonly kind: "page" | "address" | "network" | "domain" | "file" | "hash" | "user-agent" | null;
  /** When the other side saw it, a day (`YYYY-MM-DD`) where it says no more; null when it does not say. */
  readonly time: UtcTime | null;
  /** Who says so; empty when it was not said. Untrusted. */
  readonly source: string;
  readonly state: TipState;
  /** Findings that show it, or that speak of it. */
  readonly findings: readonly string[];
  /** Plain sentences: what was seen, or what was there to be seen. */
  readonly text: string;
  /** Sources of evidence that would show it and were there around its time. */
  readonly covered: readonly string[];
  /** Sources of evidence that would show it and are missing around its time. */
  readonly missing: readonly string[];
}
