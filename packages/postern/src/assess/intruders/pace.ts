import type { Intruder } from "../../model/index.ts";

/** Requests of a script follow each other within this. */
const SCRIPT_GAP_S = 3;
const SCRIPT_GAPS = 4;
/** Between two commands a person reads and types. */
const HAND_GAP_S = { from: 8, to: 900 } as const;
const HAND_GAPS = 3;
/** Gaps that differ less than this share of their mean come from a timer. */
const REGULAR = 0.1;

/**
 * Whether requests at these times (ms, sorted) came from a script, from somebody at a keyboard, or both. Several records of one second are one
 * request in several logs.
 */
export function paceOf(timesMs: readonly number[]): Intruder["pace"] {
  const seconds = [...new Set(timesMs.map((time) => Math.floor(time / 1000)))].sort((a, b) => a - b);
  const gaps = seconds.slice(1).map((second, index) => second - (seconds[index] ?? second));
  const script = gaps.filter((gap) => gap <= SCRIPT_GAP_S).length >= SCRIPT_GAPS;
  const slow = gaps.filter((gap) => gap >= HAND_GAP_S.from && gap <= HAND_GAP_S.to);
  const hand = slow.length >= HAND_GAPS && !isRegular(slow);
  if (script && hand) return "both";
  if (script || (slow.length >= HAND_GAPS && isRegular(slow))) return "script";
  return hand ? "by-hand" : "unknown";
}

function isRegular(gaps: readonly number[]): boolean {
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return gaps.every((gap) => Math.abs(gap - mean) <= mean * REGULAR);
}

/** Fewer say nothing about habits. */
const MIN_MINUTES = 20;
const MIN_DAYS = 3;
/** A working day with overtime. */
const WINDOW_HOURS = 10;
const SHARE = 0.9;

/** The hours of the day (UTC) in which nine of ten of its minutes fall: a script that asks a hundred times in one minute counts once, when they are few and enough was seen; else null. */
export function hoursOf(timesMs: readonly number[]): string | null {
  const minutes = [...new Set(timesMs.map((time) => Math.floor(time / 60_000)))];
  const days = new Set(minutes.map((minute) => Math.floor(minute / 1440)));
  if (minutes.length < MIN_MINUTES || days.size < MIN_DAYS) return null;
  const counts = Array.from({ length: 24 }, () => 0);
  for (const minute of minutes) {
    const hour = Math.floor(minute / 60) % 24;
    counts[hour] = (counts[hour] ?? 0) + 1;
  }
  for (let length = 1; length <= WINDOW_HOURS; length++) {
    for (let from = 0; from < 24; from++) {
      const inside = Array.from({ length }, (_none, i) => counts[(from + i) % 24] ?? 0);
      if (inside.reduce((sum, count) => sum + count, 0) < minutes.length * SHARE) continue;
      return `mostly between ${clock(from)} and ${clock(from + length)} UTC`;
    }
  }
  return null;
}

function clock(hour: number): string {
  return `${String(hour % 24).padStart(2, "0")}:00`;
}
