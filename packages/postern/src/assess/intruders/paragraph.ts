import { longDay } from "../../core/index.ts";
import type { Activity, Finding, Intruder, Resemblance, Rung } from "../../model/index.ts";
import { atLeast } from "../../model/index.ts";
import { shortList } from "../short-list.ts";
import { lowerFirst, plainTitle } from "./activities.ts";

/** What the account of an intruder is told from. */
export type ParagraphFacts = Pick<
  Intruder,
  | "addresses"
  | "userAgents"
  | "rung"
  | "firstSeen"
  | "lastSeen"
  | "pace"
  | "hours"
  | "backDoors"
  | "accounts"
  | "activities"
  | "resembles"
> & { readonly findings: readonly Finding[] };

const REACHED: Readonly<Record<Rung, string>> = {
  L0: "Nothing shows that it got in.",
  L1: "It could act as somebody else; nothing shows that it changed anything.",
  L2: "It changed things on the server; nothing shows that its own code ran.",
  L3: "Its own code ran on the server; nothing shows that data was taken.",
  L4: "Mail, data or passwords very likely left with it.",
};

const PACE: Readonly<Record<Intruder["pace"], string>> = {
  script: "It worked by script.",
  "by-hand": "Somebody sat at a keyboard: the requests come at the pace of reading and typing.",
  both: "A script did the first part; then somebody sat at a keyboard.",
  unknown: "",
};

/** The account of one intruder in plain sentences. */
export function paragraphOf(facts: ParagraphFacts): string {
  return [
    came(facts),
    gotIn(facts),
    doors(facts),
    REACHED[facts.rung],
    PACE[facts.pace],
    habits(facts),
    stayed(facts.activities),
    likeness(facts.resembles),
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function came({ addresses, userAgents, accounts }: ParagraphFacts): string {
  const programs = userAgents.length === 0 ? "" : `, with ${shortList(userAgents)}`;
  const signedIn = accounts.length === 0 ? "" : ` It signed in as ${shortList(accounts)}.`;
  return `This intruder came from ${shortList(addresses)}${programs}.${signedIn}`;
}

function gotIn({ findings }: ParagraphFacts): string {
  const first = findings
    .filter((finding) => atLeast(finding.rung, "L1") && finding.firstSeen !== null)
    .sort((a, b) => ((a.firstSeen ?? "") < (b.firstSeen ?? "") ? -1 : 1))[0];
  if (first?.firstSeen === undefined || first.firstSeen === null) return "";
  return `First proof, ${moment(first.firstSeen)}: ${lowerFirst(plainTitle(first))} (${first.id}).`;
}

function doors({ backDoors }: ParagraphFacts): string {
  if (backDoors.length === 0) return "";
  return backDoors.length === 1
    ? `Its back door: ${backDoors.join()}.`
    : `Its ${String(backDoors.length)} back doors: ${shortList(backDoors)}.`;
}

function habits({ hours }: ParagraphFacts): string {
  return hours === null ? "" : `It was at work ${hours}.`;
}

function stayed(activities: readonly Activity[]): string {
  const [first, last] = [activities[0], activities.at(-1)];
  if (first === undefined || last === undefined) return "";
  if (activities.length === 1) return `All of it is of one visit, which ended ${moment(first.to)}.`;
  const times = activities.length === 2 ? "twice" : `${String(activities.length)} times`;
  return `It was seen at work ${times}, last ${moment(last.to)}.`;
}

function likeness(resembles: readonly Resemblance[]): string {
  if (resembles.length === 0) return "";
  const names = resembles.map((one) => `${one.name} (${one.confidence} confidence)`);
  return `It resembles ${shortList(names)}; that is a likeness of tools, not a proof of who it was.`;
}

function moment(time: string): string {
  return `on ${longDay(time)} at ${time.slice(11, 16)} UTC`;
}
