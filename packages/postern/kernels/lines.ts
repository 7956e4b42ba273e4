/*
 * Where lines begin and end, their times, and whether they are regular. The twins in plain JavaScript are core/line-blocks.ts and
 * artifacts/text-log/line-shape.ts.
 */

import { byteAt } from "./bytes";
import { hashAddress } from "./clients";

const NEWLINE: i32 = 0x0a;
const RETURN: i32 = 0x0d;
const QUOTE: i32 = 0x22;

/** Bits of the bytes in `v` that equal `byte`, the first byte lowest. */
function equal(v: v128, byte: v128): i32 {
  return i8x16.bitmask(i8x16.eq(v, byte));
}

/**
 * Writes where each line that ends in `[from, to)` starts and ends, without CR and LF, at most `limit` of them.
 * @param start where the first line starts, at or before `from`
 * @param rest gets where the text behind the last line starts
 * @returns how many
 */
export function findLines(
  start: i32,
  from: i32,
  to: i32,
  starts: i32,
  ends: i32,
  limit: i32,
  rest: i32,
): i32 {
  const newline = i8x16.splat(<i8>NEWLINE);
  let count = 0;
  let next = start;
  for (let at = from; at < to; at += 16) {
    let bits = equal(v128.load(<usize>at), newline);
    if (to - at < 16) bits &= (1 << (to - at)) - 1;
    for (; bits != 0; bits &= bits - 1) {
      if (count == limit) break;
      const end = at + ctz(bits);
      store<i32>(<usize>(starts + (count << 2)), next);
      store<i32>(<usize>(ends + (count << 2)), end > next && byteAt(end - 1) == RETURN ? end - 1 : end);
      next = end + 1;
      count++;
    }
    if (count == limit) break;
  }
  store<i32>(<usize>rest, next);
  return count;
}

/**
 * Looks at lines `[starts[i], ends[i])`, i < count. Writes to `stamps` the time with which a regular one begins, as the number
 * YYYYMMDDHHMMSS, or -1 for a line that must be read in full: another number of delimiters than `wanted`, a quote, a NUL, no time.
 */
export function readShapes(
  starts: i32,
  ends: i32,
  count: i32,
  delimiter: i32,
  wanted: i32,
  stamps: i32,
): void {
  for (let line = 0; line < count; line++) {
    const start = load<i32>(<usize>(starts + (line << 2)));
    const end = load<i32>(<usize>(ends + (line << 2)));
    const stamp = countDelimiters(start, end, <i8>delimiter) == wanted ? readStamp(start, end) : -1;
    store<f64>(<usize>(stamps + (line << 3)), stamp);
  }
}

/** One bit for each of 64 bytes that equal a byte, the first byte lowest. */
function equal64(a: v128, b: v128, c: v128, d: v128, byte: v128): u64 {
  const low = <u64>(<u32>(equal(a, byte) | (equal(b, byte) << 16)));
  const high = <u64>(<u32>(equal(c, byte) | (equal(d, byte) << 16)));
  return low | (high << 32);
}

/**
 * Does what `findLines`, `readShapes` and `readClients` do, in one pass over the text from 0 to `to`: for lines that all have one header.
 * @param column of the client; -1 for none
 * @param clients gets what `readClients` writes, where there is such a column
 * @returns how many lines there are; what is written for the line behind the last one says that it is not regular
 */
export function cutLines(
  to: i32,
  delimiter: i32,
  wanted: i32,
  column: i32,
  starts: i32,
  ends: i32,
  stamps: i32,
  clients: i32,
  limit: i32,
  rest: i32,
): i32 {
  const newlines = i8x16.splat(<i8>NEWLINE);
  const delimiters = i8x16.splat(<i8>delimiter);
  const quotes = i8x16.splat(<i8>QUOTE);
  const zeros = i8x16.splat(0);
  let start = 0;
  let count = 0;
  let found = 0;
  let client = column == 0 ? 0 : -1;
  let odd: u64 = 0;
  for (let at = 0; at < to && count < limit; at += 64) {
    const a = v128.load(<usize>at);
    const b = v128.load(<usize>(at + 16));
    const c = v128.load(<usize>(at + 32));
    const d = v128.load(<usize>(at + 48));
    let lines = equal64(a, b, c, d, newlines);
    const marks = equal64(a, b, c, d, delimiters);
    const strange = equal64(a, b, c, d, quotes) | equal64(a, b, c, d, zeros);
    if (to - at < 64) lines &= ((<u64>1) << (to - at)) - 1;
    /** Bytes of the vectors that belong to lines that have ended. */
    let done: u64 = 0;
    while (lines != 0 && count < limit) {
      const bit = ctz(lines);
      lines &= lines - 1;
      const inside = (((<u64>1) << bit) - 1) & ~done;
      const own = marks & inside;
      if (client < 0 && column > 0 && found + <i32>popcnt(own) >= column)
        client = at + placeOfBit(own, column - found) + 1;
      found += <i32>popcnt(own);
      odd |= strange & inside;
      const newline = at + <i32>bit;
      const end = newline > start && byteAt(newline - 1) == RETURN ? newline - 1 : newline;
      store<i32>(<usize>(starts + (count << 2)), start);
      store<i32>(<usize>(ends + (count << 2)), end);
      const stamp = odd == 0 && found == wanted ? readStamp(start, end) : -1;
      store<f64>(<usize>(stamps + (count << 3)), stamp);
      if (column >= 0)
        store<u32>(
          <usize>(clients + (count << 2)),
          stamp < 0 ? 0 : hashAddress(client < 0 ? end : min(client, end), end, delimiter),
        );
      count++;
      start = newline + 1;
      found = 0;
      odd = 0;
      client = column == 0 ? start : -1;
      done |= inside | ((<u64>1) << bit);
    }
    const own = marks & ~done;
    if (client < 0 && column > 0 && found + <i32>popcnt(own) >= column)
      client = at + placeOfBit(own, column - found) + 1;
    found += <i32>popcnt(own);
    odd |= strange & ~done;
  }
  store<i32>(<usize>rest, start);
  store<f64>(<usize>(stamps + (count << 3)), -1);
  store<u32>(<usize>(clients + (count << 2)), 0);
  return count;
}

/** Place of the `nth` (from 1) of the bits that are set. */
function placeOfBit(bits: u64, nth: i32): i32 {
  for (; nth > 1; nth--) bits &= bits - 1;
  return <i32>ctz(bits);
}

/** Vectors after which a lane's count could overflow. */
const MAX_VECTORS: i32 = 255;

/** Delimiters in `[start, end)`; -1 when a quote or a NUL is among its bytes. */
function countDelimiters(start: i32, end: i32, delimiter: i8): i32 {
  const delimiters = i8x16.splat(delimiter);
  const quotes = i8x16.splat(<i8>QUOTE);
  const zeros = i8x16.splat(0);
  let odd = i8x16.splat(0);
  let found = 0;
  let at = start;
  while (at + 16 <= end) {
    const stop = min(end - 15, at + (MAX_VECTORS << 4));
    let lanes = i8x16.splat(0);
    for (; at < stop; at += 16) {
      const bytes = v128.load(<usize>at);
      // A lane that is equal is -1.
      lanes = i8x16.sub(lanes, i8x16.eq(bytes, delimiters));
      odd = v128.or(odd, v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, zeros)));
    }
    const words = i16x8.extadd_pairwise_i8x16_u(lanes);
    const sums = i32x4.extadd_pairwise_i16x8_u(words);
    found += i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1);
    found += i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
  }
  let oddBits = i8x16.bitmask(odd);
  if (at < end) {
    const bytes = v128.load(<usize>at);
    const inside = (1 << (end - at)) - 1;
    found += popcnt(equal(bytes, delimiters) & inside);
    oddBits |= (equal(bytes, quotes) | equal(bytes, zeros)) & inside;
  }
  return oddBits == 0 ? found : -1;
}

/**
 * Goes through lines `from <= i < to` as long as their times are of one hour and no line is marked.
 * @param marks one number a line, 0 where it is not marked
 * @param hour the time of the hour, as `readShapes` writes times
 * @param out gets the first and the last second of the hour that was met
 * @returns the first line that was not gone through
 */
export function passHour(stamps: i32, marks: i32, from: i32, to: i32, hour: f64, out: i32): i32 {
  const end = hour + 10000;
  let first = i32.MAX_VALUE;
  let last = 0;
  let line = from;
  for (; line < to; line++) {
    if (load<i32>(<usize>(marks + (line << 2))) != 0) break;
    const stamp = load<f64>(<usize>(stamps + (line << 3)));
    if (stamp < hour || stamp >= end) break;
    const minuteSecond = <i32>(stamp - hour);
    const second = minuteSecond - (minuteSecond / 100) * 40;
    first = min(first, second);
    last = max(last, second);
  }
  store<i32>(<usize>out, first);
  store<i32>(<usize>(out + 4), last);
  return line;
}

/** `YYYY-MM-DD HH:MM:SS` or with a `T` at the start of a line, as a number; -1 when it does not stand there. */
function readStamp(start: i32, end: i32): f64 {
  if (end - start < 19) return -1;
  const separator = byteAt(start + 10);
  if (byteAt(start + 4) != 0x2d || byteAt(start + 7) != 0x2d) return -1;
  if (byteAt(start + 13) != 0x3a || byteAt(start + 16) != 0x3a) return -1;
  if (separator != 0x20 && separator != 0x54) return -1;
  const century = twoDigits(start);
  const year = twoDigits(start + 2);
  const month = twoDigits(start + 5);
  const day = twoDigits(start + 8);
  const hour = twoDigits(start + 11);
  const minute = twoDigits(start + 14);
  const second = twoDigits(start + 17);
  if ((century | year | month | day | hour | minute | second) < 0) return -1;
  const date = ((century * 100 + year) * 100 + month) * 100 + day;
  return <f64>date * 1000000 + <f64>(hour * 10000 + minute * 100 + second);
}

/** Two decimal digits as a number, negative when they are none. */
function twoDigits(at: i32): i32 {
  const tens = byteAt(at) - 0x30;
  const ones = byteAt(at + 1) - 0x30;
  return <u32>tens > 9 || <u32>ones > 9 ? -1 : tens * 10 + ones;
}
