import { MONTH_NAMES } from "../core/index.ts";
import type { UtcTime } from "../model/index.ts";

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?Z)?$/;
const HOUR_MS = 3_600_000;

interface IsoParts {
  readonly year: string;
  readonly month: string;
  readonly day: number;
  readonly clock: string | null;
}

function findParts(text: string): IsoParts | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const month = MONTH_NAMES[Number(match[2]) - 1];
  if (month === undefined) return null;
  const clock = match[4] === undefined ? null : `${match[4]}:${match[5] ?? "00"}`;
  return { year: match[1] ?? "", month, day: Number(match[3]), clock };
}

/** `3 March 2021` of a day or a time; text that is neither comes back as it is. */
export function readableDay(text: string): string {
  const parts = findParts(text);
  return parts === null ? text : `${parts.day} ${parts.month} ${parts.year}`;
}

/** `3 Mar` of a day, for axes. */
export function shortDay(text: string): string {
  const parts = findParts(text);
  return parts === null ? text : `${parts.day} ${parts.month.slice(0, 3)}`;
}

/** `3 March 2021, 09:12 UTC`; `time unknown` for null; text that is no time comes back as it is. */
export function readableTime(time: UtcTime | null): string {
  if (time === null) return "time unknown";
  const parts = findParts(time);
  if (parts === null) return time;
  return parts.clock === null ? readableDay(time) : `${readableDay(time)}, ${parts.clock} UTC`;
}

/** `3 March 2021, 09:12:05 UTC`: steps of a break-in lie seconds apart. */
export function preciseTime(time: UtcTime): string {
  const seconds = /T\d{2}:\d{2}(:\d{2})/.exec(time)?.[1] ?? "";
  return readableTime(time).replace(" UTC", `${seconds} UTC`);
}

/** `3 March 2021, 09:12 UTC to 4 March 2021, 10:00 UTC`; one time when both are the same minute. */
export function readableSpan(first: UtcTime | null, last: UtcTime | null): string {
  const from = readableTime(first);
  const to = readableTime(last);
  if (from === to || last === null) return from;
  return first === null ? `until ${to}` : `${from} to ${to}`;
}

/** The silence between two entries in words (`6 days`, `5 hours`); null below one hour or when either time is unknown. */
export function silenceBetween(earlier: UtcTime | null, later: UtcTime | null): string | null {
  if (earlier === null || later === null) return null;
  const hours = (Date.parse(later) - Date.parse(earlier)) / HOUR_MS;
  if (!(hours >= 1)) return null;
  const [count, unit] = hours < 48 ? [Math.floor(hours), "hour"] : [Math.floor(hours / 24), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
