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

/** A stage of an intrusion, as a tactic of MITRE ATT&CK. */
export interface Stage {
  /** Id of the tactic, e.g. `initial-access`. */
  readonly tactic: string;
  /** The tactic in plain words. */
  readonly title: string;
  /** Ids of its techniques that were seen, sorted. */
  readonly techniques: readonly string[];
  readonly firstSeen: UtcTime | null;
  readonly findings: readonly string[];
}

/** A stretch of work of one intruder without a long pause in it. */
export interface Activity {
  readonly from: UtcTime;
  readonly to: UtcTime;
  readonly addresses: readonly string[];
  readonly rung: Rung | null;
  /** What was done in it, in order, in plain words. */
  readonly text: string;
  readonly findings: readonly string[];
}

/** A known group that something of an intruder looks like. Never an attribution. */
export interface Resemblance {
  readonly cluster: string;
  readonly name: string;
  readonly confidence: "low" | "medium";
  /** Telling facts of the group that are in the evidence. */
  readonly matches: readonly string[];
  /** Telling facts that are not, and what speaks against it. */
  readonly against: readonly string[];
}

/** Addresses, tools, accounts and back doors that belong to one intruder as far as the evidence shows. */
export interface Intruder {
  /** `I1`, `I2` ...; the one who got furthest first. */
  readonly id: string;
  readonly actors: readonly string[];
  readonly addresses: readonly string[];
  readonly userAgents: readonly string[];
  readonly servers: readonly string[];
  readonly rung: Rung;
  readonly firstSeen: UtcTime | null;
  readonly lastSeen: UtcTime | null;
  /** How it worked: by a script, by hand, both; unknown when too few requests are timed. */
  readonly pace: "script" | "by-hand" | "both" | "unknown";
  /** When it worked, e.g. `mostly between 01:00 and 09:00 UTC`; null when too little was seen to say. */
  readonly hours: string | null;
  /** Pages of back doors that it wrote or used. */
  readonly backDoors: readonly string[];
  readonly accounts: readonly string[];
  /** Why its addresses are taken for one intruder, and which findings without an address are its own; one sentence each. */
  readonly joinedBy: readonly string[];
  /** Other intruders that may be the same one or worked from its leavings. */
  readonly related: readonly { readonly intruder: string; readonly why: string }[];
  readonly stages: readonly Stage[];
  readonly activities: readonly Activity[];
  readonly resembles: readonly Resemblance[];
  readonly findings: readonly string[];
  /** The account of it in a few plain sentences. */
  readonly paragraph: string;
}

/** How long an intruder had, against the days of the flaw and of its update. */
export interface Dwell {
  readonly brokenIn: UtcTime;
  /** The last sign of an intruder in the evidence. */
  readonly lastSign: UtcTime;
  /** Whole days between the two: at least so long somebody was inside. */
  readonly days: number;
  /** Day on which the flaw that was used became public; null when no flaw is proven. */
  readonly disclosed: string | null;
  /** When the server was first seen with the fix. */
  readonly fixedSince: UtcTime | null;
  readonly text: string;
}
