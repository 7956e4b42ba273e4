import { utcFromParts } from "../core/index.ts";

/** Which of two numbers of a local date comes first. */
export type DayOrder = "day-first" | "month-first";

/** A local date as text that states no zone. */
export interface LocalDate {
  /** Milliseconds since 1970, as if the text were UTC. */
  readonly timeMs: number;
  /** What the text itself proves about its order; null when it fits both. */
  readonly proves: DayOrder | null;
  /** True when neither the text nor the rest of its file settles the order. */
  readonly guessed: boolean;
}

/** What a guessed date says to whoever reads the record. */
export const GUESSED_ORDER = "order of day and month guessed: day taken first";

const LOCAL =
  /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})[ ,T]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*([AP]\.?M\.?)?/i;

/**
 * Reads a date of a culture, as PowerShell, spreadsheets, SIEMs and the event viewer write it. The one rule for day and month: a year in
 * front is followed by the month; dots mean day first; AM or PM behind slashes means month first; a number above 12 is the day; else
 * the order that the rest of the file shows; else the day first, and `guessed` says so.
 * @returns null when the text is no such date
 */
export function parseLocalDate(text: string, order: DayOrder | null = null): LocalDate | null {
  const found = LOCAL.exec(text);
  if (found === null) return null;
  const [a, b, c] = [Number(found[1]), Number(found[3]), Number(found[4])];
  const half = (found[9] ?? "").charAt(0).toUpperCase();
  const hour = half === "" ? Number(found[5]) : (Number(found[5]) % 12) + (half === "P" ? 12 : 0);
  const proves = provenOrder({ a, b, dotted: found[2] === ".", half: half !== "" && found[2] === "/" });
  const yearFirst = a > 31;
  const [year, month, day] = yearFirst
    ? [a, b, c]
    : (proves ?? order) === "month-first"
      ? [fullYear(c), a, b]
      : [fullYear(c), b, a];
  const second = utcFromParts([year, month, day, hour, Number(found[6]), Number(found[7] ?? "0")]);
  if (second === null) return null;
  const guessed = !yearFirst && proves === null && order === null && a !== b;
  return {
    timeMs: second + Number((found[8] ?? "").slice(0, 3).padEnd(3, "0")),
    proves: yearFirst ? null : proves,
    guessed,
  };
}

function provenOrder(date: {
  readonly a: number;
  readonly b: number;
  readonly dotted: boolean;
  readonly half: boolean;
}): DayOrder | null {
  if (date.a > 12) return "day-first";
  if (date.b > 12 || date.half) return "month-first";
  return date.dotted ? "day-first" : null;
}

/** Two digits as spreadsheets write them; no Exchange log is older than 2000. */
function fullYear(year: number): number {
  return year < 100 ? 2000 + year : year;
}

/** What the dates of one file show about their order, as far as they were read. */
export interface DayOrderSeen {
  /** Looks at the text of a time; texts of other forms prove nothing. */
  look(text: string): void;
  /** Null while nothing was proven, and when the file contradicts itself. */
  readonly order: DayOrder | null;
}

/** Watches the dates of one file. A file that proves both orders proves none. */
export function createDayOrderSeen(): DayOrderSeen {
  const proven = new Set<DayOrder>();
  return {
    look: (text) => {
      const proves = parseLocalDate(text.trim().replace(/^"/, ""))?.proves ?? null;
      if (proves !== null) proven.add(proves);
    },
    get order(): DayOrder | null {
      const [only] = proven;
      return proven.size === 1 ? (only ?? null) : null;
    },
  };
}
