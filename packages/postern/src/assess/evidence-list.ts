import { formatUtcOrNull, least, most } from "../core/index.ts";
import type { Assessment, EvidenceEntry } from "../model/index.ts";
import { type ItemResult, type ScanResult } from "../scan/index.ts";
import type { ServerMap } from "./servers/resolve-servers.ts";

/** The list of evidence with what became of each item, in its fixed order. */
export function evidenceEntries(scan: ScanResult, servers: ServerMap): readonly EvidenceEntry[] {
  return scan.items.map((item) => ({
    sha256: item.sha256,
    path: item.path,
    origin: item.origin,
    sizeBytes: item.sizeBytes,
    modified: item.modified,
    artifact: item.artifact,
    server: serverNameOf(item, servers),
    records: item.records,
    damaged: item.damaged,
    first: formatUtcOrNull(
      item.tallies.reduce<number | null>((found, tally) => least(found, tally.firstMs), null),
    ),
    last: formatUtcOrNull(
      item.tallies.reduce<number | null>((found, tally) => most(found, tally.lastMs), null),
    ),
    state: item.state,
    note: item.note,
  }));
}

function serverNameOf(item: ItemResult, servers: ServerMap): string | null {
  const [tally] = [...item.tallies].sort((a, b) => b.records - a.records);
  return tally === undefined
    ? servers.ofItem(item.index, null).name
    : servers.of(tally.serverKey, item.index).name;
}

/** Damage by kind and item, the most frequent first; at most 200 rows. */
export function summarizeDamage(scan: ScanResult): Assessment["damage"] {
  const kinds = scan.damage.counts.map((counted) => ({
    code: counted.code,
    count: counted.count,
    lost: counted.example.lost,
    path: scan.items[counted.item]?.path ?? counted.example.note,
    note: counted.example.note,
  }));
  const sorted = kinds.toSorted((a, b) => b.count - a.count || (a.path < b.path ? -1 : 1));
  return { total: scan.damage.total, kinds: sorted.slice(0, 200) };
}
