import { atLeast, type Event } from "../../model/index.ts";
import type { MatchGroup } from "../../scan/index.ts";
import type { AddressJoin } from "./address-join.ts";

/**
 * Splits what worked by the address behind each record. Records that name no address (control panel, cmdlets, processes) come as one group
 * of their rule, although several intruders may stand behind them. Records that are counted only, not kept, stay with the first part.
 */
export function splitByOrigin(groups: readonly MatchGroup[], join: AddressJoin): readonly MatchGroup[] {
  return groups.flatMap((group) => (atLeast(group.rule.rung, "L1") ? split(group, join) : [group]));
}

function split(group: MatchGroup, join: AddressJoin): readonly MatchGroup[] {
  const parts = new Map<string, Event[]>();
  for (const event of group.events) {
    const address = join.of(event, group.rule.rung)?.address ?? "";
    const known = parts.get(address);
    if (known === undefined) parts.set(address, [event]);
    else known.push(event);
  }
  if (parts.size < 2) return [group];
  const uncounted = group.count - group.events.length;
  return [...parts.values()].map((events, index) => ({
    ...group,
    ...spanOf(events),
    count: events.length + (index === 0 ? uncounted : 0),
    events,
  }));
}

function spanOf(events: readonly Event[]): Pick<MatchGroup, "firstMs" | "lastMs"> {
  const times = events.flatMap((event) => event.timeMs ?? []);
  if (times.length === 0) return { firstMs: null, lastMs: null };
  return { firstMs: Math.min(...times), lastMs: Math.max(...times) };
}
