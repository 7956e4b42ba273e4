import type { EventMatcher, FileContext } from "../detect/index.ts";
import { openEvidence, type EvidenceItem, type EvidenceOptions } from "../evidence/index.ts";
import { DamageLog, type DamageCount } from "./damage-log.ts";
import type { ItemResult } from "./item-result.ts";
import { LiteralFilters } from "./literal-filters.ts";
import { MatchStore, type MatchGroup } from "./match-store.ts";
import type { ScanContext } from "./scan-context.ts";
import { scanItem } from "./scan-item.ts";

/** What the scan of a case's evidence found. */
export interface ScanResult {
  /** In the order of the evidence. */
  readonly items: readonly ItemResult[];
  readonly matches: readonly MatchGroup[];
  readonly damage: { readonly total: number; readonly counts: readonly DamageCount[] };
  /** What a second look found for the addresses, pages and sessions that the first one named. */
  readonly pivots: readonly MatchGroup[];
}

/** How far a scan is: true bytes, never an estimate. */
export interface ScanProgress {
  readonly stage: "reading" | "following";
  readonly item: string;
  readonly itemsDone: number;
  readonly itemsKnown: number;
  readonly bytesDone: number;
  readonly bytesKnown: number;
}

/** What a scan needs. */
export interface ScanOptions {
  readonly evidence: readonly string[];
  readonly intake: EvidenceOptions;
  readonly matcher: EventMatcher;
  /** How files are judged; null when only records matter. */
  readonly files: (() => Promise<FileContext>) | null;
  /** Makes the matcher of the second look from the first one's matches; null when there is nothing to follow. */
  readonly pivot: (first: {
    readonly items: readonly ItemResult[];
    readonly matches: readonly MatchGroup[];
  }) => EventMatcher | null;
  /** False parses every record: the plain road that the fast one is compared with. Default true. */
  readonly fast?: boolean;
  readonly signal?: AbortSignal | null;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** Told of each item before it is read. */
  readonly onItem?: (item: EvidenceItem) => void;
}

/** Reads all evidence once, and its logs a second time when there is something to follow. @throws PosternError EVIDENCE_NOT_FOUND, INTERRUPTED */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const damage = new DamageLog();
  const items = await listItems(options, damage);
  const first = await pass(options, { items, matcher: options.matcher, damage, stage: "reading" });
  const matches = first.matches.list();
  const follow = options.pivot({ items: first.results, matches });
  const logs = items.filter((item) => isFollowed(first.results[item.index]));
  const second =
    follow === null
      ? null
      : await pass(options, { items: logs, matcher: follow, damage: new DamageLog(), stage: "following" });
  return {
    items: first.results,
    matches,
    damage: { total: damage.total, counts: damage.list() },
    pivots: second?.matches.list() ?? [],
  };
}

/**
 * Only logs of requests can be followed, because a pivot asks for addresses and pages: event logs are not read again. A duplicate
 * was followed in its first copy.
 */
function isFollowed(result: ItemResult | undefined): boolean {
  return (
    result !== undefined &&
    result.state === "read" &&
    result.tallies.length > 0 &&
    !NEVER_FOLLOWED.has(result.artifact)
  );
}

const NEVER_FOLLOWED: ReadonlySet<string> = new Set(["web-file", "windows-event", "evtx"]);

async function listItems(options: ScanOptions, damage: DamageLog): Promise<readonly EvidenceItem[]> {
  const items: EvidenceItem[] = [];
  for await (const entry of openEvidence(options.evidence, options.intake)) {
    if (entry.kind === "item") items.push(entry.item);
    else damage.add(entry);
  }
  return items;
}

interface Pass {
  readonly items: readonly EvidenceItem[];
  readonly matcher: EventMatcher;
  readonly damage: DamageLog;
  readonly stage: ScanProgress["stage"];
}

async function pass(
  options: ScanOptions,
  run: Pass,
): Promise<{ readonly results: readonly ItemResult[]; readonly matches: MatchStore }> {
  const bytesKnown = run.items.reduce((sum, item) => sum + (item.sizeBytes ?? 0), 0);
  const matches = new MatchStore();
  const filters = new LiteralFilters(run.matcher);
  const results: ItemResult[] = [];
  const seen = new Map<string, number>();
  let bytesDone = 0;
  for (const item of run.items) {
    const context: ScanContext = {
      matcher: run.matcher,
      stage: run.stage,
      filters,
      matches,
      damage: run.damage,
      files: options.files,
      seen,
      fast: options.fast ?? true,
      signal: options.signal ?? null,
      onBytes: (itemBytes) => {
        report(options, run, {
          item: item.origin,
          itemsDone: results.length,
          bytesDone: bytesDone + itemBytes,
          bytesKnown,
        });
      },
    };
    if (run.stage === "reading") options.onItem?.(item);
    const result = await scanItem(item, context);
    results.push(result);
    bytesDone += result.sizeBytes;
    report(options, run, { item: item.origin, itemsDone: results.length, bytesDone, bytesKnown });
  }
  return { results, matches };
}

function report(
  options: ScanOptions,
  run: Pass,
  state: {
    readonly item: string;
    readonly itemsDone: number;
    readonly bytesDone: number;
    readonly bytesKnown: number;
  },
): void {
  options.onProgress?.({ stage: run.stage, itemsKnown: run.items.length, ...state });
}
