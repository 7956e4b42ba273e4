import { formatUtcOrNull, least, most } from "../../core/index.ts";
import type { Indicators } from "../../detect/index.ts";
import type { Actor, Finding, Rung } from "../../model/index.ts";
import { higherRung, RUNGS } from "../../model/index.ts";
import { type MatchGroup } from "../../scan/index.ts";
import type { AddressJoin } from "../findings/address-join.ts";

const MAX_ACTORS = 100;
const MAX_AGENTS = 10;

interface Growing {
  readonly agents: Set<string>;
  firstMs: number | null;
  lastMs: number | null;
  rung: Rung | null;
  requests: number;
}

/** Addresses from which something was done, the ones that got furthest first. Addresses shared by many are left out. */
export function describeActors(
  groups: readonly MatchGroup[],
  of: { readonly join: AddressJoin; readonly indicators: Indicators; readonly findings: readonly Finding[] },
): readonly Actor[] {
  const byAddress = new Map<string, Growing>();
  for (const group of groups) addGroup(byAddress, group, of.join);
  return [...byAddress.entries()]
    .sort(([a, x], [b, y]) => rank(y.rung) - rank(x.rung) || y.requests - x.requests || (a < b ? -1 : 1))
    .slice(0, MAX_ACTORS)
    .map(([address, actor], index) => ({
      id: `A${String(index + 1)}`,
      addresses: [address],
      userAgents: [...actor.agents].sort(),
      firstSeen: formatUtcOrNull(actor.firstMs),
      lastSeen: formatUtcOrNull(actor.lastMs),
      rung: actor.rung,
      requests: actor.requests,
      findings: of.findings
        .filter((finding) => (finding.entities.addresses ?? []).includes(address))
        .map((finding) => finding.id),
      notes: notesOn(address, actor.firstMs, of.indicators),
    }));
}

function rank(rung: Rung | null): number {
  return rung === null ? -1 : RUNGS.indexOf(rung);
}

function addGroup(byAddress: Map<string, Growing>, group: MatchGroup, join: AddressJoin): void {
  for (const event of group.events) {
    const origin = join.of(event, group.rule.rung);
    if (origin === null) continue;
    const actor = byAddress.get(origin.address) ?? {
      agents: new Set(),
      firstMs: null,
      lastMs: null,
      rung: null,
      requests: 0,
    };
    byAddress.set(origin.address, actor);
    const agent = event.ecs["user_agent.original"];
    if (agent !== undefined && actor.agents.size < MAX_AGENTS) actor.agents.add(agent.slice(0, 200));
    actor.firstMs = least(actor.firstMs, event.timeMs);
    actor.lastMs = most(actor.lastMs, event.timeMs);
    actor.rung = higherRung(actor.rung, group.rule.rung);
    if (event === group.events[0]) actor.requests += group.count;
  }
}

function notesOn(address: string, firstMs: number | null, indicators: Indicators): readonly string[] {
  const found = indicators.findAddress(address, firstMs);
  if (found === null) return [];
  const when = found.inTime === false ? ", but for other days" : "";
  return [
    `published as ${found.role}${found.actor === null ? "" : ` of ${found.actor}`} (${found.confidence} confidence${when})`,
  ];
}
