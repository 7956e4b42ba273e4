import { least, most } from "../../core/index.ts";
import type { ItemResult, SourceTally } from "../../scan/index.ts";

import type { Server, ServerMap } from "../servers/resolve-servers.ts";

/** All records of one source of one server. */
export interface SourceTotal {
  readonly source: string;
  readonly items: number;
  readonly records: number;
  readonly damaged: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** Hour since 1970 UTC -> records. */
  readonly hours: ReadonlyMap<number, number>;
}

interface Growing {
  items: number;
  damaged: number;
  records: number;
  firstMs: number | null;
  lastMs: number | null;
  readonly hours: Map<number, number>;
}

/**
 * Adds up the tallies of each server's items by source. Copies of one log (live disk, shadow copy, backup) are the same
 * file name of the same source: of them the larger count of each hour counts, not the sum.
 */
export function mergeTallies(
  items: readonly ItemResult[],
  map: ServerMap,
  server: Server,
): ReadonlyMap<string, SourceTotal> {
  const byLog = new Map<
    string,
    { readonly source: string; readonly copies: { readonly item: ItemResult; readonly tally: SourceTally }[] }
  >();
  for (const item of items) {
    for (const tally of item.tallies) {
      if (map.of(tally.serverKey, item.index).id !== server.id) continue;
      const key = `${tally.source}\n${logName(item)}`;
      const log = byLog.get(key) ?? { source: tally.source, copies: [] };
      log.copies.push({ item, tally });
      byLog.set(key, log);
    }
  }
  const totals = new Map<string, Growing>();
  for (const { source, copies } of byLog.values()) addLog(totals, source, copies);
  return new Map(
    [...totals.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([source, total]) => [source, { source, ...total }]),
  );
}

/** Live file and copies share their name; items without a rolling name (exports, tables) are told apart by their path. */
function logName(item: ItemResult): string {
  return /\d{6,10}(-\d+)?\.(log|txt)$/iu.test(item.name) ? item.name.toLowerCase() : item.origin;
}

function addLog(
  totals: Map<string, Growing>,
  source: string,
  copies: readonly { readonly item: ItemResult; readonly tally: SourceTally }[],
): void {
  const total = totals.get(source) ?? {
    items: 0,
    damaged: 0,
    records: 0,
    firstMs: null,
    lastMs: null,
    hours: new Map<number, number>(),
  };
  totals.set(source, total);
  const hours = new Map<number, number>();
  let largestCopy = 0;
  // Rows of one item may name several addresses of the server: these add up; only copies of the item do not.
  for (const [item, tallies] of byItem(copies)) {
    const own = new Map<number, number>();
    for (const tally of tallies) {
      total.firstMs = least(total.firstMs, tally.firstMs);
      total.lastMs = most(total.lastMs, tally.lastMs);
      for (const [hour, records] of tally.hours) own.set(hour, (own.get(hour) ?? 0) + records);
    }
    total.items++;
    total.damaged += item.damaged;
    for (const [hour, records] of own) hours.set(hour, Math.max(hours.get(hour) ?? 0, records));
    largestCopy = Math.max(
      largestCopy,
      tallies.reduce((sum, tally) => sum + tally.records, 0),
    );
  }
  total.records += largestCopy;
  for (const [hour, records] of hours) total.hours.set(hour, (total.hours.get(hour) ?? 0) + records);
}

function byItem(
  copies: readonly { readonly item: ItemResult; readonly tally: SourceTally }[],
): ReadonlyMap<ItemResult, readonly SourceTally[]> {
  const tallies = new Map<ItemResult, SourceTally[]>();
  for (const { item, tally } of copies) tallies.set(item, [...(tallies.get(item) ?? []), tally]);
  return tallies;
}
