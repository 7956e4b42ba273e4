/*
 * Kernels over a block of text, in AssemblyScript (https://www.assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
 * They do in a few instructions for sixteen bytes what takes JavaScript some for each. Every one has a twin in plain JavaScript,
 * which is used where this module is missing and with which tests compare it: core/line-blocks.ts, core/literal-filter.ts,
 * artifacts/text-log/line-shape.ts. All places are offsets into this module's memory, which the caller lays out; reads may go up to
 * 19 bytes beyond the text, never beyond the memory.
 */

export * from "./line-values";

const NEWLINE: i32 = 0x0a;
const QUOTE: i32 = 0x22;

/** Bits of the bytes in `v` that equal `byte`, the first byte lowest. */
function equal(v: v128, byte: v128): i32 {
  return i8x16.bitmask(i8x16.eq(v, byte));
}

/** Writes the place of each line end in `[from, to)` to `out`, at most `limit` of them. Returns how many. */
export function findNewlines(from: i32, to: i32, out: i32, limit: i32): i32 {
  const newline = i8x16.splat(<i8>NEWLINE);
  let count = 0;
  let at = from;
  for (; at < to; at += 16) {
    let bits = equal(v128.load(<usize>at), newline);
    if (to - at < 16) bits &= (1 << (to - at)) - 1;
    while (bits != 0) {
      if (count == limit) return count;
      store<i32>(<usize>(out + (count << 2)), at + ctz(bits));
      count++;
      bits &= bits - 1;
    }
  }
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
 * @param out the least and the greatest time met, two numbers; left as they are where no line is met
 * @returns the first line that was not gone through
 */
export function passHour(stamps: i32, marks: i32, from: i32, to: i32, hour: f64, out: i32): i32 {
  const end = hour + 10000;
  let least = load<f64>(<usize>out);
  let greatest = load<f64>(<usize>(out + 8));
  let line = from;
  for (; line < to; line++) {
    if (load<i32>(<usize>(marks + (line << 2))) != 0) break;
    const stamp = load<f64>(<usize>(stamps + (line << 3)));
    if (stamp < hour || stamp >= end) break;
    if (stamp < least) least = stamp;
    if (stamp > greatest) greatest = stamp;
  }
  store<f64>(<usize>out, least);
  store<f64>(<usize>(out + 8), greatest);
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
  const hash = (word * 0x9e3779b1) >> 16;
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

/**
 * Finds the literals of one table (65,536 bytes, one a hash): words `stride` (1, 2, 4 or 8) apart are looked up, those that the table does
 * not rule out are tried. `from` is a multiple of 32.
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
  const multiplier = i32x4.splat(0x9e3779b1);
  const fold = i32x4.splat(0x20202020);
  const last = min(to, end - 3);
  const step = stride == 8 ? 32 : 16;
  const apart = max(stride, 4);
  let count = 0;
  let at = from;
  for (; at + step <= last; at += step) {
    for (let shift = 0; shift < 4; shift += stride) {
      const first = v128.load(<usize>(at + shift));
      const words = stride == 8 ? v128.shuffle<i32>(first, v128.load(<usize>(at + 16)), 0, 2, 4, 6) : first;
      const hashes = i32x4.shr_u(i32x4.mul(v128.or(words, fold), multiplier), 16);
      const a = load<u8>(<usize>(table + i32x4.extract_lane(hashes, 0)));
      const b = load<u8>(<usize>(table + i32x4.extract_lane(hashes, 1)));
      const c = load<u8>(<usize>(table + i32x4.extract_lane(hashes, 2)));
      const d = load<u8>(<usize>(table + i32x4.extract_lane(hashes, 3)));
      if ((a | b | c | d) == 0) continue;
      const place = at + shift;
      if (a != 0) count = tryWord(place, end, heads, entries, dirs, out, count, limit);
      if (count > limit) return -1;
      if (b != 0) count = tryWord(place + apart, end, heads, entries, dirs, out, count, limit);
      if (count > limit) return -1;
      if (c != 0) count = tryWord(place + apart * 2, end, heads, entries, dirs, out, count, limit);
      if (count > limit) return -1;
      if (d != 0) count = tryWord(place + apart * 3, end, heads, entries, dirs, out, count, limit);
      if (count > limit) return -1;
    }
  }
  for (; at < last; at += stride) {
    count = tryWord(at, end, heads, entries, dirs, out, count, limit);
    if (count > limit) return -1;
  }
  return count;
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
    if (!v128.any_true(may)) continue;
    v128.store(<usize>held, may);
    for (let lane = 0; lane < 16; lane++) {
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

/** FNV-1a of an address, never 0 or 1; 0 for no address, 1 for a value that is none of the plain forms. */
function hashAddress(start: i32, end: i32, delimiter: i32): u32 {
  let hash: u32 = 0x811c9dc5;
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
    hash = (hash ^ ((<u32>byte) | 0x20)) * 0x01000193;
    if (at - start > MAX_ADDRESS) return 1;
  }
  if (at == start) return at < end && byteAt(at) == 0x25 ? 1 : 0;
  const isPlain = (dots == 3 && colons == 0) || (dots == 0 && colons > 1);
  if (!isPlain) return 1;
  return hash < 2 ? hash + 2 : hash;
}

function isHexDigit(byte: i32): boolean {
  const letter = (byte | 0x20) - 0x61;
  return <u32>(byte - 0x30) < 10 || <u32>letter < 6;
}
