/**
 * Types of values in binary XML. An array has 0x80 added; texts in arrays end with a zero, other elements stand side by side.
 *
 * | code  | type        | bytes    | | code  | type                     | bytes     |
 * | ----- | ----------- | -------- |-| ----- | ------------------------ | --------- |
 * | 00    | null        | any      | | 0c    | double                   | 8         |
 * | 01    | UTF-16 text | any      | | 0d    | boolean                  | 4         |
 * | 02    | ANSI text   | any      | | 0e    | binary                   | any       |
 * | 03 04 | i8, u8      | 1        | | 0f    | GUID                     | 16        |
 * | 05 06 | i16, u16    | 2        | | 10    | size, shown in hex       | 4 or 8    |
 * | 07 08 | i32, u32    | 4        | | 11    | FILETIME                 | 8         |
 * | 09 0a | i64, u64    | 8        | | 12    | SYSTEMTIME               | 16        |
 * | 0b    | float       | 4        | | 13    | SID                      | 8 + 4n    |
 * |       |             |          | | 14 15 | u32, u64, shown in hex   | 4, 8      |
 * |       |             |          | | 20    | handle, shown in hex     | 4 or 8    |
 * |       |             |          | | 21    | binary XML               | any       |
 * |       |             |          | | 23    | XML text                 | any       |
 *
 * Source: libyal, EVTX format, Value types; [MS-EVEN6] 2.2.12 (ValueType).
 */
export const VALUE = {
  null: 0x00,
  text: 0x01,
  ansi: 0x02,
  int8: 0x03,
  uint8: 0x04,
  int16: 0x05,
  uint16: 0x06,
  int32: 0x07,
  uint32: 0x08,
  int64: 0x09,
  uint64: 0x0a,
  float: 0x0b,
  double: 0x0c,
  boolean: 0x0d,
  binary: 0x0e,
  guid: 0x0f,
  size: 0x10,
  filetime: 0x11,
  systemtime: 0x12,
  sid: 0x13,
  hex32: 0x14,
  hex64: 0x15,
  handle: 0x20,
  binxml: 0x21,
  xml: 0x23,
} as const;

/** Added to a type for an array of it. */
export const ARRAY = 0x80;

/** Bytes of a value by its type; 0 where any number will do, -1 for types that do not exist. */
const SIZES: readonly number[] = sizes();

function sizes(): readonly number[] {
  const table = new Array<number>(0x80).fill(-1);
  for (const type of [VALUE.null, VALUE.text, VALUE.ansi, VALUE.binary, VALUE.binxml, VALUE.xml]) table[type] = 0;
  for (const type of [VALUE.int8, VALUE.uint8]) table[type] = 1;
  for (const type of [VALUE.int16, VALUE.uint16]) table[type] = 2;
  for (const type of [VALUE.int32, VALUE.uint32, VALUE.float, VALUE.boolean, VALUE.hex32]) table[type] = 4;
  for (const type of [VALUE.int64, VALUE.uint64, VALUE.double, VALUE.filetime, VALUE.hex64]) table[type] = 8;
  for (const type of [VALUE.guid, VALUE.systemtime]) table[type] = 16;
  return table;
}

/** A value's type and place in the chunk. */
export interface ValuePlace {
  readonly type: number;
  readonly at: number;
  readonly length: number;
}

/**
 * The type to read a value as: its own when the size fits, null when a value of fixed size has no bytes, else binary, so that
 * bytes are shown rather than guessed.
 */
export function readableType(bytes: Uint8Array, place: ValuePlace): number {
  const { type, length } = place;
  const size = SIZES[type] ?? -1;
  if (size === 0 || size === length) return type;
  if (length === 0) return VALUE.null;
  if (type === VALUE.size || type === VALUE.handle)
    return length === 4 ? VALUE.hex32 : length === 8 ? VALUE.hex64 : VALUE.binary;
  if (type === VALUE.sid && length >= 8 && length >= 8 + 4 * (bytes[place.at + 1] ?? 0)) return VALUE.sid;
  return VALUE.binary;
}

/** The elements of an array value. */
export function elementPlaces(bytes: Uint8Array, place: ValuePlace): readonly ValuePlace[] {
  const type = place.type & ~ARRAY;
  if (type === VALUE.text) return textPlaces(bytes, place, 2);
  if (type === VALUE.ansi) return textPlaces(bytes, place, 1);
  const end = place.at + place.length;
  const places: ValuePlace[] = [];
  for (let at = place.at; at < end; ) {
    const step = type === VALUE.sid ? 8 + 4 * (bytes[at + 1] ?? 0) : (SIZES[type] ?? -1);
    // Types that cannot stand in arrays, and a last element that is cut, are shown as bytes.
    const length = step > 0 && at + step <= end ? step : end - at;
    places.push({ type: length === step ? type : VALUE.binary, at, length });
    at += length;
  }
  return places;
}

function textPlaces(bytes: Uint8Array, place: ValuePlace, unit: 1 | 2): readonly ValuePlace[] {
  const end = place.at + place.length;
  const type = place.type & ~ARRAY;
  const places: ValuePlace[] = [];
  let from = place.at;
  for (let at = place.at; at + unit <= end; at += unit) {
    if (bytes[at] !== 0 || (unit === 2 && bytes[at + 1] !== 0)) continue;
    places.push({ type, at: from, length: at - from });
    from = at + unit;
  }
  if (from + unit <= end) places.push({ type, at: from, length: end - from });
  return places;
}

/** Where a text ends when zeros behind it do not count. */
export function textEnd(bytes: Uint8Array, at: number, end: number): number {
  let last = end - ((end - at) & 1);
  while (last > at && bytes[last - 1] === 0 && bytes[last - 2] === 0) last -= 2;
  return last;
}
