import type { Finding } from "../../model/index.ts";

/** Kinds whose time is when a program found what an intruder had done before, or when a setting was last changed. */
const FOUND_LATER: ReadonlySet<string> = new Set([
  "antivirus-removed",
  "antivirus-ran",
  "defender-removed",
  "state-address-script",
]);

/** False when the finding's time says only that the break-in was no later. */
export function datesTheBreakIn(finding: Pick<Finding, "kind">): boolean {
  return !FOUND_LATER.has(finding.kind);
}
