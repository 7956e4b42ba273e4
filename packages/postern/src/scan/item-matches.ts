import { least, most } from "../core/index.ts";
import type { RuleInfo } from "../detect/index.ts";
import type { Event } from "../model/index.ts";
import { Fingerprints, PartPrints } from "./fingerprints.ts";
import { GroupIndex, type GroupKey } from "./group-index.ts";
import type { ServerKey } from "./server-key.ts";

/** Events kept of each group: enough for the chain of one intruder; the rest is counted. */
const EVENTS_KEPT_BY_RUNG: Readonly<Record<string, number>> = {
  L0: 12,
  L1: 100,
  L2: 100,
  L3: 60,
  L4: 60,
  none: 12,
};

/** Events of a rule's group that are kept. */
export function eventsKept(rule: RuleInfo): number {
  return EVENTS_KEPT_BY_RUNG[rule.rung ?? "none"] ?? 12;
}

/** Fingerprints kept of one item: beyond them a second copy of the item's records would be counted again. */
const MAX_ITEM_FINGERPRINTS = 100_000;

/** An event with what tells it from, or shows it equal to, records of other copies of its log. */
export interface KeptEvent {
  readonly event: Event;
  /** Empty beyond the number of fingerprints that are kept. */
  readonly fingerprint: string;
}

/** Matches of one rule, from one address, on one server, in one item. Plain data: workers send it. */
export interface ItemMatchGroup extends GroupKey {
  readonly count: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** Of its records, in reading order, as far as they are kept. */
  readonly fingerprints: readonly string[];
  /** The first ones in reading order. */
  readonly events: readonly KeptEvent[];
  readonly last: KeptEvent | null;
}

/** A group of some lines of an item. */
interface GroupPart extends ItemMatchGroup {
  /** Which of all fingerprints each of its own is, from 0. */
  readonly order: readonly number[];
}

/** What matched in some lines of an item. Plain data: workers send it. */
export interface MatchesPart {
  readonly groups: readonly GroupPart[];
  /** Fingerprints, those among them that were not kept. */
  readonly fingerprints: number;
  /** True when addresses were counted together. */
  readonly joinsAddresses: boolean;
}

interface Growing extends Omit<GroupPart, "fingerprints" | "events" | "order"> {
  readonly order: number[];
  count: number;
  firstMs: number | null;
  lastMs: number | null;
  readonly fingerprints: string[];
  readonly events: KeptEvent[];
  last: KeptEvent | null;
}

/** Counts further events of groups that keep no more of them but the last. */
export interface MatchRepeat {
  /** @param raw the record's text, ASCII */
  add(timeMs: number, raw: Uint8Array): void;
  /** The last event that was only counted: it is the group's last one unless a later one was added whole. */
  end(last: Event): void;
}

/** Keeps the matches of one item in bounded memory: exact counts and times, some events of each group. */
export class ItemMatches {
  readonly #groups = new GroupIndex<Growing>(({ rule, serverKey, address }) => ({
    rule,
    serverKey,
    address,
    count: 0,
    firstMs: null,
    lastMs: null,
    fingerprints: [],
    order: [],
    events: [],
    last: null,
  }));
  readonly #prints = new Fingerprints();
  readonly #partPrints = new PartPrints();
  /** Fingerprints so far, those among them that were not kept. */
  #fingerprints = 0;

  /** Adds one record with all rules that match it. */
  add(rules: readonly RuleInfo[], event: Event, serverKey: ServerKey): void {
    if (rules.length === 0) return;
    const print = this.#keepsMore ? this.#prints.of(event) : "";
    for (const rule of rules) {
      const group = this.#groups.of(rule, serverKey, event.ecs["source.ip"] ?? null);
      const fingerprint = this.#count(group, event.timeMs, print);
      if (group.events.length < eventsKept(rule)) group.events.push({ event: trim(event), fingerprint });
      else group.last = { event, fingerprint };
    }
  }

  get #keepsMore(): boolean {
    return this.#fingerprints < MAX_ITEM_FINGERPRINTS;
  }

  /** Gives back the fingerprint, empty when it is not kept. */
  #count(group: Growing, timeMs: number | null, fingerprint: string): string {
    group.count++;
    group.firstMs = least(group.firstMs, timeMs);
    group.lastMs = most(group.lastMs, timeMs);
    const isKept = this.#keepsMore;
    if (isKept) {
      group.fingerprints.push(fingerprint);
      group.order.push(this.#fingerprints);
    }
    this.#fingerprints++;
    return isKept ? fingerprint : "";
  }

  /** How events like one that was added are counted from now on; null as long as some of them are still kept. */
  repeat(rules: readonly RuleInfo[], event: Event, serverKey: ServerKey): MatchRepeat | null {
    const groups = rules.map((rule) => this.#groups.of(rule, serverKey, event.ecs["source.ip"] ?? null));
    if (groups.some((group) => group.events.length < eventsKept(group.rule))) return null;
    let print = "";
    let order = 0;
    return {
      add: (timeMs, raw) => {
        order = this.#fingerprints;
        print = this.#keepsMore ? this.#prints.ofText(raw) : "";
        for (const group of groups) this.#count(group, timeMs, print);
      },
      end: (last) => {
        for (const [index, group] of groups.entries())
          if ((group.last?.event.at.record ?? 0) < (last.at.record ?? 0))
            group.last = { event: last, fingerprint: order + index < MAX_ITEM_FINGERPRINTS ? print : "" };
      },
    };
  }

  /** All groups, in the order in which each was first met. */
  list(): readonly ItemMatchGroup[] {
    return this.#parts().map(({ order: _order, ...group }) => group);
  }

  /** What matched so far, for {@link addPart}. */
  part(): MatchesPart {
    const { joinsAddresses } = this.#groups;
    return { groups: this.#parts(), fingerprints: this.#fingerprints, joinsAddresses };
  }

  #parts(): readonly GroupPart[] {
    return this.#groups.list().map((group) => ({
      ...group,
      last: group.last === null ? null : { ...group.last, event: trim(group.last.event) },
    }));
  }

  /**
   * Takes what matched in the lines that follow; their numbers are `lines` smaller than in the item.
   * @returns false when it is not known what of it would have been kept: there are too many addresses
   */
  addPart({ groups, fingerprints, joinsAddresses }: MatchesPart, lines: number): boolean {
    this.#partPrints.startPart();
    for (const part of groups) this.#addGroup(part, lines);
    this.#fingerprints += fingerprints;
    return !joinsAddresses && !this.#groups.joinsAddresses;
  }

  #addGroup(part: GroupPart, lines: number): void {
    const group = this.#groups.of(part.rule, part.serverKey, part.address);
    group.count += part.count;
    group.firstMs = least(group.firstMs, part.firstMs);
    group.lastMs = most(group.lastMs, part.lastMs);
    const kept = new Map<string, string>();
    for (const [index, fingerprint] of part.fingerprints.entries()) {
      const order = this.#fingerprints + (part.order[index] ?? 0);
      if (order >= MAX_ITEM_FINGERPRINTS) break;
      const inItem = this.#partPrints.inItem(fingerprint);
      kept.set(fingerprint, inItem);
      group.fingerprints.push(inItem);
      group.order.push(order);
    }
    for (const { event, fingerprint } of part.last === null ? part.events : [...part.events, part.last]) {
      const moved = { event: furtherDown(event, lines), fingerprint: kept.get(fingerprint) ?? "" };
      if (group.events.length < eventsKept(part.rule)) group.events.push(moved);
      else group.last = moved;
    }
  }
}

/** An event of which the line is counted from further up in its item. */
export function furtherDown<E extends Pick<Event, "at">>(event: E, lines: number): E {
  const { record } = event.at;
  return record === null || lines === 0 ? event : { ...event, at: { ...event.at, record: record + lines } };
}

const MAX_FIELD_CHARACTERS = 4_000;

/** Drops empty fields and cuts long ones: an HttpProxy row has 74 columns and most are timings. */
export function trim(event: Event): Event {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(event.fields)) {
    if (value !== "" && value !== "0" && !/Latency|^GenericInfo$|^EventData$/u.test(name))
      fields[name] = value.slice(0, MAX_FIELD_CHARACTERS);
  }
  return { ...event, fields, raw: event.raw === null ? null : event.raw.slice(0, MAX_FIELD_CHARACTERS) };
}
