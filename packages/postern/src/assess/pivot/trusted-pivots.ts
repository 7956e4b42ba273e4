import { canonicalUserAgent } from "../../detect/index.ts";
import { atLeast, type Event } from "../../model/index.ts";
import type { MatchGroup } from "../../scan/index.ts";
import type { AddressJoin } from "../findings/address-join.ts";

/** An address with several accounts is a school's or a provider's, not one intruder's: what it did is nobody's proof. */
const MAX_ACCOUNTS_OF_ONE = 3;
/** Whoever signed in this long before the first sign of an intruder at the same address is its ordinary user. */
const BEFORE_MS = 24 * 3_600_000;

/** What the first look says about addresses. */
export interface FirstLook {
  readonly first: readonly MatchGroup[];
  readonly join: AddressJoin;
}

/**
 * What the second look found and may be held against an intruder: not what shared addresses did, and not the sign-ins of people who used the
 * address with another program long before the intruder did.
 */
export function trustedPivots(pivots: readonly MatchGroup[], look: FirstLook): readonly MatchGroup[] {
  const accounts = accountsByAddress(pivots);
  const intrusions = intrusionsByAddress(look);
  return pivots.flatMap((group) => {
    if (group.rule.kind.startsWith("web-shell")) return [group];
    if (isShared(group.address, { accounts, join: look.join })) return [];
    return withoutOrdinary(group, intrusions);
  });
}

function isShared(
  address: string | null,
  of: { readonly accounts: ReadonlyMap<string, ReadonlySet<string>>; readonly join: AddressJoin },
): boolean {
  if (address === null) return false;
  return of.join.shared.has(address) || (of.accounts.get(address)?.size ?? 0) > MAX_ACCOUNTS_OF_ONE;
}

function accountsByAddress(pivots: readonly MatchGroup[]): ReadonlyMap<string, ReadonlySet<string>> {
  const accounts = new Map<string, Set<string>>();
  for (const group of pivots) {
    if (group.address === null) continue;
    const known = accounts.get(group.address) ?? new Set<string>();
    accounts.set(group.address, known);
    for (const event of group.events)
      if (event.ecs["user.name"] !== undefined) known.add(event.ecs["user.name"].toLowerCase());
  }
  return accounts;
}

/** When an address first got in, and with which programs it worked. */
interface Intrusion {
  firstMs: number;
  readonly agents: Set<string>;
}

function intrusionsByAddress({ first, join }: FirstLook): ReadonlyMap<string, Intrusion> {
  const found = new Map<string, Intrusion>();
  for (const group of first) {
    if (!atLeast(group.rule.rung, "L1")) continue;
    for (const event of group.events) {
      const address = join.of(event, group.rule.rung)?.address;
      if (address === undefined || event.timeMs === null) continue;
      const known = found.get(address) ?? { firstMs: event.timeMs, agents: new Set() };
      found.set(address, known);
      known.firstMs = Math.min(known.firstMs, event.timeMs);
      known.agents.add(agentOf(event));
    }
  }
  return found;
}

function agentOf(event: Event): string {
  return canonicalUserAgent(event.ecs["user_agent.original"] ?? "");
}

/** The group without the people who were there first; null when nothing of it is left. Without any it is the group itself, with its exact count. */
function withoutOrdinary(
  group: MatchGroup,
  intrusions: ReadonlyMap<string, Intrusion>,
): readonly MatchGroup[] {
  const intrusion = intrusions.get(group.address ?? "");
  if (group.rule.rung === null || intrusion === undefined) return [group];
  const ordinary = new Set(
    group.events
      .filter((event) => (event.timeMs ?? Infinity) < intrusion.firstMs - BEFORE_MS)
      .filter((event) => !intrusion.agents.has(agentOf(event)))
      .map(userOf),
  );
  if (ordinary.size === 0) return [group];
  const events = group.events.filter(
    (event) => !ordinary.has(userOf(event)) || intrusion.agents.has(agentOf(event)),
  );
  if (events.length === 0) return [];
  const times = events.flatMap((event) => event.timeMs ?? []);
  const span = { firstMs: Math.min(...times), lastMs: Math.max(...times) };
  return [{ ...group, events, count: events.length, ...(times.length === 0 ? {} : span) }];
}

/** One person is written in several ways: DOMAIN\name in one log, name@domain in the next. */
function userOf(event: Event): string {
  return (event.ecs["user.name"] ?? "").toLowerCase().replace(/^.*\\/u, "").replace(/@.*$/u, "");
}
