/** How the text of an export is written. PowerShell writes UTF-16LE, nearly everything else UTF-8. */
export interface TextEncoding {
  readonly name: "utf-8" | "utf-16le" | "utf-16be";
  /** Bytes of a code unit. */
  readonly unitBytes: 1 | 2;
  /** Bytes of the byte order mark at the start, 0 without one. */
  readonly markBytes: number;
}

/** Recognises the encoding by its byte order mark, or by the zero bytes of ASCII text in UTF-16. */
export function detectEncoding(head: Uint8Array): TextEncoding {
  const [a, b, c, d] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { name: "utf-8", unitBytes: 1, markBytes: 3 };
  if (a === 0xff && b === 0xfe) return { name: "utf-16le", unitBytes: 2, markBytes: 2 };
  if (a === 0xfe && b === 0xff) return { name: "utf-16be", unitBytes: 2, markBytes: 2 };
  if (isAscii(a) && b === 0 && isAscii(c) && d === 0) return { name: "utf-16le", unitBytes: 2, markBytes: 0 };
  if (a === 0 && isAscii(b) && c === 0 && isAscii(d)) return { name: "utf-16be", unitBytes: 2, markBytes: 0 };
  return { name: "utf-8", unitBytes: 1, markBytes: 0 };
}

function isAscii(byte: number | undefined): boolean {
  return byte !== undefined && byte > 0 && byte < 0x80;
}

/** One byte per code unit: the ASCII value, or 0x80 for everything above in UTF-16. UTF-8 is its own answer. */
export function toUnits(bytes: Uint8Array, encoding: TextEncoding): Uint8Array {
  if (encoding.unitBytes === 1) return bytes;
  const units = new Uint8Array(bytes.length >> 1);
  const low = encoding.name === "utf-16le" ? 0 : 1;
  for (let i = 0; i < units.length; i++) {
    const value = bytes[2 * i + low] ?? 0;
    units[i] = bytes[2 * i + 1 - low] !== 0 || value > 0x7f ? 0x80 : value;
  }
  return units;
}

/** The text of some bytes, and whether they were UTF-8 as they should be; if not they are read as Windows-1252. */
export function decodeText(
  bytes: Uint8Array,
  encoding: TextEncoding,
): { readonly text: string; readonly mended: boolean } {
  if (encoding.name !== "utf-8") return { text: new TextDecoder(encoding.name).decode(bytes), mended: false };
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  if (!text.includes("\ufffd")) return { text, mended: false };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), mended: false };
  } catch {
    // Not damage: the bytes are all there, only the encoding is another one, and the record says so.
    return { text: new TextDecoder("windows-1252").decode(bytes), mended: true };
  }
}
