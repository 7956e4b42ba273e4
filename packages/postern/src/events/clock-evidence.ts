import type { Event } from "../model/index.ts";
import { parseStatedTime } from "./windows-time.ts";

/** Zones differ by whole quarters of an hour. */
const QUARTER_MS = 900_000;
/** Two zone mistakes on top of each other stay below this (UTC-12 against UTC+14). */
const MAX_OFFSET_MS = 26 * 3_600_000;
/** Sysmon writes its inner time and the log's time within a second; a busy machine takes longer. */
const SYSMON_TOLERANCE_MS = 120_000;
/** A collector receives an event after it happened, within minutes. */
const COLLECTOR_LAG_MS = 300_000;
const HOUR_MS = 3_600_000;

/** What an event says about the clock of its export: by how much its stated time is ahead of UTC. */
export interface ClockSign {
  readonly basis: "sysmon" | "defender" | "collector";
  /** Stated time minus true time, a multiple of QUARTER_MS. */
  readonly offsetMs: number;
}

/**
 * Compares an event's stated time with the UTC time inside it: Sysmon's `UtcTime`, Defender's `Detection Time` (1116), or, weaker,
 * the time at which a collector received it (`@timestamp` beside a time without a zone).
 * @returns null when the event holds no second time, or one that differs by no whole quarter of an hour.
 */
export function findClockSign(event: Event): ClockSign | null {
  if (event.timeMs === null) return null;
  const { fields } = event;
  if (fields["UtcTime"] !== undefined) {
    return toSign("sysmon", { statedMs: event.timeMs, inner: fields["UtcTime"], early: SYSMON_TOLERANCE_MS });
  }
  const detected = fields["Detection Time"];
  if (detected !== undefined && event.ecs["event.code"] === "1116") {
    return toSign("defender", { statedMs: event.timeMs, inner: detected, early: SYSMON_TOLERANCE_MS });
  }
  const received = fields["@timestamp"];
  const zoneless = event.repairs.some((repair) => repair.startsWith("time without a zone"));
  if (received === undefined || !zoneless || !/Z|[+-]\d\d:?\d\d$/.test(received)) return null;
  return toSign("collector", {
    statedMs: event.timeMs,
    inner: received,
    early: 5_000,
    late: COLLECTOR_LAG_MS,
  });
}

interface Comparison {
  readonly statedMs: number;
  readonly inner: string;
  /** How far the stated time may lie after the inner one, the offset taken away. */
  readonly early: number;
  /** How far it may lie before it; as `early` when not given. */
  readonly late?: number;
}

function toSign(
  basis: ClockSign["basis"],
  { statedMs, inner, early, late = early }: Comparison,
): ClockSign | null {
  const innerMs = parseStatedTime(inner)?.timeMs;
  if (innerMs === undefined) return null;
  const difference = statedMs - innerMs;
  // The middle of the allowed span decides which quarter is meant, so that a lag of minutes does not tip it over.
  const offsetMs = Math.round((difference + (late - early) / 2) / QUARTER_MS) * QUARTER_MS;
  const rest = difference - offsetMs;
  if (rest > early || rest < -late || Math.abs(offsetMs) > MAX_OFFSET_MS) return null;
  return { basis, offsetMs: offsetMs === 0 ? 0 : offsetMs };
}

/** Records of one offset within a span of stated time. */
export interface ClockBucket {
  readonly offsetMs: number;
  readonly records: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** What is known of one computer of one item (or of all computers of it), by basis. */
export interface ClockSeries {
  /** Width of a bucket in milliseconds. */
  readonly widthMs: number;
  /** Bucket number, then offset. */
  readonly buckets: ReadonlyMap<number, ReadonlyMap<number, ClockBucket>>;
}

/** Collects what events say about clocks, in bounded memory and independent of their order. */
export interface ClockEvidence {
  /** Looks at one event; events without a second time cost next to nothing. */
  add(event: Event): void;
  /**
   * What is known of a computer's records in an item.
   * @param server null for records that name no computer; undefined for all computers of the item together
   */
  find(item: number, server: string | null | undefined, basis: ClockSign["basis"]): ClockSeries | null;
}

/** Bounds of a collector. */
export interface ClockLimits {
  /** Most spans a computer; beyond it the spans get twice as wide. Default 4096 (half a year of hours). */
  readonly maxBuckets?: number;
  /** Most computers and items together; later ones are not judged by themselves. Default 4096. */
  readonly maxSeries?: number;
}

interface MutableSeries {
  widthMs: number;
  buckets: Map<number, Map<number, ClockBucket>>;
}

/** Makes an empty collector. */
export function createClockEvidence(limits: ClockLimits = {}): ClockEvidence {
  const maxBuckets = limits.maxBuckets ?? 4096;
  const maxSeries = limits.maxSeries ?? 4096;
  const all = new Map<string, MutableSeries>();
  const seriesOf = (key: string): MutableSeries | null => {
    const present = all.get(key);
    if (present !== undefined || all.size >= maxSeries) return present ?? null;
    const fresh: MutableSeries = { widthMs: HOUR_MS, buckets: new Map() };
    all.set(key, fresh);
    return fresh;
  };
  return {
    add: (event) => {
      const sign = findClockSign(event);
      if (sign === null || event.timeMs === null) return;
      for (const server of [event.server, undefined]) {
        const series = seriesOf(keyOf(event.at.item, server, sign.basis));
        if (series !== null) addSign(series, event.timeMs, { offsetMs: sign.offsetMs, maxBuckets });
      }
    },
    find: (item, server, basis) => all.get(keyOf(item, server, basis)) ?? null,
  };
}

function keyOf(item: number, server: string | null | undefined, basis: string): string {
  return JSON.stringify([item, basis, server === undefined ? 0 : server]);
}

function addSign(
  series: MutableSeries,
  statedMs: number,
  sign: { readonly offsetMs: number; readonly maxBuckets: number },
): void {
  const one = { offsetMs: sign.offsetMs, records: 1, firstMs: statedMs, lastMs: statedMs };
  mergeInto(series.buckets, Math.floor(statedMs / series.widthMs), one);
  while (series.buckets.size > sign.maxBuckets) widen(series);
}

function mergeInto(buckets: Map<number, Map<number, ClockBucket>>, number: number, added: ClockBucket): void {
  const bucket = buckets.get(number) ?? new Map<number, ClockBucket>();
  buckets.set(number, bucket);
  const present = bucket.get(added.offsetMs);
  bucket.set(added.offsetMs, {
    offsetMs: added.offsetMs,
    records: added.records + (present?.records ?? 0),
    firstMs: Math.min(added.firstMs, present?.firstMs ?? added.firstMs),
    lastMs: Math.max(added.lastMs, present?.lastMs ?? added.lastMs),
  });
}

function widen(series: MutableSeries): void {
  const wider = new Map<number, Map<number, ClockBucket>>();
  for (const [number, offsets] of series.buckets) {
    for (const bucket of offsets.values()) mergeInto(wider, Math.floor(number / 2), bucket);
  }
  series.widthMs *= 2;
  series.buckets = wider;
}
