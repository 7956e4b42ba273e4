import type { ChunkData } from "./chunk-data.ts";
import type { Fragment } from "./fragment.ts";
import type { Rendering, Style } from "./rendering.ts";
import { spend } from "./rendering.ts";
import { filetimeText, systemTimeText } from "./time-text.ts";

/**
 * Value types; 0x80 on top makes a list of them.
 *
 * | type | value | type | value | type | value |
 * | ---- | ----- | ---- | ----- | ---- | ----- |
 * | 00 | null | 08 | u32 | 10 | size (u32 or u64) |
 * | 01 | UTF-16 text | 09 | i64 | 11 | FILETIME |
 * | 02 | text in the system's code page | 0a | u64 | 12 | SYSTEMTIME |
 * | 03 | i8 | 0b | f32 | 13 | SID |
 * | 04 | u8 | 0c | f64 | 14 | hex u32 |
 * | 05 | i16 | 0d | bool (4 bytes) | 15 | hex u64 |
 * | 06 | u16 | 0e | bytes | 20 | handle |
 * | 07 | i32 | 0f | GUID | 21 | binary XML, 23: XML text |
 *
 * Source: [MS-EVEN6] 2.2.12, libyal, EVTX format, section 4.8.
 */
export const FIXED_BYTES: ReadonlyMap<number, number> = new Map([
  [0x03, 1],
  [0x04, 1],
  [0x05, 2],
  [0x06, 2],
  [0x07, 4],
  [0x08, 4],
  [0x09, 8],
  [0x0a, 8],
  [0x0b, 4],
  [0x0c, 8],
  [0x0d, 4],
  [0x0f, 16],
  [0x11, 8],
  [0x12, 16],
  [0x14, 4],
  [0x15, 8],
]);

/** Value type of binary XML. */
export const BINXML = 0x21;
/** Bit of a list. */
export const LIST = 0x80;

/** Type of the value at an index; 0 when there is none or it is empty. */
export function typeOf(fragment: Fragment, index: number): number {
  if (index >= fragment.valueCount || lengthOf(fragment, index) === 0) return 0;
  return fragment.chunk.bytes[fragment.descriptorsAt + index * 4 + 2] ?? 0;
}

/** Whether the value at an index is there: null, or a text of no length with its type kept, count as two things. */
export function lengthOf(fragment: Fragment, index: number): number {
  return (fragment.starts[index + 1] ?? 0) - (fragment.starts[index] ?? 0);
}

/** The value at an index as text; lists joined by commas; binary XML is not for this function and gives nothing. */
export function valueText(fragment: Fragment, index: number, rendering: Rendering): string {
  const type = typeOf(fragment, index);
  if (type === 0 || type === BINXML) return "";
  const at = fragment.starts[index] ?? 0;
  const end = fragment.starts[index + 1] ?? at;
  if (!spend(rendering, end - at)) return "";
  if (type & LIST) return listTexts(fragment, index, rendering).join(", ");
  return scalarText(fragment.chunk, type, { at, end }, rendering.style);
}

/** The value at an index as JSON: numbers and booleans as such, everything else as text. */
export function valueJson(fragment: Fragment, index: number, rendering: Rendering): string {
  const type = typeOf(fragment, index);
  const text = valueText(fragment, index, rendering);
  const fits = lengthOf(fragment, index) >= (FIXED_BYTES.get(type) ?? 0);
  return fits && text !== "" && isBare(type, text) ? text : quoted(text);
}

/** A text as JSON. Most texts need no escape, and then looking is cheaper than `JSON.stringify`. */
function quoted(text: string): string {
  return /["\\\u0000-\u001f\ud800-\udfff]/.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** Whether a value stands in JSON without quotes. Whole numbers that JavaScript cannot hold stay text. */
function isBare(type: number, text: string): boolean {
  if (type >= 0x03 && type <= 0x08) return text !== "";
  if (type === 0x09 || type === 0x0a)
    return Number.isSafeInteger(Number(text)) && text !== "" && text.length < 18;
  if (type === 0x0b || type === 0x0c) return Number.isFinite(Number(text)) && text !== "";
  return type === 0x0d;
}

/** The values of a list, one text each. */
export function listTexts(fragment: Fragment, index: number, rendering: Rendering): readonly string[] {
  const type = typeOf(fragment, index) & 0x7f;
  const at = fragment.starts[index] ?? 0;
  const end = fragment.starts[index + 1] ?? at;
  // Every entry of a list is an element of its own in the output, so it costs more than its bytes.
  if (!spend(rendering, (end - at) * 16)) return [];
  return listStretches(fragment.chunk, type, { at, end }).map((one) =>
    scalarText(fragment.chunk, type, one, rendering.style),
  );
}

/**
 * Where the entries of a list stand: values of fixed size side by side, SIDs by their own length, texts each with a zero behind it
 * (the last one may lack it). A list of anything else is one entry.
 */
export function listStretches(chunk: ChunkData, type: number, { at, end }: Stretch): readonly Stretch[] {
  if (type === 0x01) return textStretches(chunk, { at, end }, 2);
  if (type === 0x02) return textStretches(chunk, { at, end }, 1);
  // A list of sizes is that of a 64-bit machine; nothing in it says so.
  const fixed = type === 0x10 ? 8 : FIXED_BYTES.get(type);
  if (fixed === undefined && type !== 0x13) return [{ at, end }];
  const stretches: Stretch[] = [];
  for (let from = at; from + (fixed ?? 8) <= end;) {
    const next = Math.min(end, from + (fixed ?? 8 + (chunk.bytes[from + 1] ?? 0) * 4));
    stretches.push({ at: from, end: next });
    from = next;
  }
  return stretches;
}

function textStretches({ bytes }: ChunkData, { at, end }: Stretch, unit: 1 | 2): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = at;
  for (let to = at; to + unit <= end; to += unit) {
    if (bytes[to] !== 0 || (unit === 2 && bytes[to + 1] !== 0)) continue;
    stretches.push({ at: from, end: to });
    from = to + unit;
  }
  if (from + unit <= end) stretches.push({ at: from, end });
  return stretches;
}

/** A stretch of the chunk. */
export interface Stretch {
  readonly at: number;
  readonly end: number;
}

/** One value as text. A value that is shorter than its type is shown as its bytes in hex. */
export function scalarText(chunk: ChunkData, type: number, { at, end }: Stretch, style: Style): string {
  const length = end - at;
  if (length < (FIXED_BYTES.get(type) ?? 0)) return hexText(chunk, at, end);
  switch (type) {
    case 0x01:
    case 0x23:
      return wideText(chunk, { at, end }, style.trimEnd);
    case 0x02:
      return withoutEnd(ansiText(chunk, at, end), style.trimEnd);
    case 0x0f:
      return guidText(chunk, at, style.guidBraces);
    case 0x11:
      return filetimeText(chunk, at, style.fractionDigits);
    case 0x12:
      return systemTimeText(chunk, at, style.fractionDigits);
    case 0x13:
      return length < 8 ? hexText(chunk, at, end) : sidText(chunk, at, end);
    default:
      return numberText(chunk, type, { at, end });
  }
}

function numberText(chunk: ChunkData, type: number, { at, end }: Stretch): string {
  const { view } = chunk;
  switch (type) {
    case 0x03:
      return String(view.getInt8(at));
    case 0x04:
      return String(view.getUint8(at));
    case 0x05:
      return String(view.getInt16(at, true));
    case 0x06:
      return String(view.getUint16(at, true));
    case 0x07:
      return String(view.getInt32(at, true));
    case 0x08:
      return String(view.getUint32(at, true));
    case 0x09:
      return String(view.getBigInt64(at, true));
    case 0x0a:
      return u64Text(chunk, at);
    case 0x0b:
      return String(shortFloat(view.getFloat32(at, true)));
    case 0x0c:
      return String(view.getFloat64(at, true));
    case 0x0d:
      return String(view.getUint32(at, true) !== 0);
    default:
      return hexNumberText(chunk, type, { at, end });
  }
}

/** The shortest decimal that is the same float: 0.1, not 0.10000000149011612. */
function shortFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function hexNumberText(chunk: ChunkData, type: number, { at, end }: Stretch): string {
  const length = end - at;
  const isNumber = type === 0x14 || type === 0x15 || type === 0x10 || type === 0x20;
  if (isNumber && length === 4) return `0x${chunk.view.getUint32(at, true).toString(16)}`;
  if (!isNumber || length !== 8) return hexText(chunk, at, end);
  const high = chunk.view.getUint32(at + 4, true);
  const low = chunk.view.getUint32(at, true).toString(16);
  return high === 0 ? `0x${low}` : `0x${high.toString(16)}${low.padStart(8, "0")}`;
}

function u64Text(chunk: ChunkData, at: number): string {
  const high = chunk.view.getUint32(at + 4, true);
  // Up to 2^53 a plain number is exact and much cheaper.
  if (high < 0x20_0000) return String(high * 0x1_0000_0000 + chunk.view.getUint32(at, true));
  return String(chunk.view.getBigUint64(at, true));
}

/** UTF-16 without what wideEnd cuts off; what stands between zeros is kept. */
function wideText(chunk: ChunkData, stretch: Stretch, trimEnd: boolean): string {
  return chunk.bytes.toString("utf16le", stretch.at, wideEnd(chunk, stretch, trimEnd));
}

/** Where a UTF-16 text ends without the zeros (and blanks, where asked) behind it. */
export function wideEnd({ bytes }: ChunkData, { at, end }: Stretch, trimEnd: boolean): number {
  let last = end - ((end - at) & 1);
  while (last > at && bytes[last - 1] === 0 && (bytes[last - 2] === 0 || (trimEnd && bytes[last - 2] === 32)))
    last -= 2;
  return last;
}

/** Not a regular expression, whose time would grow with the square of a run of zeros in the middle. */
function withoutEnd(text: string, trimEnd: boolean): string {
  let last = text.length;
  while (last > 0 && (text[last - 1] === "\0" || (trimEnd && text[last - 1] === " "))) last--;
  return text.slice(0, last);
}

function ansiText(chunk: ChunkData, at: number, end: number): string {
  return chunk.ansi.decode(chunk.bytes.subarray(at, end));
}

function hexText(chunk: ChunkData, at: number, end: number): string {
  return chunk.bytes.toString("hex", at, end).toUpperCase();
}

function guidText(chunk: ChunkData, at: number, braces: boolean): string {
  const hex = chunk.bytes.toString("hex", at, at + 16).toUpperCase();
  const head = `${hex.slice(6, 8)}${hex.slice(4, 6)}${hex.slice(2, 4)}${hex.slice(0, 2)}`;
  const middle = `${hex.slice(10, 12)}${hex.slice(8, 10)}-${hex.slice(14, 16)}${hex.slice(12, 14)}`;
  const guid = `${head}-${middle}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return braces ? `{${guid}}` : guid;
}

/** SID: u8 revision, u8 number of parts, 6 bytes authority (big-endian), u32 each part. Source: [MS-DTYP] 2.4.2. */
export function sidText(chunk: ChunkData, at: number, end: number): string {
  const { bytes, view } = chunk;
  const authority = view.getUint16(at + 2) * 0x1_0000_0000 + view.getUint32(at + 4);
  let text = `S-${String(bytes[at] ?? 0)}-${String(authority)}`;
  const parts = Math.min(bytes[at + 1] ?? 0, (end - at - 8) >> 2);
  for (let i = 0; i < parts; i++) text += `-${String(view.getUint32(at + 8 + i * 4, true))}`;
  return text;
}
