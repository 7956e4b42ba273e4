import { parseIsoTime, PLAUSIBLE_YEARS, utcFromParts } from "../core/index.ts";

/** A time read from text. `note` says what had to be assumed, empty when nothing. */
export interface EventTime {
  readonly timeMs: number;
  readonly note: string;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,](\d{1,3}))?/u;
const SLASHED =
  /^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*([AaPp])?\.?[Mm]?/u;
const NCSA = /^(\d{2})\/([A-Za-z]{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/u;
const NO_ZONE = "time without a zone, read as UTC";

/**
 * Reads a time as logs, spreadsheets and SIEMs write it: ISO 8601, `03.03.2021 10:15:23` (day first), `3/13/2021 10:15:23 AM`,
 * `03/Mar/2021:10:15:23 +0100`, seconds or milliseconds since 1970.
 * @returns null when the text is no time.
 */
export function parseEventTime(text: string): EventTime | null {
  const value = text.trim().replace(/^"|"$/gu, "");
  const iso = parseIsoTime(value);
  if (iso !== null) return { timeMs: iso.timeMs, note: iso.zoned ? "" : NO_ZONE };
  return parseDotted(value) ?? parseNcsa(value) ?? parseSlashed(value) ?? parseEpoch(value);
}

/** True for the note of a time without zone: native logs are UTC by definition, so they drop it. */
export function isZoneNote(note: string): boolean {
  return note === NO_ZONE;
}

function parseDotted(text: string): EventTime | null {
  const m = DOTTED.exec(text);
  if (m === null) return null;
  const timeMs = utcFromParts([num(m[3]), num(m[2]), num(m[1]), num(m[4]), num(m[5]), num(m[6])]);
  return timeMs === null
    ? null
    : { timeMs: timeMs + Math.trunc(Number(`0.${m[7] ?? "0"}`) * 1000), note: NO_ZONE };
}

function parseSlashed(text: string): EventTime | null {
  const m = SLASHED.exec(text);
  if (m === null) return null;
  const first = num(m[1]);
  const second = num(m[2]);
  const half = m[7]?.toLowerCase();
  const hour = half === undefined ? num(m[4]) : (num(m[4]) % 12) + (half === "p" ? 12 : 0);
  const dayFirst = first > 12;
  const year = num(m[3]) < 100 ? 2000 + num(m[3]) : num(m[3]);
  const [day, month] = dayFirst ? [first, second] : [second, first];
  const timeMs = utcFromParts([year, month, day, hour, num(m[5]), num(m[6])]);
  if (timeMs === null) return null;
  const sure = dayFirst || second > 12 || first === second;
  return { timeMs, note: sure ? NO_ZONE : `${NO_ZONE}; month read before day` };
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
