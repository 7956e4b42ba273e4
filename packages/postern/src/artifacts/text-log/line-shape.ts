/**
 * Cheap tests over the bytes of one line, for the great majority of lines that no rule asks for: they are counted
 * without being decoded.
 */

/** A line's time as a sortable number: `YYYYMMDDHHMMSS`. */
export type Stamp = number;

const DIGIT_PLACES = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
const BLANK = 0x20;
const LETTER_T = 0x54;
const DASH = 0x2d;
const COLON = 0x3a;

/** Reads `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DDTHH:MM:SS` at the start of a line; -1 when it does not stand there. */
export function readStamp(bytes: Uint8Array, start: number, end: number): Stamp {
  if (end - start < 19) return -1;
  if (bytes[start + 4] !== DASH || bytes[start + 7] !== DASH) return -1;
  if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return -1;
  const separator = bytes[start + 10];
  if (separator !== BLANK && separator !== LETTER_T) return -1;
  let stamp = 0;
  for (const place of DIGIT_PLACES) {
    const digit = (bytes[start + place] ?? 0) - 48;
    if (digit < 0 || digit > 9) return -1;
    stamp = stamp * 10 + digit;
  }
  return stamp;
}

/** Milliseconds since 1970 UTC of a stamp, or null when it names no real moment. */
export function stampToMs(stamp: Stamp): number | null {
  const part = (divisor: number, modulo: number): number => Math.floor(stamp / divisor) % modulo;
  const month = part(1e8, 100);
  const day = part(1e6, 100);
  const hour = part(1e4, 100);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23) return null;
  return Date.UTC(part(1e10, 10_000), month - 1, day, hour, part(100, 100), part(1, 100));
}

/** Counts a delimiter byte in a line; -1 when the line holds a NUL byte, or a quote (`"`) while `plainOnly`: such lines are read in full. */
export function countDelimiters(
  bytes: Uint8Array,
  line: { readonly start: number; readonly end: number },
  delimiter: number,
  plainOnly: boolean,
): number {
  let count = 0;
  for (let at = line.start; at < line.end; at++) {
    const byte = bytes[at];
    if (byte === delimiter) count++;
    else if (byte === 0 || (byte === 0x22 && plainOnly)) return -1;
  }
  return count;
}
