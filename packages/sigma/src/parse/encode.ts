/** The encodings that a chain of modifiers can ask for. */
export type Encoding = "base64" | "base64offset" | "utf16le" | "utf16be" | "utf16";

/** Applies one encoding to bytes; `base64offset` gives three results, the others one. */
export function encode(bytes: Uint8Array, encoding: Encoding): readonly Uint8Array[] {
  switch (encoding) {
    case "base64":
      return [ascii(Buffer.from(bytes).toString("base64"))];
    case "base64offset":
      return [0, 1, 2].map((shift) => ascii(stablePart(bytes, shift)));
    case "utf16le":
      return [utf16(bytes, true)];
    case "utf16be":
      return [utf16(bytes, false)];
    case "utf16":
      return [Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(bytes, true)])];
  }
}

function ascii(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/**
 * What Base64 shows of `bytes` when `shift` unknown bytes stand before them: the characters whose six bits all come from
 * `bytes`. Leading characters that share bits with the unknown bytes (0, 2, 3 of them) and a last incomplete one go.
 */
function stablePart(bytes: Uint8Array, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
  const first = [0, 2, 3][shift] ?? 0;
  const bits = (shift + bytes.length) * 8;
  return text.slice(first, Math.floor(bits / 6));
}

/** UTF-16 of UTF-8 text. */
function utf16(bytes: Uint8Array, littleEndian: boolean): Uint8Array {
  const out = Buffer.from(Buffer.from(bytes).toString("utf8"), "utf16le");
  return littleEndian ? out : out.swap16();
}
