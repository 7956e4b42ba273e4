import type { JsonSink } from "./byte-sink.ts";
import type { ChunkData } from "./chunk-data.ts";
import type { Stretch } from "./value.ts";

/** Makes room for so many bytes behind what was written. */
function reserve(sink: JsonSink, count: number): void {
  const needed = sink.length + count;
  if (needed <= sink.bytes.length) return;
  const larger = Buffer.allocUnsafe(Math.max(needed, sink.bytes.length * 2));
  sink.bytes.copy(larger, 0, 0, sink.length);
  sink.bytes = larger;
}

/** Appends bytes that are JSON already. */
export function putBytes(sink: JsonSink, part: Uint8Array): void {
  const { length } = part;
  reserve(sink, length);
  const { bytes } = sink;
  let at = sink.length;
  // Below this a loop is cheaper than a call.
  if (length > 64) bytes.set(part, at);
  else for (let i = 0; i < length; i++) bytes[at + i] = part[i] ?? 0;
  at += length;
  sink.length = at;
}

/** Appends JSON text of any characters. */
export function putText(sink: JsonSink, json: string): void {
  reserve(sink, json.length * 3);
  const written = sink.bytes.write(json, sink.length, "utf8");
  if (written !== json.length) sink.ascii = false;
  sink.length += written;
}

/** Everything that was written, as text. */
export function takeText(sink: JsonSink): string {
  return sink.bytes.toString(sink.ascii ? "latin1" : "utf8", 0, sink.length);
}

/** Everything that was written, as a copy of the bytes. */
export function takeBytes(sink: JsonSink): Uint8Array {
  return new Uint8Array(sink.bytes.subarray(0, sink.length));
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = Buffer.from("0123456789abcdef", "latin1");
const UPPER_HEX = Buffer.from("0123456789ABCDEF", "latin1");
/** The letter behind the backslash for characters that have a short form, else 0; as JSON.stringify writes them. */
const SHORT = Uint8Array.from({ length: 0x60 }, (_, code) => {
  const json = JSON.stringify(String.fromCharCode(code));
  return json.length === 4 ? json.charCodeAt(2) : 0;
});

/** 1 for bytes that stand in a JSON string as they are. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 0x20 && code < 0x80 && code !== QUOTE && code !== BACKSLASH ? 1 : 0,
);

/** Appends UTF-16 as a JSON string, as JSON.stringify would write it. */
export function putWide(sink: JsonSink, { bytes: from }: ChunkData, { at, end }: Stretch): void {
  // A unit of two bytes needs six at most: a control character or half of a pair.
  reserve(sink, (end - at) * 3 + 2);
  const { bytes: to } = sink;
  let out = sink.length;
  to[out++] = QUOTE;
  for (let i = at; i < end; i += 2) {
    const low = from[i] ?? 0;
    const high = from[i + 1] ?? 0;
    if (high === 0 && PLAIN[low] === 1) {
      to[out++] = low;
      continue;
    }
    const unit = low | (high << 8);
    const next = (high & 0xfc) === 0xd8 && i + 3 < end ? (from[i + 2] ?? 0) | ((from[i + 3] ?? 0) << 8) : 0;
    if ((next & 0xfc00) === 0xdc00) {
      out = putWhole(sink, out, ((unit & 0x3ff) << 10) + (next & 0x3ff) + 0x1_0000);
      i += 2;
    } else out = high === 0 && low < 0x80 ? putEscape(to, out, low) : putWhole(sink, out, unit);
  }
  to[out++] = QUOTE;
  sink.length = out;
}

function putEscape(to: Buffer, out: number, code: number): number {
  to[out] = BACKSLASH;
  const short = SHORT[code] ?? 0;
  if (short !== 0) {
    to[out + 1] = short;
    return out + 2;
  }
  return putUnitHex(to, out, code);
}

/** A half of a pair and a control character as `\\u` and four digits. */
function putUnitHex(to: Buffer, out: number, unit: number): number {
  to[out] = BACKSLASH;
  to[out + 1] = 0x75;
  for (let digit = 0; digit < 4; digit++) to[out + 2 + digit] = HEX[(unit >> (12 - 4 * digit)) & 15] ?? 0;
  return out + 6;
}

/** A character above 0x7f in UTF-8. */
function putWhole(sink: JsonSink, out: number, code: number): number {
  const { bytes: to } = sink;
  if (code >= 0xd800 && code < 0xe000) return putUnitHex(to, out, code);
  sink.ascii = false;
  if (code < 0x800) {
    to[out] = 0xc0 | (code >> 6);
    to[out + 1] = 0x80 | (code & 0x3f);
    return out + 2;
  }
  if (code < 0x1_0000) {
    to[out] = 0xe0 | (code >> 12);
    to[out + 1] = 0x80 | ((code >> 6) & 0x3f);
    to[out + 2] = 0x80 | (code & 0x3f);
    return out + 3;
  }
  to[out] = 0xf0 | (code >> 18);
  to[out + 1] = 0x80 | ((code >> 12) & 0x3f);
  to[out + 2] = 0x80 | ((code >> 6) & 0x3f);
  to[out + 3] = 0x80 | (code & 0x3f);
  return out + 4;
}

/** Appends a whole number up to 2^53. */
export function putWholeNumber(sink: JsonSink, value: number): void {
  reserve(sink, 24);
  const { bytes } = sink;
  let left = value;
  let at = sink.length;
  if (left < 0) {
    bytes[at++] = 0x2d;
    left = -left;
  }
  let digits = 1;
  for (let bound = 10; left >= bound && digits < 16; bound *= 10) digits++;
  // Numbers of 32 bits divide much faster than longer ones.
  for (let i = digits - 1; i >= 0; i--) {
    const rest = left < 0x7fff_ffff ? ((left | 0) / 10) | 0 : Math.floor(left / 10);
    bytes[at + i] = 0x30 + (left - rest * 10);
    left = rest;
  }
  sink.length = at + digits;
}

/** Appends `"0x..."` of a number whose halves are given. */
export function putHexNumber(sink: JsonSink, high: number, low: number): void {
  reserve(sink, 24);
  const { bytes } = sink;
  let at = sink.length;
  bytes[at++] = QUOTE;
  bytes[at++] = 0x30;
  bytes[at++] = 0x78;
  let started = false;
  for (let digit = 15; digit >= 0; digit--) {
    const value = digit > 7 ? (high >>> ((digit - 8) * 4)) & 15 : (low >>> (digit * 4)) & 15;
    if (!started && value === 0 && digit > 0) continue;
    started = true;
    bytes[at++] = HEX[value] ?? 0;
  }
  bytes[at++] = QUOTE;
  sink.length = at;
}

/** Order of a GUID's bytes in its text; -1 is a dash. */
const GUID_ORDER: readonly number[] = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15];

/** Appends the GUID at an offset as a JSON string. */
export function putGuid(sink: JsonSink, chunk: ChunkData, at: number, braces: boolean): void {
  reserve(sink, 40);
  const { bytes } = sink;
  let out = sink.length;
  bytes[out++] = QUOTE;
  if (braces) bytes[out++] = 0x7b;
  for (const index of GUID_ORDER) {
    if (index === -1) bytes[out++] = 0x2d;
    else {
      const byte = chunk.bytes[at + index] ?? 0;
      bytes[out++] = UPPER_HEX[byte >> 4] ?? 0;
      bytes[out++] = UPPER_HEX[byte & 15] ?? 0;
    }
  }
  if (braces) bytes[out++] = 0x7d;
  bytes[out++] = QUOTE;
  sink.length = out;
}

/** Appends bytes in hex as a JSON string. */
export function putHexBytes(sink: JsonSink, chunk: ChunkData, { at, end }: Stretch): void {
  reserve(sink, (end - at) * 2 + 2);
  const { bytes } = sink;
  let out = sink.length;
  bytes[out++] = QUOTE;
  for (let i = at; i < end; i++) {
    const byte = chunk.bytes[i] ?? 0;
    bytes[out++] = UPPER_HEX[byte >> 4] ?? 0;
    bytes[out++] = UPPER_HEX[byte & 15] ?? 0;
  }
  bytes[out++] = QUOTE;
  sink.length = out;
}

/** Appends text that needs no escape, in quotes or not: characters below 0x80 only. */
export function putAscii(sink: JsonSink, text: string): void {
  reserve(sink, text.length);
  const { bytes } = sink;
  const at = sink.length;
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  sink.length = at + text.length;
}
