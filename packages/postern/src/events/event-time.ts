import { parseIsoTime, PLAUSIBLE_YEARS, utcFromParts } from "../core/index.ts";
import { GUESSED_ORDER, parseLocalDate, type DayOrder } from "./local-date.ts";

/** A time read from text. `note` says what had to be assumed, empty when nothing. */
export interface EventTime {
  readonly timeMs: number;
  readonly note: string;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const NCSA = /^(\d{2})\/([A-Za-z]{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/u;
const NO_ZONE = "time without a zone, read as UTC";

/**
 * Reads a time as logs, spreadsheets and SIEMs write it: ISO 8601, dates of a culture (see local-date.ts), `03/Mar/2021:10:15:23 +0100`,
 * seconds or milliseconds since 1970.
 * @param order what the rest of the file shows about day and month
 * @returns null when the text is no time.
 */
export function parseEventTime(text: string, order: DayOrder | null = null): EventTime | null {
  const value = text.trim().replace(/^"|"$/gu, "");
  const iso = parseIsoTime(value);
  if (iso !== null) return { timeMs: iso.timeMs, note: iso.zoned ? "" : NO_ZONE };
  return parseNcsa(value) ?? parseCulture(value, order) ?? parseEpoch(value);
}

/** True for the note of a time without zone: native logs are UTC by definition, so they drop it. */
export function isZoneNote(note: string): boolean {
  return note === NO_ZONE;
}

function parseCulture(text: string, order: DayOrder | null): EventTime | null {
  const date = parseLocalDate(text, order);
  if (date === null) return null;
  return { timeMs: date.timeMs, note: date.guessed ? `${NO_ZONE}; ${GUESSED_ORDER}` : NO_ZONE };
}

function parseNcsa(text: string): EventTime | null {
  const m = NCSA.exec(text);
  if (m === null) return null;
  const month = MONTHS.indexOf((m[2] ?? "").toLowerCase()) + 1;
  const local = utcFromParts([num(m[3]), month, num(m[1]), num(m[4]), num(m[5]), num(m[6])]);
  if (local === null) return null;
  const offset = (num(m[8]) * 60 + num(m[9])) * 60_000;
  return { timeMs: m[7] === "-" ? local + offset : local - offset, note: "" };
}

/** Seconds or milliseconds since 1970, told apart by which gives a plausible year. */
function parseEpoch(text: string): EventTime | null {
  if (!/^\d{9,13}(\.\d+)?$/u.test(text)) return null;
  const value = Number(text);
  for (const timeMs of [Math.round(value * 1000), Math.round(value)]) {
    const year = timeMs < 8.64e15 ? new Date(timeMs).getUTCFullYear() : 0;
    if (year >= PLAUSIBLE_YEARS[0] && year <= PLAUSIBLE_YEARS[1]) return { timeMs, note: "" };
  }
  return null;
}

function num(text: string | undefined): number {
  return text === undefined ? 0 : Number(text);
}
