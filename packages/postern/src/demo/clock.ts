/** Milliseconds in a second, minute, hour and day. */
export const SECOND = 1000;
/** Milliseconds in a minute. */
export const MINUTE: number = 60 * SECOND;
/** Milliseconds in an hour. */
export const HOUR: number = 60 * MINUTE;
/** Milliseconds in a day. */
export const DAY: number = 24 * HOUR;

/** Milliseconds since 1970 of an ISO 8601 text; throws RangeError when it is no time. */
export function at(iso: string): number {
  const timeMs = Date.parse(iso);
  if (Number.isNaN(timeMs)) throw new RangeError(`not a time: ${iso}`);
  return timeMs;
}

/** `2021-03-03T10:15:23.456Z` */
export function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** `2021-03-03 10:15:23`, the first two IIS fields. */
export function iisStamp(timeMs: number): string {
  return iso(timeMs).slice(0, 19).replace("T", " ");
}

/** `20210303` */
export function compactDay(timeMs: number): string {
  return iso(timeMs).slice(0, 10).replaceAll("-", "");
}

/** Hour of the day in UTC, 0 to 23. */
export function hourOf(timeMs: number): number {
  return Math.floor((timeMs % DAY) / HOUR);
}

/** First millisecond of the UTC day. */
export function dayStart(timeMs: number): number {
  return timeMs - (timeMs % DAY);
}

/** True on Saturday and Sunday (UTC). */
export function isWeekend(timeMs: number): boolean {
  const weekday = new Date(timeMs).getUTCDay();
  return weekday === 0 || weekday === 6;
}

/** Two digits. */
export function pad2(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
