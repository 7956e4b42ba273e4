const HOUR_MS = 3_600_000;

/** Formats milliseconds since 1970 as ISO 8601 UTC with milliseconds. @throws RangeError outside the range of `Date`. */
export function formatUtc(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** As {@link formatUtc}, null for null. */
export function formatUtcOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : formatUtc(timeMs);
}

/** The UTC day `YYYY-MM-DD` of a time. */
export function dayOf(timeMs: number): string {
  return formatUtc(timeMs).slice(0, 10);
}

/** Hours since 1970 UTC, rounded down. */
export function hourOf(timeMs: number): number {
  return Math.floor(timeMs / HOUR_MS);
}

/** First and last plausible year of a mail server's records; a time outside is a broken clock or a broken line. */
export const PLAUSIBLE_YEARS: readonly [number, number] = [1995, 2100];

const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})?$/u;

/**
 * Reads `2021-03-03T09:12:13.456Z`, with a blank for the T, any number of decimals, an offset, or no zone (then `zoned` is false and UTC is assumed).
 * @returns null when the text is not such a time or names a day or hour that does not exist.
 */
export function parseIsoTime(text: string): { readonly timeMs: number; readonly zoned: boolean } | null {
  const m = ISO.exec(text.trim());
  if (m === null) return null;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "", fraction = "", zone] = m;
  const timeMs = utcFromParts([+year, +month, +day, +hour, +minute, +second]);
  if (timeMs === null) return null;
  const ms = timeMs + Math.trunc(Number(`0.${fraction || "0"}`) * 1000);
  return { timeMs: ms - zoneOffsetMs(zone), zoned: zone !== undefined };
}

function zoneOffsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const sign = zone.startsWith("-") ? -1 : 1;
  const digits = zone.replace(":", "");
  return sign * (Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5))) * 60_000;
}

/** Milliseconds of a UTC date and time given as [year, month 1-12, day, hour, minute, second]; null when no such moment exists. */
export function utcFromParts(
  parts: readonly [number, number, number, number, number, number],
): number | null {
  const [year, month, day, hour, minute, second] = parts;
  if (year < PLAUSIBLE_YEARS[0] || year > PLAUSIBLE_YEARS[1] || month < 1 || month > 12 || day < 1)
    return null;
  if (hour > 23 || minute > 59 || second > 60) return null; // 60: leap second
  const timeMs = Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(timeMs).getUTCDate() === day || second === 60 ? timeMs : null;
}

/** English month names, January first. */
export const MONTH_NAMES = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** The UTC day of a time or day as people write it: `3 March 2021`. Gives the text back when it is no such time. */
export function longDay(time: string): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})/u.exec(time);
  const month = MONTH_NAMES[Number(found?.[2] ?? 0) - 1];
  return found === null || month === undefined
    ? time
    : `${String(Number(found[3]))} ${month} ${found[1] ?? ""}`;
}
