import type { Event } from "../../model/index.ts";
import { localPart } from "./names.ts";
import { requestRows } from "./requests.ts";

/** A person's own account at work, in one hour before anybody broke in: what is usual for it. */
export interface UsualSight {
  /** Without domain, lower case. */
  readonly account: string;
  readonly address: string;
  /** Hours since 1970, UTC. */
  readonly hour: number;
}

/** Accounts whose own habits are looked for, and of which time. */
export interface UsualWanted {
  readonly accounts: ReadonlySet<string>;
  /** Milliseconds since 1970, inclusive: what somebody did long ago is no habit. */
  readonly fromMs: number;
  /** Exclusive: later records may be the intruder's. */
  readonly beforeMs: number;
}

const HOUR_MS = 3_600_000;

/** What a request of a front end shows of the habits of a wanted account; null for every other record. */
export function usualSight(event: Event, wanted: UsualWanted): UsualSight | null {
  const account = localPart(event.ecs["user.name"]);
  const address = event.ecs["source.ip"];
  if (!wanted.accounts.has(account) || address === undefined) return null;
  if (event.timeMs === null || event.timeMs < wanted.fromMs || event.timeMs >= wanted.beforeMs) return null;
  if (!requestRows(event).some(({ sign }) => sign === "plain")) return null;
  return { account, address, hour: Math.floor(event.timeMs / HOUR_MS) };
}
