import type { EvidenceItem } from "../evidence/index.ts";
import { bytesOf, Crew, type CrewOptions } from "./crew.ts";
import { DamageLog, type DamageCount } from "./damage-log.ts";
import { Duplicates } from "./duplicates.ts";
import { mayHoldAny } from "./item-clients.ts";
import { mayHoldMail } from "./may-hold-mail.ts";
import type { Look } from "./item-reader.ts";
import type { ItemResult } from "./item-result.ts";
import { joinJournals } from "./join-journal.ts";
import { openScan, type OpenedScan } from "./open-scan.ts";
import { journalKey, type OutcomeJournal } from "./outcome-journal.ts";
import { MailStore, type MailFound } from "./mail-store.ts";
import { MatchStore, type MatchGroup } from "./match-store.ts";
import type { Pivot } from "./pivot.ts";
import type { ItemOutcome } from "./item-outcome.ts";
import type { ScanStage } from "./scan-context.ts";

/** What the scan of a case's evidence found. */
export interface ScanResult {
  /** In the order of the evidence. */
  readonly items: readonly ItemResult[];
  readonly matches: readonly MatchGroup[];
  readonly damage: { readonly total: number; readonly counts: readonly DamageCount[] };
  /** What a second look found for the addresses, pages and sessions that the first one named. */
  readonly pivots: readonly MatchGroup[];
  /** Mail access: what is of interest by itself, and what the second look found. */
  readonly mail: { readonly first: MailFound; readonly followed: MailFound };
}

/** How far a scan is: true bytes, never an estimate. */
export interface ScanProgress {
  readonly stage: ScanStage;
  readonly item: string;
  readonly itemsDone: number;
  readonly itemsKnown: number;
  readonly bytesDone: number;
  readonly bytesKnown: number;
}

/** What a scan needs. */
export interface ScanOptions extends CrewOptions {
  /** The same evidence, listed before: the caller closes it. Left out: it is listed now and read in this thread. */
  readonly opened?: OpenedScan;
  /** Finds in the first look's matches what the second one follows; null when there is nothing. */
  readonly findPivot: (first: {
    readonly items: readonly ItemResult[];
    readonly matches: readonly MatchGroup[];
    readonly mail: MailFound;
  }) => Pivot | null;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** Gives what an earlier run has read already, and keeps what this one reads; default: none. */
  readonly journal?: OutcomeJournal | null;
}

/**
 * Reads all evidence once, and its logs a second time when there is something to follow. The result is the same for any number
 * of workers. @throws PosternError EVIDENCE_NOT_FOUND, INTERRUPTED
 */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const opened = options.opened ?? (await openScan({ ...options, pool: null }));
  const { items, damage, threads } = opened;
  const crew = new Crew(options, threads);
  try {
    const first = await pass(options, { items, look: { stage: "reading", pivot: null }, damage, crew });
    const results = await joinJournals(first.results, items, options);
    const matches = first.matches.list();
    const mail = first.mail.list();
    const pivot = options.findPivot({ items: results, matches, mail });
    const second = pivot === null ? null : await follow(options, { items, pivot, first: results, crew });
    return {
      items: results,
      matches,
      damage: { total: damage.total, counts: damage.list() },
      pivots: second?.matches.list() ?? [],
      mail: { first: mail, followed: second?.mail.list() ?? new MailStore().list() },
    };
  } finally {
    if (options.opened === undefined) await opened.close();
  }
}

async function follow(
  options: ScanOptions,
  run: {
    readonly items: readonly EvidenceItem[];
    readonly pivot: Pivot;
    readonly first: readonly ItemResult[];
    readonly crew: Crew;
  },
): Promise<Passed> {
  const items = run.items.filter((item) => isFollowed(run.first[item.index], run.pivot));
  const look: Look = { stage: "following", pivot: run.pivot };
  return pass(options, { items, look, damage: new DamageLog(), crew: run.crew });
}

/**
 * Only logs of requests can be followed, because a pivot asks for addresses and pages: event logs are not read again, nor are logs in
 * which none of the addresses was seen. A duplicate was followed in its first copy.
 */
function isFollowed(result: ItemResult | undefined, pivot: Pivot): boolean {
  if (result === undefined || result.state !== "read" || result.tallies.length === 0) return false;
  if (NEVER_FOLLOWED.has(result.artifact)) return false;
  return (
    pivot.pages.length + pivot.gone.length > 0 ||
    mayHoldAny(result.clients, pivot.addresses) ||
    mayHoldMail(result, pivot.mail)
  );
}

const NEVER_FOLLOWED: ReadonlySet<string> = new Set(["web-file", "windows-event", "evtx"]);

interface Pass {
  readonly items: readonly EvidenceItem[];
  readonly look: Look;
  readonly damage: DamageLog;
  readonly crew: Crew;
}

interface Passed {
  readonly results: readonly ItemResult[];
  readonly matches: MatchStore;
  readonly mail: MailStore;
}

async function pass(options: ScanOptions, { items, look, damage, crew }: Pass): Promise<Passed> {
  const bytesKnown = bytesOf(items);
  const matches = new MatchStore();
  const mail = new MailStore();
  const duplicates = new Duplicates();
  const results: ItemResult[] = [];
  let bytesDone = 0;
  const tell = (origin: string, underWay: number): void =>
    options.onProgress?.({
      stage: look.stage,
      item: origin,
      itemsDone: results.length,
      itemsKnown: items.length,
      bytesDone: bytesDone + underWay,
      bytesKnown,
    });
  const onBytes = (item: EvidenceItem, underWay: number): void => tell(item.origin, underWay);
  for await (const outcome of outcomes(options, { items, look, damage, crew }, onBytes)) {
    const result = duplicates.mark(outcome.result);
    results.push(result);
    matches.addItem(outcome.matches);
    if (result.state !== "duplicate") mail.addItem(outcome.mail);
    damage.addCounts(outcome.damage);
    bytesDone += outcome.result.sizeBytes;
    tell(outcome.result.origin, 0);
  }
  return { results, matches, mail };
}

/** The outcome of each item in order: from the journal where it has it, else freshly read and put there. */
async function* outcomes(
  { journal = null }: ScanOptions,
  { items, look, crew }: Pass,
  onBytes: (item: EvidenceItem, underWay: number) => void,
): AsyncGenerator<ItemOutcome, void, undefined> {
  if (journal === null) {
    yield* crew.read(items, look, onBytes);
    return;
  }
  const keys = items.map((item) => journalKey(item, look));
  const unread = items.filter((_, position) => !journal.has(keys[position] ?? ""));
  const read = crew.read(unread, look, onBytes);
  try {
    for (const key of keys) {
      if (journal.has(key)) {
        yield journal.find(key);
        continue;
      }
      const next = await read.next();
      if (next.done === true) return;
      journal.add(key, next.value);
      yield next.value;
    }
  } finally {
    await read.return();
  }
}
