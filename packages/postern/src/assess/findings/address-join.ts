import { addressKind } from "../../core/index.ts";
import type { Event, Rung } from "../../model/index.ts";
import { atLeast } from "../../model/index.ts";
import type { MatchGroup } from "../../scan/index.ts";

/** Who stands behind a record: an address, and how it is known. */
export interface Origin {
  readonly address: string;
  readonly how: "record" | "request-id" | "session" | "time";
}

/** Finds the address behind records that name none, or only a load balancer. */
export interface AddressJoin {
  /** Null when nothing leads to an address, or only to one that many share. */
  of(event: Event, rung: Rung | null): Origin | null;
  /** Addresses that are no single client: own ones, loopback, load balancers and proxies. */
  readonly shared: ReadonlySet<string>;
}

/** Records of one call in two logs lie this close together (seen: 0.02 to 0.2 s; two servers' clocks add some). */
const SAME_MOMENT_MS = 5_000;

const CANARY = /msExchEcpCanary=([^&;#\s'"]{8,})/iu;

/** The session token (canary) that a request carries, or null. */
export function canaryOf(event: Event): string | null {
  for (const name of ["AnchorMailbox", "S:URL", "cs-uri-query", "UrlQuery"]) {
    const found = CANARY.exec(event.fields[name] ?? "")?.[1];
    if (found !== undefined) return found.replace(/\.$/u, "");
  }
  return null;
}

interface Sighting {
  readonly timeMs: number;
  readonly address: string;
}

/** Builds the join from everything that was matched. */
export function createAddressJoin(
  groups: readonly MatchGroup[],
  ownAddresses: ReadonlySet<string>,
): AddressJoin {
  const byRequest = new Map<string, string>();
  const bySession = new Map<string, string>();
  const sightings: Sighting[] = [];
  for (const event of groups.flatMap((group) => group.events)) {
    const request = event.ecs["http.request.id"];
    const address = event.ecs["source.ip"];
    if (!isFrontEnd(event) || request === undefined || address === undefined) continue;
    byRequest.set(request, address);
  }
  const shared = findShared(groups, byRequest, ownAddresses);
  for (const group of groups) {
    for (const event of group.events) {
      const address = clientOf(event, { byRequest, shared });
      if (address === null) continue;
      const canary = canaryOf(event);
      if (canary !== null && !bySession.has(canary)) bySession.set(canary, address);
      if (event.timeMs !== null && atLeast(group.rule.rung, "L1"))
        sightings.push({ timeMs: event.timeMs, address });
    }
  }
  sightings.sort((a, b) => a.timeMs - b.timeMs || (a.address < b.address ? -1 : 1));
  return { shared, of: (event, rung) => originOf(event, rung, { byRequest, bySession, shared, sightings }) };
}

interface Known {
  readonly byRequest: ReadonlyMap<string, string>;
  readonly bySession: ReadonlyMap<string, string>;
  readonly shared: ReadonlySet<string>;
  readonly sightings: readonly Sighting[];
}

/** HttpProxy sees the client even behind a load balancer. */
function isFrontEnd(event: Event): boolean {
  return event.artifact === "exchange-httpproxy";
}

/** A web server's peer whose requests HttpProxy attributes to others is a load balancer. */
function findShared(
  groups: readonly MatchGroup[],
  byRequest: ReadonlyMap<string, string>,
  own: ReadonlySet<string>,
): ReadonlySet<string> {
  const shared = new Set(own);
  for (const event of groups.flatMap((group) => group.events)) {
    const address = event.ecs["source.ip"];
    if (address === undefined) continue;
    const client = byRequest.get(event.ecs["http.request.id"] ?? "");
    if (event.ecs["host.ip"] === address || address.startsWith("fe80:")) shared.add(address);
    if (addressKind(address) === "loopback" || (client !== undefined && client !== address))
      shared.add(address);
    if (event.ecs["source.forwarded"] !== undefined && addressKind(address) === "private")
      shared.add(address);
  }
  return shared;
}

function clientOf(event: Event, known: Pick<Known, "byRequest" | "shared">): string | null {
  const joined = known.byRequest.get(event.ecs["http.request.id"] ?? "");
  if (joined !== undefined && !known.shared.has(joined)) return joined;
  const address = event.ecs["source.ip"];
  return address === undefined || known.shared.has(address) ? null : address;
}

function originOf(event: Event, rung: Rung | null, known: Known): Origin | null {
  const own = event.ecs["source.ip"];
  const client = clientOf(event, known);
  if (client !== null) return { address: client, how: client === own ? "record" : "request-id" };
  const session = known.bySession.get(canaryOf(event) ?? "");
  if (session !== undefined) return { address: session, how: "session" };
  if (event.timeMs === null || !atLeast(rung, "L1")) return null;
  const near = nearest(known.sightings, event.timeMs);
  return near === null ? null : { address: near, how: "time" };
}

/** The one address seen around a moment; null when there are none or several. */
function nearest(sightings: readonly Sighting[], timeMs: number): string | null {
  const near = new Set<string>();
  for (const sighting of sightings) {
    if (sighting.timeMs > timeMs + SAME_MOMENT_MS) break;
    if (sighting.timeMs >= timeMs - SAME_MOMENT_MS) near.add(sighting.address);
  }
  const [only] = near;
  return near.size === 1 && only !== undefined ? only : null;
}
