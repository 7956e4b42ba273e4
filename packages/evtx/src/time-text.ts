import type { ChunkData } from "./chunk-data.ts";

const SECONDS_1601_TO_1970 = 11_644_473_600;
const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, value) =>
  String(value).padStart(2, "0"),
);

/** FILETIME (100 ns since 1601, UTC) at an offset as ISO text with a number of digits (0 to 7) behind the second. */
export function filetimeText(chunk: ChunkData, at: number, digits: number): string {
  const low = chunk.view.getUint32(at, true);
  const high = chunk.view.getUint32(at + 4, true);
  // 2^32 = 429 * 10^7 + 4967296 keeps the sum below 2^53 for every date before the year 10000.
  const rest = high * 4_967_296 + low;
  if (high >= 0x4000_0000) return `filetime ${String(chunk.view.getBigUint64(at, true))}`;
  const carried = Math.floor(rest / 10_000_000);
  const second = high * 429 + carried - SECONDS_1601_TO_1970;
  const fraction = rest - carried * 10_000_000;
  const day = Math.floor(second / 86_400);
  const inDay = second - day * 86_400;
  const minutes = (inDay / 60) | 0;
  const clock = `${TWO_DIGITS[(minutes / 60) | 0] ?? ""}:${TWO_DIGITS[minutes % 60] ?? ""}:${TWO_DIGITS[inDay % 60] ?? ""}`;
  // A one in front keeps the zeros; it is cut off again.
  return `${dayText(chunk, day)}T${clock}.${String(10_000_000 + fraction).slice(1, 1 + digits)}Z`;
}
/** The day, remembered: neighbours in a log share it. Years above 9999 come with a sign and two more digits. */
function dayText(chunk: ChunkData, day: number): string {
  if (chunk.lastDay !== day || chunk.lastDayText === "") {
    chunk.lastDay = day;
    chunk.lastDayText = new Date(day * 86_400_000).toISOString().split("T")[0] ?? "";
  }
  return chunk.lastDayText;
}

/** SYSTEMTIME at an offset: u16 year, month, day of week, day, hour, minute, second, millisecond. Source: [MS-DTYP] 2.3.13. */
export function systemTimeText(chunk: ChunkData, at: number, digits: number): string {
  const part = (index: number, width: number): string =>
    String(chunk.view.getUint16(at + index * 2, true)).padStart(width, "0");
  const day = `${part(0, 4)}-${part(1, 2)}-${part(3, 2)}`;
  return `${day}T${part(4, 2)}:${part(5, 2)}:${part(6, 2)}.${part(7, 3).padEnd(digits, "0").slice(0, Math.max(3, digits))}Z`;
}

/** The ISO text of a UTC time as FILETIME; digits below 100 ns are cut off. Null when the text is none. */
export function parseFiletime(text: string): bigint | null {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text);
  const ms = found?.[1] === undefined ? Number.NaN : Date.parse(`${found[1]}Z`);
  if (Number.isNaN(ms)) return null;
  const ticks = BigInt((found?.[2] ?? "").padEnd(7, "0").slice(0, 7));
  return (BigInt(ms / 1000) + BigInt(SECONDS_1601_TO_1970)) * 10_000_000n + ticks;
}
