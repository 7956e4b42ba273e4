import type { TimePart } from "../rule/search.ts";

/** Year, month, day, then perhaps hour and minute: ISO 8601 as most logs write it. What follows (seconds, zone) is left alone. */
const DATE =
  /^\s*(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?![0-9]))?(?![0-9])/;

/**
 * A part of a date as it is written: the specification asks for no conversion of zones or formats. Null when the text is no
 * date (`YYYY-MM-DD`, with `T` or a blank before the time), when the day is not in the calendar, or the part is not written.
 */
export function timePartOf(text: string, part: TimePart): number | null {
  const hit = DATE.exec(text);
  if (hit === null) return null;
  const [, year = "", month = "", day = "", hour, minute] = hit;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // The constructor reads years below 100 as 19xx: take them out with the days that no month has.
  if (date.getUTCFullYear() !== Number(year) || date.getUTCDate() !== Number(day)) return null;
  switch (part) {
    case "year":
      return Number(year);
    case "month":
      return Number(month);
    case "day":
      return Number(day);
    case "week":
      return isoWeekOf(date);
    case "hour":
      return hour === undefined ? null : Number(hour);
    case "minute":
      return minute === undefined ? null : Number(minute);
  }
}

/** ISO 8601 week: weeks begin on Monday, week 1 holds the first Thursday of the year. */
function isoWeekOf(date: Date): number {
  const dayMs = 86_400_000;
  const weekday = (date.getUTCDay() + 6) % 7;
  const thursday = date.getTime() + (3 - weekday) * dayMs;
  const yearStart = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return Math.floor((thursday - yearStart) / (7 * dayMs)) + 1;
}
