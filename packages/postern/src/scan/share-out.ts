/** Something to be read, by one reader unless it is shared. */
export interface Load {
  readonly sizeBytes: number;
  readonly mayBeShared: boolean;
}

/** To end later than this, as a part of the best time, is worth reading something twice. */
const TOLERATED = 0.05;

/**
 * Chooses what several readers share so that all end at about the same time, as little as possible. They take the largest first; as long as one of them would
 * end late, the smallest of what he has is shared.
 */
export function chooseShared<L extends Load>(loads: readonly L[], readers: number): ReadonlySet<L> {
  const best = sumOf(loads) / readers;
  const shared = new Set<L>();
  const bySize = [...loads].sort((a, b) => b.sizeBytes - a.sizeBytes);
  for (;;) {
    const last = lastToEnd(
      bySize.filter((load) => !shared.has(load)),
      readers,
    );
    const smallest = last.findLast(({ mayBeShared }) => mayBeShared);
    if (smallest === undefined || sumOf(last) <= best * (1 + TOLERATED)) return shared;
    shared.add(smallest);
  }
}

/** What the reader has who ends last. */
function lastToEnd<L extends Load>(bySize: readonly L[], readers: number): readonly L[] {
  const desks = Array.from({ length: readers }, (): { readonly loads: L[]; sizeBytes: number } => ({
    loads: [],
    sizeBytes: 0,
  }));
  for (const load of bySize) {
    const free = desks.reduce((a, b) => (b.sizeBytes < a.sizeBytes ? b : a));
    free.loads.push(load);
    free.sizeBytes += load.sizeBytes;
  }
  return desks.reduce((a, b) => (b.sizeBytes > a.sizeBytes ? b : a)).loads;
}

function sumOf(loads: readonly Load[]): number {
  return loads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
