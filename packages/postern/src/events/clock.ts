import type { Event } from "../model/index.ts";
import { findClockSign } from "./clock-evidence.ts";
import type { ClockBucket, ClockEvidence, ClockSeries, ClockSign } from "./clock-evidence.ts";

/** A span of stated time in which an export's clock is ahead of UTC by a fixed amount. */
export interface ClockRange {
  /** Stated time, inclusive; -Infinity for the first range. */
  readonly fromMs: number;
  /** Stated time, exclusive; Infinity for the last range. */
  readonly toMs: number;
  /** To be taken away from the stated time; 0 where it is right. */
  readonly offsetMs: number;
  /** Records that prove it. */
  readonly records: number;
}

/** How the times of a computer's records in an item have to be corrected. */
export interface ClockOffset {
  /** The offset that most of the records prove, in milliseconds: stated time minus UTC. */
  readonly offsetMs: number;
  /** Records that the answer rests on. */
  readonly basis: number;
  readonly kind: ClockSign["basis"];
  /** In order of time, without holes. */
  readonly ranges: readonly ClockRange[];
  /** One plain sentence for the report. */
  readonly text: string;
}

/** Fewer records prove nothing, be they ever so much of one mind. */
const MIN_RECORDS: Readonly<Record<ClockSign["basis"], number>> = { sysmon: 3, defender: 3, collector: 10 };
/** Records are not written strictly in the order of their times. */
const OVERLAP_MS = 30_000;
/** This share of the records must fit the ranges, else the clock is not stable and nothing is corrected. */
const MIN_SHARE = 0.9;

/**
 * Finds by how much the stated times of a computer's records in an item differ from UTC. The computer's own records decide; where it
 * has none the other computers of the same item do, if they all agree. Changes within the file (summer time) give several ranges.
 * @returns null when the times are right, or when nothing shows that they are wrong.
 */
export function findClockOffset(
  evidence: ClockEvidence,
  of: { readonly item: number; readonly server: string | null },
): ClockOffset | null {
  for (const server of [of.server, undefined]) {
    for (const kind of ["sysmon", "defender", "collector"] as const) {
      const series = evidence.find(of.item, server, kind);
      const found = series === null ? null : judge(series, kind, server === undefined);
      if (found === "right") return null;
      if (found !== null) return found;
    }
  }
  return null;
}

function judge(
  series: ClockSeries,
  kind: ClockSign["basis"],
  borrowed: boolean,
): ClockOffset | "right" | null {
  const spans = toSpans(series);
  const runs = toRuns(spans, MIN_RECORDS[kind]);
  const { total, fitting } = countRecords(spans, runs);
  if (runs.length === 0 || fitting < total * MIN_SHARE) return null;
  if (!followEachOther(runs) || (borrowed && runs.length > 1)) return null;
  if (runs.every((run) => run.offsetMs === 0)) return "right";
  const ranges = toRanges(runs);
  const offsetMs = runs.reduce((best, run) => (run.records > best.records ? run : best)).offsetMs;
  return {
    offsetMs,
    basis: fitting,
    kind,
    ranges,
    text: describe(ranges, { kind, records: fitting, borrowed }),
  };
}

/** A span of stated time: the offset that most of its records prove, and all that were met. */
interface Span {
  readonly leader: ClockBucket;
  readonly all: readonly ClockBucket[];
}

function toSpans(series: ClockSeries): readonly Span[] {
  const numbers = [...series.buckets.keys()].sort((a, b) => a - b);
  return numbers.flatMap((number) => {
    const all = [...(series.buckets.get(number)?.values() ?? [])];
    const first = leader(all);
    return first === null ? [] : [{ leader: first, all }];
  });
}

/** Records in all, and those that the runs explain: also the fewer ones of a span where the clock was put back, as the next span does. */
function countRecords(
  spans: readonly Span[],
  runs: readonly ClockBucket[],
): { readonly total: number; readonly fitting: number } {
  const offsets = new Set(runs.map((run) => run.offsetMs));
  let total = 0;
  let fitting = 0;
  for (const [index, span] of spans.entries()) {
    const near = [span.leader, spans[index - 1]?.leader, spans[index + 1]?.leader].map(
      (bucket) => bucket?.offsetMs,
    );
    for (const bucket of span.all) {
      total += bucket.records;
      if (offsets.has(bucket.offsetMs) && near.includes(bucket.offsetMs)) fitting += bucket.records;
    }
  }
  return { total, fitting };
}

/** Runs of one offset in order of stated time; those with too few records are left out and so may count against the answer. */
function toRuns(spans: readonly Span[], minRecords: number): readonly ClockBucket[] {
  return mergeRuns(mergeRuns(spans.map((span) => span.leader)).filter((run) => run.records >= minRecords));
}

/** A clock that was set differently goes on from there in true time; two clocks mixed in one file overlap. */
function followEachOther(runs: readonly ClockBucket[]): boolean {
  return runs.every((run, index) => {
    const before = runs[index - 1];
    return before === undefined || before.lastMs - before.offsetMs <= run.firstMs - run.offsetMs + OVERLAP_MS;
  });
}

/** The offset with the most records of a span; of equals the smaller one, so that the answer does not depend on order. */
function leader(buckets: readonly ClockBucket[]): ClockBucket | null {
  return buckets.reduce<ClockBucket | null>((best, bucket) => {
    if (best === null || bucket.records > best.records) return bucket;
    return bucket.records === best.records && bucket.offsetMs < best.offsetMs ? bucket : best;
  }, null);
}

function mergeRuns(buckets: readonly ClockBucket[]): readonly ClockBucket[] {
  const runs: ClockBucket[] = [];
  for (const bucket of buckets) {
    const last = runs.at(-1);
    if (last?.offsetMs !== bucket.offsetMs) runs.push(bucket);
    else runs[runs.length - 1] = { ...last, records: last.records + bucket.records, lastMs: bucket.lastMs };
  }
  return runs;
}

/** Ranges meet where the later one's first proof stands: nothing is known of the time between two proofs. */
function toRanges(runs: readonly ClockBucket[]): readonly ClockRange[] {
  return runs.map((run, index) => ({
    fromMs: index === 0 ? -Infinity : run.firstMs,
    toMs: runs[index + 1]?.firstMs ?? Infinity,
    offsetMs: run.offsetMs,
    records: run.records,
  }));
}

/**
 * The event with its time corrected. A record of Sysmon is corrected by its own inner time, which also settles the hour that summer
 * time repeats; every other one by the range it falls in.
 */
export function correctClock(event: Event, offset: ClockOffset): Event {
  if (event.timeMs === null) return event;
  const stated = event.timeMs;
  const own = findClockSign(event);
  const fits =
    own !== null &&
    own.basis === offset.kind &&
    offset.ranges.some((range) => range.offsetMs === own.offsetMs);
  const range = offset.ranges.find(({ fromMs, toMs }) => stated >= fromMs && stated < toMs);
  const offsetMs = fits ? own.offsetMs : (range?.offsetMs ?? 0);
  if (offsetMs === 0) return event;
  return {
    ...event,
    timeMs: stated - offsetMs,
    repairs: [
      ...event.repairs,
      `time corrected by ${describeOffset(-offsetMs)}: the export's clock is not UTC`,
    ],
  };
}

const REASONS: Readonly<Record<ClockSign["basis"], string>> = {
  sysmon: "records of Sysmon hold the true time",
  defender: "records of Defender hold the true time",
  collector: "records also name the time at which they were collected",
};

function describe(
  ranges: readonly ClockRange[],
  proof: { readonly kind: ClockSign["basis"]; readonly records: number; readonly borrowed: boolean },
): string {
  const parts = ranges.map((range) => {
    const state = range.offsetMs === 0 ? "are right" : `are ${describeAhead(range.offsetMs)} UTC`;
    return ranges.length === 1 ? state : `${state} ${describeSpan(range)}`;
  });
  const whose = proof.borrowed ? "of other computers in the same file " : "";
  return (
    `The times in this export ${parts.join(", and ")}: ${String(proof.records)} ${REASONS[proof.kind]} ${whose}`.trimEnd() +
    "; Postern has corrected the times of all its records."
  );
}

function describeSpan(range: ClockRange): string {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
  if (range.fromMs === -Infinity) return `up to ${day(range.toMs)} (as stated)`;
  if (range.toMs === Infinity) return `from ${day(range.fromMs)} (as stated)`;
  return `from ${day(range.fromMs)} to ${day(range.toMs)} (as stated)`;
}

function describeAhead(offsetMs: number): string {
  return `${describeAmount(offsetMs)} ${offsetMs < 0 ? "behind" : "ahead of"}`;
}

function describeOffset(offsetMs: number): string {
  return `${offsetMs < 0 ? "-" : "+"}${describeAmount(offsetMs)}`;
}

function describeAmount(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / 60_000;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (rest === 0) return `${String(hours)} h`;
  return hours === 0 ? `${String(rest)} min` : `${String(hours)} h ${String(rest)} min`;
}
