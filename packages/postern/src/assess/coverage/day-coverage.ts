import type { DayState, Gap, UtcDay } from "../../model/index.ts";
import { dayOf, formatUtc } from "../../core/index.ts";
import type { SourceTotal } from "./merge-tallies.ts";
import { factsOf } from "./source-facts.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A dense source's silence from this many hours on is a gap: nights and weekends of a small school are quiet, but never for so long. */
const GAP_HOURS = 12;
/** A day with less than this share of the source's usual hours is thin. */
const THIN_SHARE = 0.35;
/** Longest span of days that is listed one by one: ten years. */
const MAX_DAYS = 3_660;

/** How one source covers each day of a span. */
export interface DayCoverage {
  readonly days: readonly { readonly day: UtcDay; readonly state: DayState; readonly records: number }[];
  readonly gaps: readonly Gap[];
}

/** Days from `firstMs` to `lastMs`, both included, as `YYYY-MM-DD`. */
export function daysBetween(firstMs: number, lastMs: number): readonly UtcDay[] {
  const days: UtcDay[] = [];
  for (let at = Math.floor(firstMs / DAY_MS) * DAY_MS; at <= lastMs && days.length < MAX_DAYS; at += DAY_MS)
    days.push(dayOf(at));
  return days;
}

/** Judges every day of the server's span for one source. */
export function coverDays(
  total: SourceTotal,
  span: { readonly firstMs: number; readonly lastMs: number },
): DayCoverage {
  const perDay = new Map<UtcDay, { records: number; hours: number }>();
  for (const [hour, records] of total.hours) {
    const day = dayOf(hour * HOUR_MS);
    const known = perDay.get(day) ?? { records: 0, hours: 0 };
    perDay.set(day, { records: known.records + records, hours: known.hours + 1 });
  }
  const facts = factsOf(total.source);
  const usualHours = median([...perDay.values()].map((day) => day.hours));
  const covered = facts.dense ? null : sparseDays(total, facts.silenceDays);
  const days = daysBetween(span.firstMs, span.lastMs).map((day) => {
    const found = perDay.get(day);
    const records = found?.records ?? 0;
    return { day, records, state: stateOf({ found, usualHours, isCovered: covered?.has(day) ?? false }) };
  });
  return { days, gaps: findGaps(total, facts.dense ? GAP_HOURS : facts.silenceDays * 24) };
}

function stateOf(day: {
  readonly found: { readonly records: number; readonly hours: number } | undefined;
  readonly usualHours: number;
  readonly isCovered: boolean;
}): DayState {
  if (day.found === undefined) return day.isCovered ? "present" : "missing";
  if (day.isCovered) return "present";
  return day.found.hours < day.usualHours * THIN_SHARE ? "thin" : "present";
}

/** Days between two records of a sparse source that lie close enough together. */
function sparseDays(total: SourceTotal, silenceDays: number): ReadonlySet<UtcDay> {
  const hours = [...total.hours.keys()].sort((a, b) => a - b);
  const days = new Set<UtcDay>();
  for (const [index, hour] of hours.entries()) {
    const next = hours[index + 1] ?? hour;
    days.add(dayOf(hour * HOUR_MS));
    if ((next - hour) / 24 > silenceDays + 1) continue;
    for (const day of daysBetween(hour * HOUR_MS, next * HOUR_MS)) days.add(day);
  }
  return days;
}

function findGaps(total: SourceTotal, maxSilenceHours: number): readonly Gap[] {
  const hours = [...total.hours.keys()].sort((a, b) => a - b);
  const gaps: Gap[] = [];
  for (const [index, hour] of hours.entries()) {
    const next = hours[index + 1];
    if (next === undefined || next - hour - 1 < Math.max(maxSilenceHours, 1)) continue;
    gaps.push({
      source: total.source,
      from: formatUtc((hour + 1) * HOUR_MS),
      to: formatUtc(next * HOUR_MS),
      note: `${factsOf(total.source).title}: no record for ${spanText(next - hour - 1)}`,
    });
  }
  return gaps;
}

function spanText(hours: number): string {
  return hours < 48 ? `${String(hours)} hours` : `${String(Math.floor(hours / 24))} days`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
