import { createHash } from "node:crypto";
import type { RuleInfo } from "../detect/index.ts";
import type { Event } from "../model/index.ts";
import { least, most } from "../core/index.ts";
import type { ServerKey } from "./server-key.ts";

/** Events that one rule matched, from one address, on one server. */
export interface MatchGroup {
  readonly rule: RuleInfo;
  readonly serverKey: ServerKey;
  /** Address of the other side, null when the artifact has none. */
  readonly address: string | null;
  /** Exact, however many there were. */
  readonly count: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** The first ones in reading order, and the last one. */
  readonly events: readonly Event[];
}

/** Events kept of each group: enough for the chain of one intruder; the rest is counted. */
const EVENTS_KEPT_BY_RUNG: Readonly<Record<string, number>> = {
  L0: 12,
  L1: 100,
  L2: 100,
  L3: 60,
  L4: 60,
  none: 12,
};
/** Groups kept of each rule: above it addresses are counted together. */
const MAX_GROUPS_PER_RULE = 1_000;
/** Fingerprints kept to count the same record from live disk, shadow copy and backup once. */
const MAX_FINGERPRINTS = 400_000;

interface Growing {
  readonly rule: RuleInfo;
  readonly serverKey: ServerKey;
  readonly address: string | null;
  count: number;
  firstMs: number | null;
  lastMs: number | null;
  readonly events: Event[];
  last: Event | null;
}

/** Keeps matches in bounded memory: exact counts and times, some events of each group. */
export class MatchStore {
  readonly #groups = new Map<string, Growing>();
  readonly #groupsOfRule = new Map<string, number>();
  readonly #seen = new Set<string>();

  /** Adds one match; false when the same record was already counted from another copy. */
  add(
    rule: RuleInfo,
    event: Event,
    where: { readonly serverKey: ServerKey; readonly fingerprint: string },
  ): boolean {
    const fingerprint = `${rule.id}\n${where.fingerprint}`;
    if (this.#seen.has(fingerprint)) return false;
    if (this.#seen.size < MAX_FINGERPRINTS) this.#seen.add(fingerprint);
    const group = this.#get(rule, where.serverKey, event.ecs["source.ip"] ?? null);
    group.count++;
    group.firstMs = least(group.firstMs, event.timeMs);
    group.lastMs = most(group.lastMs, event.timeMs);
    const kept = EVENTS_KEPT_BY_RUNG[rule.rung ?? "none"] ?? 12;
    if (group.events.length < kept) group.events.push(trim(event));
    else group.last = trim(event);
    return true;
  }

  /** All groups in a fixed order: rule id, server key, address. */
  list(): readonly MatchGroup[] {
    return [...this.#groups.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, group]) => ({
        ...group,
        events: group.last === null ? group.events : [...group.events, group.last],
      }));
  }

  #get(rule: RuleInfo, serverKey: ServerKey, address: string | null): Growing {
    const key = `${rule.id}\n${serverKey}\n${address ?? ""}`;
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const groups = this.#groupsOfRule.get(rule.id) ?? 0;
    if (groups >= MAX_GROUPS_PER_RULE && address !== null) return this.#get(rule, serverKey, null);
    this.#groupsOfRule.set(rule.id, groups + 1);
    const group = { rule, serverKey, address, count: 0, firstMs: null, lastMs: null, events: [], last: null };
    this.#groups.set(key, group);
    return group;
  }
}

const MAX_FIELD_CHARACTERS = 4_000;

/** Drops empty fields and cuts long ones: an HttpProxy row has 74 columns and most are timings. */
function trim(event: Event): Event {
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
    const hash = createHash("sha1")
      .update(event.raw ?? JSON.stringify(event.fields))
      .digest("base64")
      .slice(0, 16);
    const ordinal = (this.#times.get(hash) ?? 0) + 1;
    this.#times.set(hash, ordinal);
    return `${hash}${String(ordinal)}`;
  }
}
