import type { DutyRow } from "../knowledge/index.ts";
import { atLeast, type Assessment, type Duty, type Rung, type Verdict } from "../model/index.ts";

/** What this plan is for, in one or two sentences. */
export function leadText(assessment: Assessment, rebuilt: ReadonlySet<string>): string {
  const names = assessment.servers.filter(({ id }) => rebuilt.has(id)).map(({ name }) => name);
  if (names.length > 0)
    return `Rebuild ${names.join(" and ")}. Cleaning alone will not make ${names.length === 1 ? "this server" : "these servers"} trustworthy again. What follows keeps the evidence, shuts the intruder out, and prepares the rebuild.`;
  return LEADS[assessment.verdict];
}

const LEADS: Readonly<Record<Verdict, string>> = {
  compromised:
    "Clean what was found, in this order. Nothing here asks for a rebuild; if one of the reasons for it shows up later, plan again.",
  "cannot-tell":
    "It is not known whether there is anything to clean. Close the holes, get the missing evidence, and assess again.",
  attempted: "There is nothing to clean. Close the holes and keep watching.",
  "no-trace": "There is nothing to clean. Keep the server up to date.",
};

/** What no step can promise. */
export const LIMITS: readonly string[] = [
  "The plan rests on what the evidence shows. What could not be seen stands in the report.",
  "The PowerShell scripts were checked for syntax, not run. Each makes a trial run unless -Apply is given. Read them first.",
  "An update, a rebuild and a new password cannot be undone. Where that is so, the step says it.",
  "Times and outages are what such steps usually take, not a measurement of your server.",
];

/** Duties that may follow; none where nothing points to a break-in that worked. */
export function dutiesOf(verdict: Verdict, rung: Rung | null, rows: readonly DutyRow[]): readonly Duty[] {
  if (verdict !== "compromised" || !atLeast(rung, "L1")) return [];
  return rows.map(({ id, place, law, text, check, source }) => ({
    id,
    place,
    law,
    text,
    toCheck: check,
    source,
  }));
}
