import { GUESSED_ORDER, parseLocalDate, type DayOrder } from "./local-date.ts";

/** A point in time as an export states it. */
export interface StatedTime {
  /** Milliseconds since 1970, as if the text were UTC where it names no zone. */
  readonly timeMs: number;
  /** What had to be assumed; empty for a time with its zone. */
  readonly repairs: readonly string[];
}

const NO_ZONE = "time without a zone, taken as UTC";
/** 1601-01-01 in milliseconds before 1970: the start of FILETIME. */
const FILETIME_EPOCH_MS = 11_644_473_600_000;

/**
 * Reads a time in any form that exports of Windows events use: ISO 8601 (also with a blank and without a zone), `/Date(ms)/`, seconds or
 * milliseconds since 1970 or FILETIME as a number, and local dates as PowerShell and the event viewer write them (see local-date.ts).
 * @param order what the rest of the file shows about day and month
 * @returns null when it is no time
 */
export function parseStatedTime(text: string, order: DayOrder | null = null): StatedTime | null {
  const trimmed = text.trim();
  return parseIso(trimmed) ?? parseDotNet(trimmed) ?? parseNumber(trimmed) ?? parseCulture(trimmed, order);
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s?(Z|UTC|[+-]\d{2}:?\d{2})?$/i;

function parseIso(text: string): StatedTime | null {
  const found = ISO.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second, fraction = "", zone] = found;
  const base = utcMs([year, month, day, hour, minute, second].map(Number));
  if (base === null) return null;
  const ms = base + Number(fraction.slice(0, 3).padEnd(3, "0"));
  if (zone === undefined) return { timeMs: ms, repairs: [NO_ZONE] };
  return { timeMs: ms - zoneMs(zone), repairs: [] };
}

function zoneMs(zone: string): number {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (found === null) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return (found[1] === "-" ? -minutes : minutes) * 60_000;
}

/** Windows PowerShell 5.1 (JavaScriptSerializer): always UTC, an offset behind the number only informs. */
function parseDotNet(text: string): StatedTime | null {
  const found = /^\\?\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\\?\/$/.exec(text);
  return found === null ? null : { timeMs: Number(found[1]), repairs: [] };
}

function parseNumber(text: string): StatedTime | null {
  if (!/^\d{9,18}(?:\.\d{1,9})?$/.test(text)) return null;
  const value = Number(text);
  if (value < 1e11) return { timeMs: Math.round(value * 1000), repairs: [] };
  if (value < 1e14) return { timeMs: Math.round(value), repairs: [] };
  if (value < 1e17) return { timeMs: Math.round(value / 1000), repairs: [] };
  return { timeMs: Math.round(value / 10_000) - FILETIME_EPOCH_MS, repairs: [] };
}

function parseCulture(text: string, order: DayOrder | null): StatedTime | null {
  const date = parseLocalDate(text, order);
  if (date === null) return null;
  return { timeMs: date.timeMs, repairs: date.guessed ? [NO_ZONE, GUESSED_ORDER] : [NO_ZONE] };
}

function utcMs(parts: readonly (number | undefined)[]): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  if (year < 1601 || month < 1 || month > 12 || day < 1 || day > 31) return null;
  if (hour > 23 || minute > 59 || second > 60) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
