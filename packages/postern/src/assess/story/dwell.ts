import { longDay } from "../../core/index.ts";
import type { Pack } from "../../detect/index.ts";
import type { Knowledge } from "../../knowledge/index.ts";
import type { BuildSpan, Dwell, Finding } from "../../model/index.ts";
import { atLeast } from "../../model/index.ts";
import { datesTheBreakIn } from "../findings/time-meaning.ts";
import { fixedSpans } from "../patch-level/index.ts";

const DAY_MS = 86_400_000;

/** What the time inside is told from: one server's. */
export interface DwellInput {
  readonly findings: readonly Finding[];
  readonly builds: readonly BuildSpan[];
  readonly packs: readonly Pack[];
  readonly knowledge: Knowledge;
}

/** How long an intruder had on a server, against the days of the flaw and of its update; null when nothing dated shows a break-in. */
export function dwellOf(input: DwellInput): Dwell | null {
  const worked = input.findings.filter((finding) => atLeast(finding.rung, "L1"));
  const dated = worked
    .filter((finding) => finding.firstSeen !== null && datesTheBreakIn(finding))
    .sort((a, b) => ((a.firstSeen ?? "") < (b.firstSeen ?? "") ? -1 : 1));
  const brokenIn = dated[0]?.firstSeen ?? null;
  if (brokenIn === null) return null;
  const lastSign = worked.flatMap((finding) => finding.lastSeen ?? []).reduce(latest, brokenIn);
  const cve = dated.flatMap((finding) => finding.cves)[0] ?? null;
  const disclosed =
    input.packs.flatMap((pack) => pack.cves).find((known) => known.id === cve)?.disclosed ?? null;
  const fixedSince = cve === null ? null : fixSeen(cve, input);
  const days = Math.floor((Date.parse(lastSign) - Date.parse(brokenIn)) / DAY_MS);
  const facts = { brokenIn, lastSign, days, disclosed, fixedSince };
  return { ...facts, text: textOf(facts) };
}

function latest(a: string, b: string): string {
  return a > b ? a : b;
}

function fixSeen(cve: string, { knowledge, builds }: DwellInput): string | null {
  return fixedSpans(knowledge, cve, builds).find((span) => span.state === "fixed")?.from ?? null;
}

function textOf(facts: Omit<Dwell, "text">): string {
  return [broken(facts), update(facts), inside(facts)].filter((sentence) => sentence !== "").join(" ");
}

function broken({ brokenIn, disclosed }: Omit<Dwell, "text">): string {
  const day = `The first sign that somebody was inside is of ${longDay(brokenIn)}`;
  if (disclosed === null) return `${day}.`;
  const days = daysFrom(disclosed, brokenIn);
  if (days < 0)
    return `${day}, ${counted(-days, "day")} before the flaw was made public: nobody could have patched in time.`;
  return days === 0
    ? `${day}, the day on which the flaw was made public.`
    : `${day}, ${counted(days, "day")} after the flaw was made public.`;
}

function update({ brokenIn, fixedSince, disclosed }: Omit<Dwell, "text">): string {
  if (disclosed === null) return "";
  if (fixedSince === null) return "No record shows the server with the update.";
  if (fixedSince <= brokenIn)
    return `The server had the update by ${longDay(fixedSince)}, before that sign: they came in before it, or another way.`;
  return `The server was first seen with the update on ${longDay(fixedSince)}, ${counted(daysFrom(brokenIn, fixedSince), "day")} later.`;
}

function inside({ days, lastSign, fixedSince }: Omit<Dwell, "text">): string {
  const after =
    fixedSince !== null && lastSign > fixedSince ? " The update did not end it: signs go on after it." : "";
  return `The last sign is of ${longDay(lastSign)}: somebody could come and go for ${days === 0 ? "less than a day" : `at least ${counted(days, "day")}`}.${after}`;
}

function daysFrom(from: string, to: string): number {
  return Math.round((Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / DAY_MS);
}

function counted(count: number, word: string): string {
  return `${String(count)} ${word}${count === 1 ? "" : "s"}`;
}
