/* The address of the client of a line, as a number. */

import { byteAt } from "./bytes";

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
    let bits = i8x16.bitmask(i8x16.eq(v128.load(<usize>at), delimiters));
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
export function hashAddress(start: i32, end: i32, delimiter: i32): u32 {
  // Nearly all are IPv4, which fits into one vector.
  const bytes = v128.load(<usize>start);
  const stops =
    i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(<i8>delimiter))) | (end - start < 16 ? 1 << (end - start) : 0);
  if (stops != 0) {
    const length = ctz(stops);
    const inside = (1 << length) - 1;
    const dots = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0x2e))) & inside;
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
