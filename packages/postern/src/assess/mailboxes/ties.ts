import { localPart } from "../../detect/index.ts";
import { atLeast } from "../../model/index.ts";
import type { MailGroup, MatchGroup } from "../../scan/index.ts";
import type { AddressJoin } from "../findings/address-join.ts";

/** Why an act on a mailbox is laid to an intruder. */
export interface Tie {
  /** `record`: a record says so · `abuse`: the form of the act · `time`: it only happened after the break-in. */
  readonly by: "record" | "abuse" | "time";
  readonly address: string | null;
  /** Plain words. */
  readonly text: string;
}

/** Who got in, and when. */
export interface Intruders {
  readonly addresses: ReadonlySet<string>;
  /** Times at which something worked, in order, as far as they are kept. */
  readonly moments: readonly number[];
  /** Addresses with more accounts than one intruder has: a school's or a provider's. */
  readonly crowded: ReadonlyMap<string, number>;
}

/** More accounts than this from one address make it uncertain whose they are. */
const MANY_ACCOUNTS = 3;
/** More than this, and it is a gateway: nothing is listed. */
const TOO_MANY_ACCOUNTS = 25;

/** Who got in, by what the rules matched and by who made abusive rules. */
export function findIntruders(
  matches: readonly MatchGroup[],
  addresses: readonly string[],
  from: { readonly join: AddressJoin; readonly followed: readonly MailGroup[] },
): Intruders {
  const worked = matches.filter((group) => atLeast(group.rule.rung, "L1"));
  const crowded = crowdedAddresses(from.followed);
  return {
    addresses: new Set(
      addresses.filter((one) => !from.join.shared.has(one) && (crowded.get(one) ?? 0) <= TOO_MANY_ACCOUNTS),
    ),
    moments: momentsOf(worked),
    crowded,
  };
}

function crowdedAddresses(groups: readonly MailGroup[]): ReadonlyMap<string, number> {
  const accounts = new Map<string, Set<string>>();
  for (const { address, actor, sign } of groups) {
    if (address === null || actor === null || sign === "forged") continue;
    const known = accounts.get(address) ?? new Set<string>();
    accounts.set(address, known);
    known.add(localPart(actor));
  }
  return new Map(
    [...accounts].flatMap(([address, { size }]) => (size > MANY_ACCOUNTS ? [[address, size] as const] : [])),
  );
}

function momentsOf(worked: readonly MatchGroup[]): readonly number[] {
  const times = worked.flatMap(({ firstMs, lastMs, events }) => [
    firstMs,
    lastMs,
    ...events.map(({ timeMs }) => timeMs),
  ]);
  return [...new Set(times.filter((time) => time !== null))].sort((a, b) => a - b);
}

/** An act this much later than anything that worked is laid to nobody by its time alone. */
const AFTERWARDS_MS = 24 * 3_600_000;
const BEFORE_MS = 60_000;

/** Finds what ties a command to an intruder; null when nothing does. */
export function tieOf(
  groups: readonly MailGroup[],
  from: {
    readonly intruders: Intruders;
    readonly join: AddressJoin;
    /** Commands that are abuse by their form, or by what was done with them, with the reason. */
    readonly abuse: ReadonlyMap<MailGroup, string>;
    /** Addresses from which a command was given. */
    readonly pages: (group: MailGroup) => readonly string[];
  },
): Tie | null {
  for (const group of groups) {
    const [page] = from.pages(group).filter((address) => from.intruders.addresses.has(address));
    if (page !== undefined)
      return {
        by: "record",
        address: page,
        text: `given from ${page}, by the front end's record of the same seconds`,
      };
    for (const event of group.events) {
      const origin = from.join.of(event, "L2");
      if (origin !== null && from.intruders.addresses.has(origin.address))
        return {
          by: "record",
          address: origin.address,
          text: `given by ${origin.address}, ${HOW[origin.how]}`,
        };
    }
  }
  for (const group of groups) {
    const reason = from.abuse.get(group);
    if (reason !== undefined) return { by: "abuse", address: null, text: reason };
  }
  return afterBreakIn(groups, from.intruders)
    ? {
        by: "time",
        address: null,
        text: "it was given within a day of what the intruder did; who gave it is not shown",
      }
    : null;
}

const HOW = {
  record: "whose address stands in the record",
  "request-id": "by the request id",
  session: "by the session's token",
  time: "the only intruder's request of the same seconds",
} as const;

function afterBreakIn(groups: readonly MailGroup[], { moments }: Intruders): boolean {
  return groups.some(({ firstMs }) =>
    firstMs === null
      ? false
      : moments.some((time) => firstMs >= time - BEFORE_MS && firstMs <= time + AFTERWARDS_MS),
  );
}
