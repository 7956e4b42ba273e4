import { canonicalUserAgent } from "../../detect/index.ts";
import type { Event, Rung } from "../../model/index.ts";
import type { MatchGroup } from "../../scan/index.ts";
import { canaryOf, type AddressJoin } from "../findings/address-join.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import { isAccountUse, isBackDoorUse } from "./act-kinds.ts";
import { pageOf } from "./pages.ts";

/** Something that an address did, as one record shows it. */
export interface Act {
  readonly address: string;
  readonly server: string;
  readonly timeMs: number | null;
  readonly rung: Rung | null;
  readonly kind: string;
  /** Its program as the record has it. */
  readonly agent: string | null;
  /** The same in the form that all logs share. */
  readonly program: string | null;
  /** Session token of the control panel. */
  readonly session: string | null;
  /** The back door that was asked, see `pageOf`. */
  readonly page: string | null;
  /** An account that the address signed in with. */
  readonly account: string | null;
}

/** Every kept record that leads to an address, in order of time (undated last). */
export function collectActs(
  groups: readonly MatchGroup[],
  of: { readonly join: AddressJoin; readonly servers: ServerMap },
): readonly Act[] {
  const acts = groups.flatMap((group) => group.events.flatMap((event) => actOf(group, event, of) ?? []));
  return acts.sort((a, b) => (a.timeMs ?? Infinity) - (b.timeMs ?? Infinity) || compare(keyOf(a), keyOf(b)));
}

function actOf(
  group: MatchGroup,
  event: Event,
  of: { readonly join: AddressJoin; readonly servers: ServerMap },
): Act | null {
  const { rung, kind } = group.rule;
  const origin = of.join.of(event, rung);
  if (origin === null) return null;
  const path = event.ecs["url.path"];
  const agent = event.ecs["user_agent.original"]?.slice(0, 200);
  return {
    address: origin.address,
    server: of.servers.of(group.serverKey, event.at.item).id,
    timeMs: event.timeMs,
    rung,
    kind,
    agent: agent ?? null,
    program: agent === undefined ? null : canonicalUserAgent(agent),
    session: canaryOf(event),
    page: isBackDoorUse(kind) && path !== undefined ? pageOf(path) : null,
    account: isAccountUse(kind) ? (event.ecs["user.name"] ?? null) : null,
  };
}

function keyOf(act: Act): string {
  return `${act.address}\n${act.kind}\n${act.agent ?? ""}`;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
