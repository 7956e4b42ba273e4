import { type PageText, type Piece, joinPieces } from "./mapped-text.ts";

/** `+`, UTF-16 as Base64, and a `-` that falls away: RFC 2152. `+-` is a plus sign. */
const SHIFTED = /\+([A-Za-z0-9+/]*)-?/gu;
/** The page says that it is UTF-7: `<%@ codepage=65000 %>`. */
const DECLARED = /\bcodepage\s{0,16}=\s{0,16}["']?\s{0,16}65000\b/iu;
/** `<` and `%` as UTF-7 writes them, where an encoder shifts every special character. */
const SHIFTED_OPEN = /\+ADw(?:AJQ|-|[A-Za-z0-9+/])/u;

/** True when the text is UTF-7, by its own word or by the form in which a tag opens. */
export function isUtf7(text: string): boolean {
  return DECLARED.test(text.slice(0, 4096)) || SHIFTED_OPEN.test(text);
}

/** Decodes UTF-7 inside text that was read byte by byte. */
export function decodeUtf7(page: PageText): PageText {
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of page.text.matchAll(SHIFTED)) {
    pieces.push({ text: page.text.slice(done, match.index), from: done, exact: true });
    const base64 = match[1] ?? "";
    const text = base64 === "" ? (match[0] === "+-" ? "+" : "") : unitsOf(base64);
    pieces.push({ text, from: match.index, exact: false });
    done = match.index + match[0].length;
  }
  pieces.push({ text: page.text.slice(done), from: done, exact: true });
  return joinPieces(pieces, page, "utf-7");
}

function unitsOf(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
    .swap16()
    .toString("utf16le");
}
