import { least, most } from "../core/index.ts";
import type { Event } from "../model/index.ts";
import { GroupIndex, type GroupKey } from "./group-index.ts";
import { eventsKept, type ItemMatchGroup } from "./item-matches.ts";

/** Events that one rule matched, from one address, on one server. */
export interface MatchGroup extends GroupKey {
  /** Exact, however many there were. */
  readonly count: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** The first ones in reading order, and the last one. */
  readonly events: readonly Event[];
}

/** Fingerprints kept to count the same record from live disk, shadow copy and backup once. */
const MAX_FINGERPRINTS = 400_000;

interface Growing extends GroupKey {
  count: number;
  firstMs: number | null;
  lastMs: number | null;
  readonly events: Event[];
  last: Event | null;
}

/** Joins the matches of all items, in the order of the items, in bounded memory. */
export class MatchStore {
  readonly #groups = new GroupIndex<Growing>(({ rule, serverKey, address }) => ({
    rule,
    serverKey,
    address,
    count: 0,
    firstMs: null,
    lastMs: null,
    events: [],
    last: null,
  }));
  readonly #seen = new Map<string, Set<string>>();
  #seenCount = 0;

  /** Takes one item's matches; records that an earlier item held too are not counted again. */
  addItem(groups: readonly ItemMatchGroup[]): void {
    for (const group of groups) this.#addGroup(group);
  }

  /** All groups in a fixed order: rule id, server key, address. */
  list(): readonly MatchGroup[] {
    return this.#groups.sorted().map((group) => ({
      ...group,
      events: group.last === null ? group.events : [...group.events, group.last],
    }));
  }

  #addGroup(from: ItemMatchGroup): void {
    const known = this.#findKnown(from);
    const count = from.count - known.size;
    if (count <= 0) return;
    const group = this.#groups.of(from.rule, from.serverKey, from.address);
    group.count += count;
    group.firstMs = least(group.firstMs, from.firstMs);
    group.lastMs = most(group.lastMs, from.lastMs);
    for (const { event, fingerprint } of from.last === null ? from.events : [...from.events, from.last]) {
      if (known.has(fingerprint)) continue;
      if (group.events.length < eventsKept(from.rule)) group.events.push(event);
      else group.last = event;
    }
  }

  /** Those fingerprints of a group that an earlier one of the same rule has too; all are remembered. */
  #findKnown({ rule, fingerprints }: ItemMatchGroup): ReadonlySet<string> {
    const seen = this.#seen.get(rule.id) ?? new Set<string>();
    this.#seen.set(rule.id, seen);
    const known = new Set<string>();
    for (const fingerprint of fingerprints) {
      if (seen.has(fingerprint)) known.add(fingerprint);
      else if (this.#seenCount < MAX_FINGERPRINTS) {
        seen.add(fingerprint);
        this.#seenCount++;
      }
    }
    return known;
  }
}
