/** Encodings in which pages are met on Exchange servers. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "latin1";

/** Decoded text that can say at which byte each character stood. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
  /** Offset in bytes of the character at `index`. */
  offsetBytesOf(index: number): number;
}

/**
 * Decodes the bytes of a page: by byte order mark, by zero bytes, as UTF-8 if it is UTF-8, else byte by byte.
 * Never throws; the byte order mark is no part of the text.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const wide = findWide(bytes);
  if (wide !== null) return decodeWide(bytes, wide);
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset + bom, bytes.length - bom);
  const utf8 = body.toString("utf8");
  if (!utf8.includes("\uFFFD")) {
    const plain = utf8.length === body.length;
    const offsetBytesOf = (index: number): number =>
      bom + (plain ? index : Buffer.byteLength(utf8.slice(0, index), "utf8"));
    return { text: utf8, encoding: "utf-8", offsetBytesOf };
  }
  return { text: body.toString("latin1"), encoding: "latin1", offsetBytesOf: (index) => bom + index };
}

/** UTF-16 without a mark shows by its zero bytes: in text of a page nearly every second byte is zero. */
function findWide(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const head = bytes.subarray(0, 256);
  if (head.length < 8) return null;
  const zeros = [0, 0];
  for (const [index, byte] of head.entries()) {
    const side = index % 2;
    if (byte === 0) zeros[side] = (zeros[side] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = zeros;
  if (odd > head.length * 0.4 && even < head.length * 0.05) return "utf-16le";
  if (even > head.length * 0.4 && odd < head.length * 0.05) return "utf-16be";
  return null;
}

function decodeWide(bytes: Uint8Array, encoding: "utf-16le" | "utf-16be"): DecodedText {
  const marked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const bom = marked ? 2 : 0;
  const even = Buffer.from(bytes.subarray(bom, bytes.length - ((bytes.length - bom) % 2)));
  if (encoding === "utf-16be") even.swap16();
  return { text: even.toString("utf16le"), encoding, offsetBytesOf: (index) => bom + 2 * index };
}

/** Longest excerpt of a reason, in characters. */
const EXCERPT_LIMIT = 300;

/** A piece of text for a reason: from `index` on, cut at EXCERPT_LIMIT, white space and control characters as blanks. */
export function excerptOf(text: string, index: number, length: number): string {
  const piece = text.slice(index, index + Math.min(length, EXCERPT_LIMIT));
  return piece.replace(/[\s\p{Cc}]+/gu, " ").trim();
}
