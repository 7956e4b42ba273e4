/*
 * Kernels over a block of text, in AssemblyScript (https://www.assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
 * They do in a few instructions for sixteen bytes what takes JavaScript some for each. Every one has a twin in plain JavaScript,
 * which is used where this module is missing and with which tests compare it: core/line-blocks.ts, core/literal-filter.ts,
 * artifacts/text-log/line-shape.ts. All places are offsets into this module's memory, which the caller lays out; reads may go up to
 * 63 bytes beyond the text, never beyond the memory.
 */

export * from "./line-values";

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

function byteAt(at: i32): i32 {
  return <i32>load<u8>(<usize>at);
}

/**
 * Literals lie in this module's memory as core/literal-plan.ts writes them: `dirs` holds place and length (two 32-bit numbers) for each,
 * `entries` what to try where a word was found (word, literal, distance of the word from the literal's start, next entry or 0), `heads`
 * the first entry for each hash. Hits are written to `out` as two numbers: start, literal. -1: there were more than `limit` numbers.
 */

/** True when a literal (small letters) stands at `start`, letters A to Z in any case. */
function stands(dirs: i32, literal: i32, start: i32, end: i32): boolean {
  const pattern = load<i32>(<usize>(dirs + (literal << 3)));
  const length = load<i32>(<usize>(dirs + (literal << 3) + 4));
  if (start < 0 || start + length > end) return false;
  for (let k = 0; k < length; k++) {
    let byte = byteAt(start + k);
    if (<u32>(byte - 0x41) < 26) byte |= 0x20;
    if (byte != byteAt(pattern + k)) return false;
  }
  return true;
}

/** Tries all literals that hold the folded word at `at`. Returns the new number of `out`'s numbers, at most 2 above `limit`, where it stops. */
function tryWord(
  at: i32,
  end: i32,
  heads: i32,
  entries: i32,
  dirs: i32,
  out: i32,
  count: i32,
  limit: i32,
): i32 {
  const word = load<u32>(<usize>at) | 0x20202020;
  const hash = (word * MULTIPLIER) >> 16;
  let entry = <i32>load<u16>(<usize>(heads + <i32>(hash << 1)));
  while (entry != 0) {
    const place = entries + (entry << 4);
    if (load<u32>(<usize>place) == word) {
      const literal = load<i32>(<usize>(place + 4));
      const start = at - load<i32>(<usize>(place + 8));
      if (stands(dirs, literal, start, end)) {
        store<i32>(<usize>(out + (count << 2)), start);
        store<i32>(<usize>(out + (count << 2) + 4), literal);
        count += 2;
        if (count > limit) return count;
      }
    }
    entry = load<i32>(<usize>(place + 12));
  }
  return count;
}

const MULTIPLIER: u32 = 0x9e3779b1;

/** Hashes of four folded words, 16 bits each. */
function hashWords(words: v128): v128 {
  return i32x4.shr_u(i32x4.mul(v128.or(words, i32x4.splat(0x20202020)), i32x4.splat(MULTIPLIER)), 16);
}

/** What a table says of four hashes, together: 0 when it rules out all of them. */
function lookUp(table: i32, hashes: v128): i32 {
  const low = i64x2.extract_lane(hashes, 0);
  const high = i64x2.extract_lane(hashes, 1);
  return (
    load<u8>(<usize>(table + <i32>low)) |
    load<u8>(<usize>(table + <i32>(low >> 32))) |
    load<u8>(<usize>(table + <i32>high)) |
    load<u8>(<usize>(table + <i32>(high >> 32)))
  );
}

/**
 * Finds the literals of one table (65,536 bytes, one a hash): words `stride` (1, 2, 4 or 8) apart are looked up, those that the table does
 * not rule out are tried. A bit of the table says that the byte behind the word may end in these three bits. `from` is a multiple of 64.
 */
export function scanWords(
  from: i32,
  to: i32,
  end: i32,
  table: i32,
  stride: i32,
  heads: i32,
  entries: i32,
  dirs: i32,
  out: i32,
  limit: i32,
): i32 {
  const last = min(to, end - 3);
  let count = 0;
  let at = from;
  for (; at + 64 <= last; at += 64) {
    let any = 0;
    const a = v128.load(<usize>at);
    const b = v128.load(<usize>(at + 16));
    const c = v128.load(<usize>(at + 32));
    const d = v128.load(<usize>(at + 48));
    if (stride == 8) {
      any = lookUp(table, hashWords(v128.shuffle<i32>(a, b, 0, 2, 4, 6)));
      any |= lookUp(table, hashWords(v128.shuffle<i32>(c, d, 0, 2, 4, 6)));
    } else {
      any = lookUp(table, hashWords(a)) | lookUp(table, hashWords(b));
      any |= lookUp(table, hashWords(c)) | lookUp(table, hashWords(d));
      for (let shift = stride; shift < 4; shift += stride) {
        any |= lookUp(table, hashWords(v128.load(<usize>(at + shift))));
        any |= lookUp(table, hashWords(v128.load(<usize>(at + shift + 16))));
        any |= lookUp(table, hashWords(v128.load(<usize>(at + shift + 32))));
        any |= lookUp(table, hashWords(v128.load(<usize>(at + shift + 48))));
      }
    }
    if (any == 0) continue;
    for (let place = at; place < at + 64; place += stride) {
      if (!mayBegin(table, place)) continue;
      count = tryWord(place, end, heads, entries, dirs, out, count, limit);
      if (count > limit) return -1;
    }
  }
  for (; at < last; at += stride) {
    if (!mayBegin(table, at)) continue;
    count = tryWord(at, end, heads, entries, dirs, out, count, limit);
    if (count > limit) return -1;
  }
  return count;
}

/** False when the table rules out the word at `place` with the byte behind it. */
function mayBegin(table: i32, place: i32): boolean {
  const hash = ((load<u32>(<usize>place) | 0x20202020) * MULTIPLIER) >> 16;
  return ((load<u8>(<usize>(table + <i32>hash)) >> (byteAt(place + 4) & 7)) & 1) != 0;
}

/**
 * Finds a few literals by three bytes of each: six tables of sixteen bytes tell for the low and the high half of each of the three to which
 * of eight groups it may belong, sixteen places at a time. `groups` holds for each group two times two numbers: 1 + literal, and the
 * distance of the three bytes from its start; 0 for none.
 */
export function scanFew(
  from: i32,
  to: i32,
  end: i32,
  tables: i32,
  groups: i32,
  dirs: i32,
  out: i32,
  limit: i32,
): i32 {
  const fold = i8x16.splat(0x20);
  const half = i8x16.splat(0x0f);
  const low0 = v128.load(<usize>tables);
  const high0 = v128.load(<usize>(tables + 16));
  const low1 = v128.load(<usize>(tables + 32));
  const high1 = v128.load(<usize>(tables + 48));
  const low2 = v128.load(<usize>(tables + 64));
  const high2 = v128.load(<usize>(tables + 80));
  const held = tables + 96;
  let before1 = i8x16.splat(0);
  let before2 = i8x16.splat(0);
  let count = 0;
  // Three bytes end two places behind where they begin: the first vector is the one before `from`, where nothing can end.
  for (let at = from; at < to + 2; at += 16) {
    const bytes = v128.or(v128.load(<usize>at), fold);
    const low = v128.and(bytes, half);
    const high = v128.and(i16x8.shr_u(bytes, 4), half);
    const m0 = v128.and(i8x16.swizzle(low0, low), i8x16.swizzle(high0, high));
    const m1 = v128.and(i8x16.swizzle(low1, low), i8x16.swizzle(high1, high));
    const m2 = v128.and(i8x16.swizzle(low2, low), i8x16.swizzle(high2, high));
    // The first byte stood two places before the last one, the second one place.
    const first = v128.shuffle<i8>(
      before1,
      m0,
      14,
      15,
      16,
      17,
      18,
      19,
      20,
      21,
      22,
      23,
      24,
      25,
      26,
      27,
      28,
      29,
    );
    const second = v128.shuffle<i8>(
      before2,
      m1,
      15,
      16,
      17,
      18,
      19,
      20,
      21,
      22,
      23,
      24,
      25,
      26,
      27,
      28,
      29,
      30,
    );
    before1 = m0;
    before2 = m1;
    const may = v128.and(v128.and(first, second), m2);
    let lanes = i8x16.bitmask(i8x16.ne(may, i8x16.splat(0)));
    if (lanes == 0) continue;
    v128.store(<usize>held, may);
    for (; lanes != 0; lanes &= lanes - 1) {
      const lane = ctz(lanes);
      const place = at + lane - 2;
      if (place >= to) break;
      let mask = byteAt(held + lane);
      for (; mask != 0; mask &= mask - 1) {
        const group = groups + (ctz(mask) << 4);
        for (let pair = group; pair < group + 16; pair += 8) {
          const literal = load<i32>(<usize>pair) - 1;
          if (literal < 0) continue;
          const start = place - load<i32>(<usize>(pair + 4));
          if (!stands(dirs, literal, start, end)) continue;
          if (count >= limit) return -1;
          store<i32>(<usize>(out + (count << 2)), start);
          store<i32>(<usize>(out + (count << 2) + 4), literal);
          count += 2;
        }
      }
    }
  }
  return count;
}

/** Longest text that is an address. */
const MAX_ADDRESS: i32 = 64;

/**
 * Writes to `out`, one number a line, a hash of the address in one column of each line `i < count`; 0 for none, 1 for a value that is none of
 * the plain forms. Lines that `stamps` (negative) says are not regular have none. An address is plain IPv4 or IPv6, letters in any case,
 * its zone left out; `-` and nothing are none.
 */
export function readClients(
  starts: i32,
  ends: i32,
  stamps: i32,
  count: i32,
  delimiter: i32,
  column: i32,
  out: i32,
): void {
  for (let line = 0; line < count; line++) {
    let hash: u32 = 0;
    if (load<f64>(<usize>(stamps + (line << 3))) >= 0) {
      const end = load<i32>(<usize>(ends + (line << 2)));
      const at = fieldStart(load<i32>(<usize>(starts + (line << 2))), end, <i8>delimiter, column);
      hash = hashAddress(at, end, delimiter);
    }
    store<u32>(<usize>(out + (line << 2)), hash);
  }
}

/**
 * Puts the hashes of `from <= i < to` into a set of 32-bit numbers (open addressing, 0 is empty, `mask` + 1 places).
 * @returns how many were new, or -1 when a value may be an address in another form: then the set is not complete.
 */
export function collectClients(clients: i32, from: i32, to: i32, set: i32, mask: i32): i32 {
  let added = 0;
  for (let line = from; line < to; line++) {
    const hash = load<u32>(<usize>(clients + (line << 2)));
    if (hash == 1) return -1;
    if (hash == 0) continue;
    const place = placeOf(hash, set, mask);
    if (load<u32>(<usize>place) == hash) continue;
    store<u32>(<usize>place, hash);
    added++;
  }
  return added;
}

/** Writes to `out` the lines `i < count` whose hash is in a set, and those with a value in another form. Returns how many. */
export function findClients(clients: i32, count: i32, set: i32, mask: i32, out: i32): i32 {
  let found = 0;
  for (let line = 0; line < count; line++) {
    const hash = load<u32>(<usize>(clients + (line << 2)));
    if (hash == 0 || (hash != 1 && load<u32>(<usize>placeOf(hash, set, mask)) != hash)) continue;
    store<i32>(<usize>(out + (found << 2)), line);
    found++;
  }
  return found;
}

/** Where a number stands in a set, or would. */
function placeOf(hash: u32, set: i32, mask: i32): i32 {
  let place = hash & mask;
  let held = load<u32>(<usize>(set + (place << 2)));
  while (held != hash && held != 0) {
    place = (place + 1) & mask;
    held = load<u32>(<usize>(set + (place << 2)));
  }
  return set + (place << 2);
}

/** Where the value of a column begins; `end` when the line has fewer. */
function fieldStart(start: i32, end: i32, delimiter: i8, column: i32): i32 {
  if (column == 0) return start;
  const delimiters = i8x16.splat(delimiter);
  let need = column;
  for (let at = start; at < end; at += 16) {
    let bits = equal(v128.load(<usize>at), delimiters);
    const count = popcnt(bits);
    if (count < need) {
      need -= count;
      continue;
    }
    for (; need > 1; need--) bits &= bits - 1;
    return min(at + ctz(bits) + 1, end);
  }
  return end;
}

/** A hash of an address, never 0 or 1; 0 for no address, 1 for a value that is none of the plain forms. */
function hashAddress(start: i32, end: i32, delimiter: i32): u32 {
  // Nearly all are IPv4, which fits into one vector.
  const bytes = v128.load(<usize>start);
  const stops = equal(bytes, i8x16.splat(<i8>delimiter)) | (end - start < 16 ? 1 << (end - start) : 0);
  if (stops != 0) {
    const length = ctz(stops);
    const inside = (1 << length) - 1;
    const dots = equal(bytes, i8x16.splat(0x2e)) & inside;
    const digits = i8x16.bitmask(i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10))) & inside;
    if ((dots | digits) == inside && popcnt(dots) == 3) {
      const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
      const kept = v128.and(bytes, i8x16.lt_u(places, i8x16.splat(<i8>length)));
      let hash = mixWord(HASH_SEED, i32x4.extract_lane(kept, 0));
      hash = mixWord(hash, i32x4.extract_lane(kept, 1));
      hash = mixWord(hash, i32x4.extract_lane(kept, 2));
      return endHash(mixWord(hash, i32x4.extract_lane(kept, 3)));
    }
  }
  return hashLongAddress(start, end, delimiter);
}

const HASH_SEED: u32 = 0x811c9dc5;

function mixWord(hash: u32, word: i32): u32 {
  return (hash ^ (<u32>word)) * 0x01000193;
}

function endHash(hash: u32): u32 {
  const mixed = (hash ^ (hash >> 15)) * 0x85ebca6b;
  const ended = mixed ^ (mixed >> 13);
  return ended < 2 ? ended + 2 : ended;
}

/** The same, byte by byte. */
function hashLongAddress(start: i32, end: i32, delimiter: i32): u32 {
  let hash = HASH_SEED;
  let word: u32 = 0;
  let dots = 0;
  let colons = 0;
  let at = start;
  for (; at < end; at++) {
    const byte = byteAt(at);
    if (byte == delimiter || byte == 0x25) break;
    if (byte == 0x2e) dots++;
    else if (byte == 0x3a) colons++;
    else if (!isHexDigit(byte)) {
      const isDash = byte == 0x2d && at == start && (at + 1 == end || byteAt(at + 1) == delimiter);
      return isDash ? 0 : 1;
    }
    const length = at - start;
    if (length > MAX_ADDRESS) return 1;
    word |= ((<u32>byte) | 0x20) << ((length & 3) << 3);
    if ((length & 3) != 3) continue;
    hash = mixWord(hash, word);
    word = 0;
  }
  if (at == start) return at < end && byteAt(at) == 0x25 ? 1 : 0;
  const isPlain = (dots == 3 && colons == 0) || (dots == 0 && colons > 1);
  if (!isPlain) return 1;
  // The last word, and as many empty ones as one vector has.
  let words = (at - start) >> 2;
  if (((at - start) & 3) != 0 || words < 4) {
    hash = mixWord(hash, word);
    words++;
  }
  for (; words < 4; words++) hash = mixWord(hash, 0);
  return endHash(hash);
}

function isHexDigit(byte: i32): boolean {
  const letter = (byte | 0x20) - 0x61;
  return <u32>(byte - 0x30) < 10 || <u32>letter < 6;
}
