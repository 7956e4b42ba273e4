import { EXTENDED_PROTECTION } from "../../knowledge/index.ts";
import { longDay } from "../../core/index.ts";
import type { ExtendedProtectionState, UtcTime } from "../../model/index.ts";

/** What one piece of evidence says about a mitigation of a server. */
export interface MitigationStatement {
  readonly mitigation: string;
  readonly state: "applied" | "blocked" | "off";
  readonly detail?: string;
  readonly timeUtc: UtcTime | null;
  readonly source: string;
}

/**
 * Whether Extended Protection is on, from the newest statements: undated ones are files as they lie on the server, and count as
 * newest. One that says no is enough. Undefined when nothing speaks of it.
 */
export function extendedProtectionOf(
  statements: readonly MitigationStatement[],
): ExtendedProtectionState | undefined {
  const ours = statements.filter((one) => one.mitigation === EXTENDED_PROTECTION);
  const newest = ours.reduce<string>((found, one) => (timeOf(one) > found ? timeOf(one) : found), "");
  const last = ours.filter((one) => timeOf(one) === newest);
  const off = last.find((one) => one.state !== "applied");
  const said = off ?? last[0];
  if (said === undefined) return undefined;
  const day = said.timeUtc === null ? "" : ` of ${longDay(said.timeUtc)}`;
  const detail = said.detail === undefined ? "" : `: ${said.detail}`;
  return off === undefined
    ? {
        state: "on",
        why: `Extended Protection is on (${said.source}${day}); since when, that does not say.`,
      }
    : { state: "off", why: `Extended Protection is not fully on (${said.source}${day}${detail}).` };
}

/** The flaw that it closes. */
export const CVE_OF_PROTECTION = "CVE-2024-21410";

/** Sorts behind every time. */
const UNDATED = "\uffff";

function timeOf({ timeUtc }: MitigationStatement): string {
  return timeUtc ?? UNDATED;
}
