import { hash } from "node:crypto";
import { least, most } from "../core/index.ts";
import type { RuleInfo } from "../detect/index.ts";
import type { Event } from "../model/index.ts";
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

interface Growing extends Omit<ItemMatchGroup, "fingerprints" | "events"> {
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
  readonly #groups = new GroupIndex<Growing>((key) => ({
    ...key,
    ...{ count: 0, firstMs: null, lastMs: null, fingerprints: [], events: [], last: null },
  }));
  readonly #prints = new Fingerprints();
  #kept = 0;

  /** Adds one record with all rules that match it. */
  add(rules: readonly RuleInfo[], event: Event, serverKey: ServerKey): void {
    if (rules.length === 0) return;
    const fingerprint = this.#prints.of(event);
    for (const rule of rules) {
      const group = this.#groups.of(rule, serverKey, event.ecs["source.ip"] ?? null);
      this.#count(group, event.timeMs, fingerprint);
      if (group.events.length < eventsKept(rule)) group.events.push({ event: trim(event), fingerprint });
      else group.last = { event, fingerprint };
    }
  }

  #count(group: Growing, timeMs: number | null, fingerprint: string): void {
    group.count++;
    group.firstMs = least(group.firstMs, timeMs);
    group.lastMs = most(group.lastMs, timeMs);
    if (this.#kept++ < MAX_ITEM_FINGERPRINTS) group.fingerprints.push(fingerprint);
  }

  /** How events like one that was added are counted from now on; null as long as some of them are still kept. */
  repeat(rules: readonly RuleInfo[], event: Event, serverKey: ServerKey): MatchRepeat | null {
    const groups = rules.map((rule) => this.#groups.of(rule, serverKey, event.ecs["source.ip"] ?? null));
    if (groups.some((group) => group.events.length < eventsKept(group.rule))) return null;
    return {
      add: (timeMs, raw) => {
        const isKept = this.#kept < MAX_ITEM_FINGERPRINTS;
        const fingerprint = isKept ? this.#prints.ofText(raw) : "";
        for (const group of groups) this.#count(group, timeMs, fingerprint);
      },
      end: (last) => {
        const fingerprint = this.#prints.again(last);
        for (const group of groups)
          if ((group.last?.event.at.record ?? 0) < (last.at.record ?? 0))
            group.last = { event: last, fingerprint };
      },
    };
  }

  /** All groups, in the order in which each was first met. */
  list(): readonly ItemMatchGroup[] {
    return this.#groups.list().map((group) => ({
      ...group,
      last: group.last === null ? null : { ...group.last, event: trim(group.last.event) },
    }));
  }
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

/**
 * Tells the same record in two copies of a log from two equal records in one log: the hash of its text, and which of the
 * equal ones in its item it is.
 */
export class Fingerprints {
  readonly #times = new Map<string, number>();

  of(event: Event): string {
    return this.ofText(event.raw ?? JSON.stringify(event.fields));
  }

  /** @param text of the record; bytes only of ASCII */
  ofText(text: string | Uint8Array): string {
    const print = hashOf(text);
    const ordinal = (this.#times.get(print) ?? 0) + 1;
    this.#times.set(print, ordinal);
    return `${print}${String(ordinal)}`;
  }

  /** What was given last for a record with this text. */
  again(event: Event): string {
    const print = hashOf(event.raw ?? JSON.stringify(event.fields));
    return `${print}${String(this.#times.get(print) ?? 1)}`;
  }
}

function hashOf(text: string | Uint8Array): string {
  return hash("sha1", text, "base64").slice(0, 16);
}
