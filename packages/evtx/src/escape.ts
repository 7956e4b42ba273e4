import type { ByteSink } from "./byte-sink.ts";
import { reserve } from "./byte-sink.ts";

/** What a text is written into, as the replacements of its ASCII characters: null stands for itself. */
export type Escapes = readonly (Uint8Array | null)[];

/** JSON strings (RFC 8259, 7). */
export const JSON_ESCAPES: Escapes = escapes((code) => {
  const short = new Map([
    [8, "\\b"],
    [9, "\\t"],
    [10, "\\n"],
    [12, "\\f"],
    [13, "\\r"],
    [34, '\\"'],
    [92, "\\\\"],
  ]).get(code);
  return short ?? (code < 32 ? `\\u${code.toString(16).padStart(4, "0")}` : null);
});

/** XML 1.0 forbids these even as references (2.2), so they become the replacement character. */
const FORBIDDEN = (code: number): boolean => code < 32 && code !== 9 && code !== 10 && code !== 13;

/** Text of an element (Canonical XML 1.1, 2.3). */
export const XML_TEXT_ESCAPES: Escapes = escapes((code) => {
  if (FORBIDDEN(code)) return "\ufffd";
  return new Map([
    [13, "&#xD;"],
    [38, "&amp;"],
    [60, "&lt;"],
    [62, "&gt;"],
  ]).get(code);
});

/** Value of an attribute (Canonical XML 1.1, 2.3). */
export const XML_ATTRIBUTE_ESCAPES: Escapes = escapes((code) => {
  if (FORBIDDEN(code)) return "\ufffd";
  return new Map([
    [9, "&#x9;"],
    [10, "&#xA;"],
    [13, "&#xD;"],
    [34, "&quot;"],
    [38, "&amp;"],
    [60, "&lt;"],
  ]).get(code);
});

function escapes(of: (code: number) => string | null | undefined): Escapes {
  return Array.from({ length: 128 }, (_, code) => {
    const text = of(code);
    return text === null || text === undefined ? null : Buffer.from(text, "utf8");
  });
}

/** Appends UTF-16LE bytes from `at` to `end` as UTF-8; halves of surrogate pairs become the replacement character. */
export function putUtf16(
  sink: ByteSink,
  source: Uint8Array,
  stretch: { readonly at: number; readonly end: number },
  into: Escapes,
): void {
  const end = stretch.end - ((stretch.end - stretch.at) & 1);
  reserve(sink, (end - stretch.at) * 3); // one unit becomes six bytes at most (\u0000, &quot;)
  const { bytes } = sink;
  let to = sink.length;
  for (let at = stretch.at; at < end; at += 2) {
    const unit = (source[at] ?? 0) | ((source[at + 1] ?? 0) << 8);
    if (unit < 0x80) {
      const escape = into[unit];
      if (escape === null || escape === undefined) bytes[to++] = unit;
      else for (let i = 0; i < escape.length; i++) bytes[to++] = escape[i] ?? 0;
    } else if (unit < 0x800) {
      bytes[to++] = 0xc0 | (unit >> 6);
      bytes[to++] = 0x80 | (unit & 0x3f);
    } else if (unit >= 0xd800 && unit < 0xe000) {
      const next = at + 2 < end ? (source[at + 2] ?? 0) | ((source[at + 3] ?? 0) << 8) : 0;
      const pair = unit < 0xdc00 && next >= 0xdc00 && next < 0xe000;
      to = putCodePoint(bytes, to, pair ? 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00) : 0xfffd);
      if (pair) at += 2;
    } else to = putCodePoint(bytes, to, unit);
  }
  sink.length = to;
}

function putCodePoint(bytes: Buffer, to: number, point: number): number {
  let at = to;
  if (point >= 0x10000) {
    bytes[at++] = 0xf0 | (point >> 18);
    bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
  } else bytes[at++] = 0xe0 | (point >> 12);
  bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
  bytes[at++] = 0x80 | (point & 0x3f);
  return at;
}

/** Appends a text as UTF-8. */
export function putText(sink: ByteSink, text: string, into: Escapes): void {
  const units = Buffer.from(text, "utf16le");
  putUtf16(sink, units, { at: 0, end: units.length }, into);
}
