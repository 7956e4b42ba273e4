import type { TextEncoding } from "../../core/index.ts";
import { detectEncoding } from "../../core/index.ts";
import type { Place } from "../../model/index.ts";

/** One line without its end, and where it stands. */
export interface Line {
  readonly text: string;
  readonly at: Place;
}

/** A longer line is cut when decoded; no line that is read here comes near. */
const MAX_LINE_BYTES = 64 * 1024;

/** Decodes text; bytes that fit no encoding become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  const { encoding, bomBytes } = detectEncoding(bytes);
  return new TextDecoder(encoding).decode(bytes.subarray(bomBytes));
}

/** Decodes the first bytes of a file, which may end inside a character. */
export function decodeHead(head: Uint8Array): string {
  return decodeText(head.subarray(0, head.length & ~1));
}

/**
 * Tells the byte offset of a position in decoded text. Positions that grow cost only the way from the last one.
 * Wrong by some bytes behind text that fits no encoding.
 */
export function offsetCounter(bytes: Uint8Array, text: string): (position: number) => number {
  const { encoding, bomBytes } = detectEncoding(bytes);
  let mark = { chars: 0, bytes: bomBytes };
  return (position) => {
    if (position < mark.chars) mark = { chars: 0, bytes: bomBytes };
    const part = text.slice(mark.chars, position);
    mark = {
      chars: position,
      bytes: mark.bytes + (encoding === "utf-8" ? Buffer.byteLength(part) : part.length * 2),
    };
    return mark.bytes;
  };
}

/** Yields the lines of a text file in any of the three encodings. Line numbers start at 1. */
export function* linesOf(bytes: Uint8Array, item: number): Generator<Line> {
  const { encoding, bomBytes } = detectEncoding(bytes);
  const decoder = new TextDecoder(encoding);
  let start = bomBytes;
  for (let record = 1; start < bytes.length; record++) {
    const { end, next } = lineEnd(bytes, start, encoding);
    const text = decoder.decode(bytes.subarray(start, Math.min(end, start + MAX_LINE_BYTES)));
    yield {
      text: text.replace(/\r$/, ""),
      at: { item, offsetBytes: start, lengthBytes: end - start, record },
    };
    start = next;
  }
}

function lineEnd(
  bytes: Uint8Array,
  start: number,
  encoding: TextEncoding,
): { readonly end: number; readonly next: number } {
  if (encoding === "utf-8") {
    const end = bytes.indexOf(0x0a, start);
    return end < 0 ? { end: bytes.length, next: bytes.length } : { end, next: end + 1 };
  }
  // A line feed is 0A 00 or 00 0A, at an even distance from the start.
  const low = encoding === "utf-16le" ? 0 : 1;
  for (let at = start; at + 1 < bytes.length; at += 2)
    if (bytes[at + low] === 0x0a && bytes[at + 1 - low] === 0) return { end: at, next: at + 2 };
  return { end: bytes.length, next: bytes.length };
}
