import type { Finding } from "../../model/index.ts";
import { atLeast } from "../../model/index.ts";
import type { Act } from "./acts.ts";
import { pagesOf } from "./pages.ts";

/** What an intruder did, as far as addresses show. */
export interface Doer {
  readonly addresses: ReadonlySet<string>;
  readonly acts: readonly Act[];
}

/** A finding that belongs to an intruder, and why when no address says so. */
export interface Assigned {
  readonly finding: Finding;
  readonly why: string | null;
}

/** A record without an address belongs to whoever was at work within this time, if that was one only. */
const SAME_MOMENT_MS = 60_000;

/**
 * Gives the findings to the intruders (by index): by their addresses; those without any by the back door that they are about, then by the moment.
 * What fits several or none is given to nobody.
 */
export function assignFindings(
  findings: readonly Finding[],
  doers: readonly Doer[],
): readonly (readonly Assigned[])[] {
  const lists: Assigned[][] = doers.map(() => []);
  const pages = doers.map(({ acts }) => new Set(acts.flatMap((act) => act.page ?? [])));
  for (const finding of findings) {
    const addresses = finding.entities.addresses ?? [];
    if (addresses.length > 0) {
      doers.forEach((doer, i) => {
        if (addresses.some((address) => doer.addresses.has(address))) lists[i]?.push({ finding, why: null });
      });
      continue;
    }
    const owner = byPage(finding, doers, pages) ?? byMoment(finding, doers);
    if (owner !== null) lists[owner.index]?.push({ finding, why: owner.why });
  }
  return lists;
}

interface Owner {
  readonly index: number;
  readonly why: string;
}

function byPage(
  finding: Finding,
  doers: readonly Doer[],
  pages: readonly ReadonlySet<string>[],
): Owner | null {
  for (const page of pagesOf(finding)) {
    const users = pages.flatMap((known, index) => (known.has(page) ? [index] : []));
    const first = users.sort((a, b) => firstUse(doers[a], page) - firstUse(doers[b], page))[0];
    if (first === undefined) continue;
    const whose = users.length === 1 ? "only it" : "it was the first that";
    return { index: first, why: `${finding.id} has no address; ${whose} used the back door (${page}).` };
  }
  return null;
}

function firstUse(doer: Doer | undefined, page: string): number {
  return doer?.acts.find((act) => act.page === page)?.timeMs ?? Infinity;
}

function byMoment(finding: Finding, doers: readonly Doer[]): Owner | null {
  if (finding.firstSeen === null || !atLeast(finding.rung, "L1")) return null;
  const at = Date.parse(finding.firstSeen);
  const near = doers.flatMap(({ acts }, index) =>
    acts.some((act) => isNear(act, at, finding.server)) ? [index] : [],
  );
  const [only] = near;
  if (only === undefined || near.length > 1) return null;
  return { index: only, why: `${finding.id} has no address; only it was at work in that minute.` };
}

function isNear(act: Act, at: number, server: string): boolean {
  return (
    act.timeMs !== null &&
    act.server === server &&
    atLeast(act.rung, "L1") &&
    Math.abs(act.timeMs - at) <= SAME_MOMENT_MS
  );
}
