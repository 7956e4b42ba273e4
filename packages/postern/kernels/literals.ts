/*
 * Literals lie in this module's memory as core/literal-plan.ts writes them: `dirs` holds place and length (two 32-bit numbers) for each,
 * `entries` what to try where a word was found (word, literal, distance of the word from the literal's start, next entry or 0), `heads`
 * the first entry for each hash. Hits are written to `out` as two numbers: start, literal. -1: there were more than `limit` numbers.
 */

import { byteAt } from "./bytes";

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
