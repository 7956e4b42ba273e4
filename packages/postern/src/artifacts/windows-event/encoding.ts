import { detectEncoding } from "../../core/index.ts";

/** How the text of an export is written. PowerShell writes UTF-16LE, nearly everything else UTF-8. */
export interface TextEncoding {
  readonly name: "utf-8" | "utf-16le" | "utf-16be";
  /** Bytes of a code unit. */
  readonly unitBytes: 1 | 2;
  /** Bytes of the byte order mark at the start, 0 without one. */
  readonly markBytes: number;
}

/** The encoding of an export that begins with these bytes. */
export function encodingOf(head: Uint8Array): TextEncoding {
  const { encoding, bomBytes } = detectEncoding(head);
  return { name: encoding, unitBytes: encoding === "utf-8" ? 1 : 2, markBytes: bomBytes };
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
