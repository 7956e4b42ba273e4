import { least, most } from "../core/index.ts";
import type { Event, VerbCount } from "../model/index.ts";
import {
  joinPairs,
  keyText,
  pairKey,
  toVerbCounts,
  type ItemMailGroup,
  type MailFacts,
  type MailKey,
  type MailMark,
  type PairSeen,
} from "./item-mail.ts";
import { UsualHours, type UsualSeen } from "./item-usual.ts";

/** Rows of one mailbox, caller, address and way, over all items. */
export interface MailGroup extends MailKey {
  /** Exact, however many there were. */
  readonly count: number;
  readonly bytes: number;
  readonly verbs: readonly VerbCount[];
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** Records that are kept one by one, in reading order. */
  readonly marks: readonly MailMark[];
  readonly events: readonly Event[];
}

/** What all items say of mail access. */
export interface MailFound {
  readonly groups: readonly MailGroup[];
  readonly pairs: readonly PairSeen[];
  /** Records that are in no group, because there were too many groups. */
  readonly left: number;
  /** What is usual for people whose accounts an intruder used; left out when nothing is known. */
  readonly usual?: readonly UsualSeen[];
}

const MAX_GROUPS = 5_000;
const MAX_MARKS = 100_000;
const MAX_GROUP_MARKS = 10_000;
const MAX_PAIRS = 20_000;
const EVENTS_KEPT = 8;

interface Growing extends MailKey {
  count: number;
  bytes: number;
  readonly verbs: Map<string, number>;
  firstMs: number | null;
  lastMs: number | null;
  readonly marks: MailMark[];
  readonly events: Event[];
}

/** Joins what items say of mail access, in the order of the items, in bounded memory. */
export class MailStore {
  readonly #groups = new Map<string, Growing>();
  readonly #pairs = new Map<string, { seen: PairSeen }>();
  readonly #seen = new Set<string>();
  readonly #usual = new UsualHours();
  #marks = 0;
  #left = 0;

  /** Takes one item's rows; records that an earlier item held too are not counted again. */
  addItem(facts: MailFacts): void {
    this.#left += facts.left;
    for (const group of facts.groups) this.#addGroup(group);
    for (const pair of facts.pairs) this.#addPair(pair);
    this.#usual.addAll(facts.usual ?? []);
  }

  /** In a fixed order. */
  list(): MailFound {
    const sorted = [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1));
    const pairs = [...this.#pairs].sort(([a], [b]) => (a < b ? -1 : 1));
    const usual = this.#usual.list();
    return {
      groups: sorted.map(([, { verbs, ...group }]) => ({ ...group, verbs: toVerbCounts(verbs) })),
      pairs: pairs.map(([, { seen }]) => seen),
      left: this.#left,
      ...(usual.length === 0 ? {} : { usual }),
    };
  }

  #addGroup(from: ItemMailGroup): void {
    const text = keyText(from);
    const fresh = from.marks.filter((mark) => !this.#isKnown(`${text}\n${mark.fingerprint}`));
    if (fresh.length === 0 && from.rest.count === 0) return;
    const group = this.#groupOf(text, from);
    if (group === null) {
      this.#left += fresh.length + from.rest.count;
      return;
    }
    for (const mark of fresh) this.#addMark(group, mark);
    group.count += from.rest.count;
    group.bytes += from.rest.bytes;
    for (const { verb, count } of from.rest.verbs)
      group.verbs.set(verb, (group.verbs.get(verb) ?? 0) + count);
    group.firstMs = least(group.firstMs, from.firstMs);
    group.lastMs = most(group.lastMs, from.lastMs);
    const known = new Set(fresh.map(({ fingerprint }) => fingerprint));
    for (const { event, fingerprint } of from.events)
      if (group.events.length < EVENTS_KEPT && known.has(fingerprint)) group.events.push(event);
  }

  #addMark(group: Growing, mark: MailMark): void {
    group.count++;
    group.bytes += mark.bytes;
    group.verbs.set(mark.verb, (group.verbs.get(mark.verb) ?? 0) + 1);
    if (group.marks.length >= MAX_GROUP_MARKS || this.#marks >= MAX_MARKS) return;
    this.#marks++;
    group.marks.push(mark);
  }

  #groupOf(text: string, from: ItemMailGroup): Growing | null {
    const known = this.#groups.get(text);
    if (known !== undefined) return known;
    if (this.#groups.size >= MAX_GROUPS) return null;
    const { serverKey, source, sign, kind, mailbox, actor, address, protocol, agent, detail } = from;
    const key: MailKey = { serverKey, source, sign, kind, mailbox, actor, address, protocol, agent, detail };
    const made: Growing = {
      ...key,
      ...{ count: 0, bytes: 0, verbs: new Map(), firstMs: null, lastMs: null, marks: [], events: [] },
    };
    this.#groups.set(text, made);
    return made;
  }

  #addPair(pair: PairSeen): void {
    const key = pairKey(pair);
    const known = this.#pairs.get(key);
    if (known !== undefined) known.seen = joinPairs(known.seen, pair);
    else if (this.#pairs.size < MAX_PAIRS) this.#pairs.set(key, { seen: pair });
  }

  /** Asks and remembers. */
  #isKnown(key: string): boolean {
    if (this.#seen.has(key)) return true;
    if (this.#seen.size < MAX_MARKS * 2) this.#seen.add(key);
    return false;
  }
}
