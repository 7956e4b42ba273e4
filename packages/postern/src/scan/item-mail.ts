import { least, most } from "../core/index.ts";
import type { MailMessage, MailRow, MailWatcher, NamePair } from "../detect/index.ts";
import type { Event, VerbCount } from "../model/index.ts";
import { Fingerprints, trim, type KeptEvent } from "./item-matches.ts";
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
    for (const pair of pairs) this.#addPair(pair, event);
  }

  list(): MailFacts {
    const usual = this.#usual.list();
    return {
      ...(usual.length === 0 ? {} : { usual }),
      groups: [...this.#groups.values()].map(({ verbs, restCount, restBytes, ...group }) => ({
        ...group,
        rest: { count: restCount, bytes: restBytes, verbs: toVerbCounts(verbs) },
      })),
      pairs: [...this.#pairs.values()].map(({ seen }) => seen),
      left: this.#left,
    };
  }

  #addRow(
    row: MailRow,
    of: { readonly event: Event; readonly serverKey: ServerKey; readonly fingerprint: string },
  ): void {
    const group = this.#groupOf(row, of.serverKey);
    if (group === null) {
      this.#left++;
      return;
    }
    const { event, fingerprint } = of;
    group.firstMs = least(group.firstMs, event.timeMs);
    group.lastMs = most(group.lastMs, event.timeMs);
    if (group.events.length < EVENTS_KEPT) group.events.push({ event: trim(event), fingerprint });
    if (group.marks.length < MAX_GROUP_MARKS && this.#marks < MAX_ITEM_MARKS) {
      this.#marks++;
      const { verb, bytes, requestId, detail } = row;
      group.marks.push({
        timeMs: event.timeMs,
        verb,
        bytes,
        requestId,
        message: detail.message ?? null,
        fingerprint,
      });
      return;
    }
    group.restCount++;
    group.restBytes += row.bytes;
    group.verbs.set(row.verb, (group.verbs.get(row.verb) ?? 0) + 1);
  }

  #groupOf(row: MailRow, serverKey: ServerKey): Growing | null {
    const key = mailKeyOf(row, serverKey);
    const text = keyText(key);
    const known = this.#groups.get(text);
    if (known !== undefined) return known;
    if (this.#groups.size >= MAX_GROUPS) return null;
    const grouped = { marks: [], verbs: new Map<string, number>(), restCount: 0, restBytes: 0 };
    const made: Growing = { ...key, ...grouped, firstMs: null, lastMs: null, events: [] };
    this.#groups.set(text, made);
    return made;
  }

  #addPair(pair: NamePair, event: Event): void {
    const key = pairKey(pair);
    const known = this.#pairs.get(key);
    if (known === undefined) {
      if (this.#pairs.size >= MAX_PAIRS) return;
      const { at, timeMs } = event;
      this.#pairs.set(key, {
        seen: { ...pair, count: 1, firstMs: timeMs, lastMs: timeMs, event: { at, timeMs } },
      });
      return;
    }
    const { seen } = known;
    known.seen = {
      ...seen,
      count: seen.count + 1,
      firstMs: least(seen.firstMs, event.timeMs),
      lastMs: most(seen.lastMs, event.timeMs),
    };
  }
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
