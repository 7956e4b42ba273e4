import { isMonitoring, isServerIdentity, localPart } from "../../detect/index.ts";
import { atLeast } from "../../model/index.ts";
import type { MailFound, MatchGroup } from "../../scan/index.ts";
import { abuserAddresses, type Suspects } from "./mail-pivot.ts";

const MAX_ACCOUNTS = 20;

/**
 * People whose own habits are worth knowing: those whose account stands in a record of what worked from an intruder's address, or in a
 * request that made an abusive rule.
 */
export function suspectsOf(
  matches: readonly MatchGroup[],
  found: MailFound,
  intruders: readonly string[],
): Suspects {
  const addresses = new Set(intruders);
  const worked = matches.filter(({ rule }) => atLeast(rule.rung, "L1"));
  const events = worked
    .flatMap((group) => group.events)
    .filter(({ ecs }) => addresses.has(ecs["source.ip"] ?? ""));
  const abusers = new Set(abuserAddresses(found));
  const pages = found.groups.filter(
    ({ sign, address }) => sign === "page" && address !== null && abusers.has(address),
  );
  const names = [...events.map(({ ecs }) => ecs["user.name"]), ...pages.map(({ actor }) => actor)];
  const accounts = names
    .filter((name) => name !== null && name !== undefined && !isServerIdentity(name) && !isMonitoring(name))
    .map(localPart)
    .filter((name) => /^[\x21-\x7e]{4,64}$/u.test(name) && name !== "anonymous");
  const times = [...worked, ...pages].flatMap(({ firstMs }) => firstMs ?? []);
  return {
    accounts: [...new Set(accounts)].sort().slice(0, MAX_ACCOUNTS),
    sinceMs: times.length === 0 ? null : times.reduce((first, time) => Math.min(first, time)),
  };
}
