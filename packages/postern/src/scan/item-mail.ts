import { least, most } from "../core/index.ts";
import type { MailMessage, MailRow, MailWatcher, NamePair } from "../detect/index.ts";
import type { Event, VerbCount } from "../model/index.ts";
import { Fingerprints, PartPrints } from "./fingerprints.ts";
import { furtherDown, trim, type KeptEvent } from "./item-matches.ts";
import { UsualHours, type UsualSeen } from "./item-usual.ts";
import type { ServerKey } from "./server-key.ts";

/** What rows of one group have in common. */
export type MailKey = Pick<
  MailRow,
  "source" | "sign" | "mailbox" | "actor" | "address" | "protocol" | "agent" | "detail"
> & {
  readonly serverKey: ServerKey;
  /** For commands and mail flow the kind; of accesses it follows from the verbs. */
  readonly kind: MailRow["kind"] | null;
};

/** One record of a group, kept to join it with records of other logs and to count it once. */
export interface MailMark {
  readonly timeMs: number | null;
  readonly verb: string;
  readonly bytes: number;
  readonly requestId: string | null;
  readonly message: MailMessage | null;
  readonly fingerprint: string;
}

/** Rows of one mailbox, caller, address and way, in one item. Plain data: workers send it. */
export interface ItemMailGroup extends MailKey {
  /** The first ones in reading order. */
  readonly marks: readonly MailMark[];
  /** Records beyond those in `marks`. */
  readonly rest: { readonly count: number; readonly bytes: number; readonly verbs: readonly VerbCount[] };
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly events: readonly KeptEvent[];
}

/** A pair of names and where it stands. */
export interface PairSeen extends NamePair {
  readonly count: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** The first record. */
  readonly event: Pick<Event, "at" | "timeMs">;
}

/** What one item says of mail access. */
export interface MailFacts {
  readonly groups: readonly ItemMailGroup[];
  readonly pairs: readonly PairSeen[];
  /** Records of groups beyond the number that is kept. */
  readonly left: number;
  /** What is usual for people whose accounts an intruder used; left out when none was asked for or seen. */
  readonly usual?: readonly UsualSeen[];
  /** True when there was more of it than is kept. Default false. */
  readonly usualIsFull?: boolean;
}

/** Nothing to say. */
export const NO_MAIL: MailFacts = { groups: [], pairs: [], left: 0 };

const MAX_GROUPS = 2_000;
/** Records kept one by one: of a group, and of an item. */
const MAX_GROUP_MARKS = 4_000;
const MAX_ITEM_MARKS = 20_000;
const MAX_PAIRS = 4_000;
const EVENTS_KEPT = 6;

interface Growing extends MailKey {
  readonly marks: MailMark[];
  readonly verbs: Map<string, number>;
  restCount: number;
  restBytes: number;
  firstMs: number | null;
  lastMs: number | null;
  readonly events: KeptEvent[];
}

/** Gathers what one item says of mail access, in bounded memory. */
export class ItemMail {
  readonly #watcher: MailWatcher;
  readonly #groups = new Map<string, Growing>();
  readonly #pairs = new Map<string, { seen: PairSeen }>();
  readonly #prints = new Fingerprints();
  readonly #partPrints = new PartPrints();
  readonly #usual = new UsualHours();
  #marks = 0;
  #left = 0;

  constructor(watcher: MailWatcher) {
    this.#watcher = watcher;
  }

  add(event: Event, serverKey: ServerKey): void {
    const { rows, pairs, usual } = this.#watcher.look(event);
    if (usual !== undefined) this.#usual.add(usual);
    if (rows.length > 0) {
      const fingerprint = this.#prints.of(event);
      for (const row of rows) this.#addRow(row, { event, serverKey, fingerprint });
    }
    const { at, timeMs } = event;
    for (const pair of pairs)
      this.#addPair({ ...pair, count: 1, firstMs: timeMs, lastMs: timeMs, event: { at, timeMs } });
  }

  list(): MailFacts {
    const usual = this.#usual.list();
    return {
      ...(usual.length === 0 ? {} : { usual }),
      ...(this.#usual.isFull ? { usualIsFull: true } : {}),
      groups: [...this.#groups.values()].map(({ verbs, restCount, restBytes, ...group }) => ({
        ...group,
        rest: { count: restCount, bytes: restBytes, verbs: toVerbCounts(verbs) },
      })),
      pairs: [...this.#pairs.values()].map(({ seen }) => seen),
      left: this.#left,
    };
  }

  /**
   * Takes what lines that follow say; their numbers are `lines` smaller than in the item.
   * @returns false when it is not known what of it would have been kept: there is too much of it
   */
  addPart({ groups, pairs, left, usual = [], usualIsFull = false }: MailFacts, lines: number): boolean {
    this.#partPrints.startPart();
    this.#usual.addAll(usual);
    const isWhole =
      left === 0 && !usualIsFull && !this.#usual.isFull && groups.every(({ rest }) => rest.count === 0);
    for (const part of groups) {
      const group = this.#groupOf(part);
      if (group === null) return false;
      group.firstMs = least(group.firstMs, part.firstMs);
      group.lastMs = most(group.lastMs, part.lastMs);
      for (const { event, fingerprint } of part.events.slice(0, EVENTS_KEPT - group.events.length))
        group.events.push({
          event: furtherDown(event, lines),
          fingerprint: this.#partPrints.inItem(fingerprint),
        });
      for (const mark of part.marks)
        this.#addMark(group, { ...mark, fingerprint: this.#partPrints.inItem(mark.fingerprint) });
    }
    for (const { event, ...pair } of pairs) this.#addPair({ ...pair, event: furtherDown(event, lines) });
    return isWhole && this.#marks < MAX_ITEM_MARKS && this.#pairs.size < MAX_PAIRS;
  }

  #addRow(
    row: MailRow,
    of: { readonly event: Event; readonly serverKey: ServerKey; readonly fingerprint: string },
  ): void {
    const group = this.#groupOf(mailKeyOf(row, of.serverKey));
    if (group === null) {
      this.#left++;
      return;
    }
    const { event, fingerprint } = of;
    group.firstMs = least(group.firstMs, event.timeMs);
    group.lastMs = most(group.lastMs, event.timeMs);
    if (group.events.length < EVENTS_KEPT) group.events.push({ event: trim(event), fingerprint });
    const { verb, bytes, requestId, detail } = row;
    const message = detail.message ?? null;
    this.#addMark(group, { timeMs: event.timeMs, verb, bytes, requestId, message, fingerprint });
  }

  #addMark(group: Growing, mark: MailMark): void {
    if (group.marks.length < MAX_GROUP_MARKS && this.#marks < MAX_ITEM_MARKS) {
      this.#marks++;
      group.marks.push(mark);
      return;
    }
    group.restCount++;
    group.restBytes += mark.bytes;
    group.verbs.set(mark.verb, (group.verbs.get(mark.verb) ?? 0) + 1);
  }

  #groupOf(key: MailKey): Growing | null {
    const text = keyText(key);
    const known = this.#groups.get(text);
    if (known !== undefined) return known;
    if (this.#groups.size >= MAX_GROUPS) return null;
    const { source, sign, kind, mailbox, actor, address, protocol, agent, detail, serverKey } = key;
    const made: Growing = {
      ...{ serverKey, source, sign, mailbox, actor, address, protocol, agent, detail, kind },
      ...{ marks: [], verbs: new Map<string, number>(), restCount: 0, restBytes: 0 },
      ...{ firstMs: null, lastMs: null, events: [] },
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
}

/** One pair that was seen in two places: where it stands first counts. */
export function joinPairs(first: PairSeen, then: PairSeen): PairSeen {
  const count = first.count + then.count;
  const span = { firstMs: least(first.firstMs, then.firstMs), lastMs: most(first.lastMs, then.lastMs) };
  return { ...first, count, ...span };
}

const MAX_TEXT = 300;

/** Verbs of requests come from the client; a made-up one for each must not fill the memory. */
function mailKeyOf(row: MailRow, serverKey: ServerKey): MailKey {
  const { source, sign, mailbox, actor, address, protocol, agent } = row;
  const { message, ...detail } = row.detail;
  const isFlow = message !== undefined;
  const isFixed = sign === "command" || sign === "mail-flow" || sign === "trace";
  return {
    serverKey,
    source,
    sign,
    mailbox: mailbox?.slice(0, MAX_TEXT) ?? null,
    actor: actor?.slice(0, MAX_TEXT) ?? null,
    address,
    protocol,
    agent: agent.slice(0, MAX_TEXT),
    detail: isFlow && row.kind === "sent" ? {} : detail,
    kind: isFixed ? row.kind : null,
  };
}

/** One text for what a group has in common. */
export function keyText(key: MailKey): string {
  const { serverKey, source, sign, kind, mailbox, actor, address, protocol, agent, detail } = key;
  return JSON.stringify([serverKey, source, sign, kind, mailbox, actor, address, protocol, agent, detail]);
}

/** One text for a pair of names, whichever comes first. */
export function pairKey({ a, b }: NamePair): string {
  const names = [`${a.kind} ${a.value}`, `${b.kind} ${b.value}`].sort();
  return names.join("\n");
}

/** Counts by verb, sorted. */
export function toVerbCounts(verbs: ReadonlyMap<string, number>): readonly VerbCount[] {
  return [...verbs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([verb, count]) => ({ verb, count }));
}
