/** Records of a log that should stand between two others and do not. */
export interface RecordGap {
  /** Ids of the records around the gap, as the log numbers them. */
  readonly afterId: number;
  readonly beforeId: number;
  readonly missing: number;
  /** Times of writing of the records around it, milliseconds since 1970 UTC. */
  readonly afterMs: number;
  readonly beforeMs: number;
}

/** Watches the ids of one log, or of a part of it, in bounded memory. */
export interface RecordIds {
  add(id: number, writtenMs: number): void;
  seen(): IdsSeen;
}

/** Ids that follow each other without a hole. */
interface Run {
  readonly firstId: number;
  readonly firstMs: number;
  readonly lastId: number;
  readonly lastMs: number;
}

/** Which ids a part of a log holds. Plain data: workers send it. */
export interface IdsSeen {
  readonly runs: readonly Run[];
  /** True when there were more runs than are kept: nothing is told then. */
  readonly full: boolean;
}

/** A log with more breaks than this is no log any more; further ones are not told. */
const MAX_RUNS = 4_096;

/** Begins to watch. */
export function createRecordIds(): RecordIds {
  const runs: { -readonly [K in keyof Run]: Run[K] }[] = [];
  let full = false;
  return {
    add: (id, writtenMs) => {
      const last = runs.at(-1);
      if (last !== undefined && (id === last.lastId + 1 || id === last.lastId)) {
        last.lastId = id;
        last.lastMs = writtenMs;
      } else if (runs.length < MAX_RUNS) {
        runs.push({ firstId: id, firstMs: writtenMs, lastId: id, lastMs: writtenMs });
      } else full = true;
    },
    seen: () => ({ runs, full }),
  };
}

/** What is missing inside a log of which these are all parts; their order does not matter (a full log begins anew in the middle). In the order of ids. */
export function gapsIn(parts: readonly IdsSeen[]): readonly RecordGap[] {
  return parts.some(({ full }) => full) ? [] : gapsBetween(parts.flatMap(({ runs }) => runs));
}

function gapsBetween(runs: readonly Run[]): readonly RecordGap[] {
  const gaps: RecordGap[] = [];
  let before: Run | null = null;
  for (const run of [...runs].sort((a, b) => a.firstId - b.firstId || a.lastId - b.lastId)) {
    if (before !== null && run.firstId > before.lastId + 1)
      gaps.push({
        afterId: before.lastId,
        beforeId: run.firstId,
        missing: run.firstId - before.lastId - 1,
        afterMs: before.lastMs,
        beforeMs: run.firstMs,
      });
    if (before === null || run.lastId > before.lastId) before = run;
  }
  return gaps;
}
