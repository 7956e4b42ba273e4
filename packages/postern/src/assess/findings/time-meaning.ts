import type { Finding } from "../../model/index.ts";

/** Kinds whose time is when a program found what an intruder had done before. */
const FOUND_LATER: ReadonlySet<string> = new Set(["antivirus-removed", "antivirus-ran", "defender-removed"]);

/** False when the finding's time says only that the break-in was no later. */
export function datesTheBreakIn(finding: Pick<Finding, "kind">): boolean {
  return !FOUND_LATER.has(finding.kind);
}
