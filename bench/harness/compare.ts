import { median } from "./median.ts";
import { runProcess, type ProcessRun, type Program } from "./run-process.ts";

/** Something to time: its programs run one after the other and count together. */
export interface Contestant {
  readonly name: string;
  readonly programs: readonly Program[];
}

/** What a contestant needed. */
export interface Result {
  readonly name: string;
  readonly seconds: { readonly least: number; readonly median: number; readonly most: number };
  readonly peakBytes: number | null;
  /** Median over the rounds of this contestant's time divided by the first contestant's in the same round. */
  readonly timesFirst: number;
}

/**
 * Times contestants in turn, round by round, so that a machine that speeds up or slows down does so for all of them. One round that
 * does not count comes first, to warm the caches. The first contestant is the one that the others are compared with.
 */
export async function compare(
  contestants: readonly Contestant[],
  rounds: number,
  say: (line: string) => void,
): Promise<readonly Result[]> {
  const runs: ProcessRun[][] = contestants.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, contestant] of contestants.entries()) {
      const run = await runAll(contestant);
      say(`round ${String(round)} of ${String(rounds)}: ${contestant.name} ${run.seconds.toFixed(2)} s`);
      if (round > 0) runs[index]?.push(run);
    }
  }
  const first = runs[0] ?? [];
  return contestants.map((contestant, index) => toResult(contestant.name, runs[index] ?? [], first));
}

async function runAll(contestant: Contestant): Promise<ProcessRun> {
  let seconds = 0;
  let peakBytes: number | null = null;
  for (const program of contestant.programs) {
    const run = await runProcess(program);
    seconds += run.seconds;
    if (run.peakBytes !== null) peakBytes = Math.max(peakBytes ?? 0, run.peakBytes);
  }
  return { seconds, peakBytes };
}

function toResult(name: string, runs: readonly ProcessRun[], first: readonly ProcessRun[]): Result {
  const seconds = runs.map((run) => run.seconds);
  const peaks = runs.flatMap((run) => (run.peakBytes === null ? [] : [run.peakBytes]));
  return {
    name,
    seconds: { least: Math.min(...seconds), median: median(seconds), most: Math.max(...seconds) },
    peakBytes: peaks.length === 0 ? null : Math.max(...peaks),
    timesFirst: median(runs.map((run, round) => run.seconds / (first[round]?.seconds ?? NaN))),
  };
}
