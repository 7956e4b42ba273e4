/*
 * Columns of a line, and numbers for their values: a log has few pages, browsers and statuses, so what is to be said of a combination is
 * said once and looked up by its number. The twin in plain JavaScript is artifacts/text-log/line-glimpse.ts.
 */

import { scanFew } from "./literals";

const TAB: i32 = 0x09;
const BLANK: i32 = 0x20;
const SEPARATOR: i32 = 0x0a;

/**
 * Writes to `out` where the values of the line `[start, end)` end, at most `limit` of them, the line's own end last.
 * @returns how many; -1 for a line cut at blanks that holds a tab, or one with more than `limit` values
 */
export function cutLine(start: i32, end: i32, delimiter: i32, out: i32, limit: i32): i32 {
  const delimiters = i8x16.splat(<i8>delimiter);
  const tabs = i8x16.splat(<i8>TAB);
  let tabBits = 0;
  let count = 0;
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(<usize>at);
    const inside = end - at < 16 ? (1 << (end - at)) - 1 : 0xffff;
    tabBits |= i8x16.bitmask(i8x16.eq(bytes, tabs)) & inside;
    let bits = i8x16.bitmask(i8x16.eq(bytes, delimiters)) & inside;
    for (; bits != 0; bits &= bits - 1) {
      if (count == limit) return -1;
      store<i32>(<usize>(out + (count << 2)), at + ctz(bits));
      count++;
    }
  }
  if (count == limit || (tabBits != 0 && delimiter == BLANK)) return -1;
  store<i32>(<usize>(out + (count << 2)), end);
  return count + 1;
}

/** Where the store of values keeps how many it has, and how many bytes they take. */
const COUNT: i32 = 0;
const BYTES: i32 = 4;

/**
 * The number of a line's values in some columns, from 0 on in the order in which they came first. Two lines have the same number if and
 * only if `layout` and all these values are the same, byte for byte.
 * @param ends as {@link cutLine} wrote them
 * @param columns `columnCount` places of columns
 * @param scratch room for `maxBytes` + 64 bytes
 * @param held the store of values: two numbers (how many, and their bytes), `slotMask` + 1 slots of four bytes, `maxValues` entries of 16
 * bytes, `heldBytes` bytes
 * @returns the number; -1 when the values are longer than `maxBytes` together, -2 when there is no room for new ones
 */
export function numberOfValues(
  start: i32,
  ends: i32,
  columns: i32,
  columnCount: i32,
  layout: i32,
  scratch: i32,
  maxBytes: i32,
  held: i32,
  slotMask: i32,
  maxValues: i32,
  heldBytes: i32,
): i32 {
  const length = gather(start, ends, columns, columnCount, scratch, maxBytes);
  if (length < 0) return -1;
  const hash = hashOf(scratch, length, layout);
  const slots = held + 8;
  const entries = slots + ((slotMask + 1) << 2);
  const bytes = entries + (maxValues << 4);
  let slot = hash & slotMask;
  for (;;) {
    const number = load<i32>(<usize>(slots + (slot << 2))) - 1;
    if (number < 0) break;
    const entry = entries + (number << 4);
    if (
      load<i32>(<usize>entry) == hash &&
      load<i32>(<usize>(entry + 4)) == layout &&
      load<i32>(<usize>(entry + 8)) == length &&
      isEqual(bytes + load<i32>(<usize>(entry + 12)), scratch, length)
    )
      return number;
    slot = (slot + 1) & slotMask;
  }
  const number = load<i32>(<usize>(held + COUNT));
  const place = load<i32>(<usize>(held + BYTES));
  const padded = (length + 7) & ~7;
  if (number == maxValues || place + padded > heldBytes) return -2;
  store<i32>(<usize>(slots + (slot << 2)), number + 1);
  const entry = entries + (number << 4);
  store<i32>(<usize>entry, hash);
  store<i32>(<usize>(entry + 4), layout);
  store<i32>(<usize>(entry + 8), length);
  store<i32>(<usize>(entry + 12), place);
  for (let at = 0; at < padded; at += 8)
    store<u64>(<usize>(bytes + place + at), load<u64>(<usize>(scratch + at)));
  store<i32>(<usize>(held + COUNT), number + 1);
  store<i32>(<usize>(held + BYTES), place + padded);
  return number;
}

/** Copies the values one after the other to `scratch`, a line end behind each, zeros behind the last. @returns their length, or -1 */
function gather(start: i32, ends: i32, columns: i32, columnCount: i32, scratch: i32, maxBytes: i32): i32 {
  let length = 0;
  for (let index = 0; index < columnCount; index++) {
    const column = load<i32>(<usize>(columns + (index << 2)));
    const from = column == 0 ? start : load<i32>(<usize>(ends + (column << 2) - 4)) + 1;
    const bytes = load<i32>(<usize>(ends + (column << 2))) - from;
    if (length + bytes >= maxBytes) return -1;
    for (let at = 0; at < bytes; at += 16)
      v128.store(<usize>(scratch + length + at), v128.load(<usize>(from + at)));
    length += bytes;
    store<u8>(<usize>(scratch + length), SEPARATOR);
    length++;
  }
  store<u64>(<usize>(scratch + length), 0);
  return length;
}

/** A hash of zero-padded bytes; never asked to be hard to guess: equality is always compared. */
function hashOf(from: i32, length: i32, seed: i32): i32 {
  let hash: u64 = 0x9e3779b97f4a7c15 ^ (<u64>seed);
  for (let at = 0; at < length; at += 8) {
    hash = (hash ^ load<u64>(<usize>(from + at))) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  return <i32>(hash ^ (hash >> 29));
}

function isEqual(a: i32, b: i32, length: i32): boolean {
  for (let at = 0; at < length; at += 8)
    if (load<u64>(<usize>(a + at)) != load<u64>(<usize>(b + at))) return false;
  return true;
}

/** Bytes of an entry of the table of what is settled: a set, two numbers, and where texts lie that unsettle it (-1 for none). */
const SETTLED_ENTRY: i32 = 16;
const HASH_SIGN: i32 = 0x23;

/**
 * Settles a combination of a set (not 0) and two numbers.
 * @param unless place of a set of texts, as `scanFew` takes it: a line that holds one of them is not settled; -1 for none
 * @param settled the table: how many there are, 4 bytes of nothing, `slotMask` + 1 slots
 * @returns 0 when there is no room
 */
export function settle(set: i32, a: i32, b: i32, unless: i32, settled: i32, slotMask: i32, most: i32): i32 {
  const entry = settledEntry(set, a, b, settled, slotMask);
  if (load<i32>(<usize>entry) != 0) return 1;
  const count = load<i32>(<usize>settled);
  if (count >= most) return 0;
  store<i32>(<usize>settled, count + 1);
  store<i32>(<usize>entry, set);
  store<i32>(<usize>(entry + 4), a);
  store<i32>(<usize>(entry + 8), b);
  store<i32>(<usize>(entry + 12), unless);
  return 1;
}

/** Where a combination stands, or would. */
function settledEntry(set: i32, a: i32, b: i32, settled: i32, slotMask: i32): i32 {
  let hash = <u32>set * 0x9e3779b1;
  hash = (hash ^ (<u32>a)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 15) ^ (<u32>b)) * 0xc2b2ae35;
  let slot = (<i32>(hash ^ (hash >> 13))) & slotMask;
  let entry = settled + 8 + slot * SETTLED_ENTRY;
  while (load<i32>(<usize>entry) != 0 && !isEntry(entry, set, a, b)) {
    slot = (slot + 1) & slotMask;
    entry = settled + 8 + slot * SETTLED_ENTRY;
  }
  return entry;
}

function isEntry(entry: i32, set: i32, a: i32, b: i32): boolean {
  return (
    load<i32>(<usize>entry) == set && load<i32>(<usize>(entry + 4)) == a && load<i32>(<usize>(entry + 8)) == b
  );
}

/**
 * Takes the marks from lines `from <= i < to` with a time whose set of literals and values in two lists of columns are settled, up to a line
 * that begins with `#`.
 * @param groupsBehind bytes from the place of a set of texts to its groups, and to its literals' places (`dirsBehind`)
 */
export function dropSettled(
  from: i32,
  to: i32,
  starts: i32,
  ends: i32,
  stamps: i32,
  marks: i32,
  sets: i32,
  delimiter: i32,
  valueEnds: i32,
  maxValues: i32,
  columnsA: i32,
  countA: i32,
  layoutA: i32,
  columnsB: i32,
  countB: i32,
  layoutB: i32,
  scratch: i32,
  maxBytes: i32,
  held: i32,
  heldMask: i32,
  maxHeld: i32,
  heldBytes: i32,
  settled: i32,
  slotMask: i32,
  groupsBehind: i32,
  dirsBehind: i32,
  hits: i32,
): void {
  for (let line = from; line < to; line++) {
    const at = line << 2;
    const start = load<i32>(<usize>(starts + at));
    const end = load<i32>(<usize>(ends + at));
    if (start < end && <i32>load<u8>(<usize>start) == HASH_SIGN) return;
    if (load<i32>(<usize>(marks + at)) == 0) continue;
    if (load<f64>(<usize>(stamps + (line << 3))) < 0) continue;
    if (cutLine(start, end, delimiter, valueEnds, maxValues) < 0) continue;
    const a = numberOfValues(
      start,
      valueEnds,
      columnsA,
      countA,
      layoutA,
      scratch,
      maxBytes,
      held,
      heldMask,
      maxHeld,
      heldBytes,
    );
    if (a < 0) continue;
    const b = numberOfValues(
      start,
      valueEnds,
      columnsB,
      countB,
      layoutB,
      scratch,
      maxBytes,
      held,
      heldMask,
      maxHeld,
      heldBytes,
    );
    if (b < 0) continue;
    const entry = settledEntry(load<i32>(<usize>(sets + at)), a, b, settled, slotMask);
    if (load<i32>(<usize>entry) == 0) continue;
    const unless = load<i32>(<usize>(entry + 12));
    if (
      unless >= 0 &&
      scanFew(start, end, end, unless, unless + groupsBehind, unless + dirsBehind, hits, 2) != 0
    )
      continue;
    store<i32>(<usize>(marks + at), 0);
  }
}
