import { formatUtcOrNull, least, most } from "../../core/index.ts";
import { HYBRID_SIGNS_PACK } from "../../detect/index.ts";
import type { HybridFact } from "../../model/index.ts";
import type { ItemResult, MatchGroup, ScanResult } from "../../scan/index.ts";
import { chooseCited, citeEvent } from "../findings/citations.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";

/** The scan without records that only say something about hybrid organisations, and these. */
export function splitHybridSigns(scan: ScanResult): {
  readonly scan: ScanResult;
  readonly signs: readonly MatchGroup[];
} {
  const isSign = (group: MatchGroup): boolean => group.rule.pack === HYBRID_SIGNS_PACK;
  const signs = scan.matches.filter(isSign);
  return { scan: { ...scan, matches: scan.matches.filter((group) => !isSign(group)) }, signs };
}

/** A federation with any partner looks like this one. */
const WEAK = `${HYBRID_SIGNS_PACK}/federated-autodiscover`;

/** What the logs of one server say, one fact for each kind of sign. */
export function factsOfLogs(
  signs: readonly MatchGroup[],
  of: { readonly map: ServerMap; readonly server: string; readonly items: readonly ItemResult[] },
): readonly HybridFact[] {
  const own = signs.filter(
    (group) => of.map.of(group.serverKey, group.events[0]?.at.item ?? 0).id === of.server,
  );
  const ids = [...new Set(own.map((group) => group.rule.id))].sort();
  return ids.map((id) => {
    const groups = own.filter((group) => group.rule.id === id);
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    const events = chooseCited(groups.flatMap((group) => group.events));
    const firstMs = groups.reduce<number | null>((found, group) => least(found, group.firstMs), null);
    const lastMs = groups.reduce<number | null>((found, group) => most(found, group.lastMs), null);
    return {
      text: `${groups[0]?.rule.title ?? id}: ${count === 1 ? "1 record" : `${String(count)} records`}.`,
      strength: id === WEAK ? "weak" : "medium",
      firstSeen: formatUtcOrNull(firstMs),
      lastSeen: formatUtcOrNull(lastMs),
      citations: events.slice(0, 3).map((event) => citeEvent(event, of.items)),
    };
  });
}
