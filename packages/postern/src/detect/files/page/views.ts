import { decodeText } from "../text.ts";
import { decodeEbcdic, ebcdicOf, findEbcdic } from "./ebcdic.ts";
import { decodeScripts, hasEncodedScript } from "./encoded-script.ts";
import type { PageText } from "./mapped-text.ts";
import { decodeUtf7, isUtf7 } from "./utf7.ts";

/** One way to read a file, and whether that way is itself a sign of hiding. */
export interface PageView extends PageText {
  /** True for encodings in which no editor stores a page, and that filters do not read. */
  readonly unusual: boolean;
  /** True when the file held script of Microsoft's Script Encoder. */
  readonly scrambled: boolean;
}

const CODE_PAGE = /\bcodepage\s{0,16}=\s{0,16}["']?\s{0,16}(\d{2,5})\b/iu;
/** A page's directive stands in its beginning. */
const HEAD = 4096;

/** Reads the bytes of a page as the compiler of the page could: usually one view, two when a code page is named. */
export function viewsOf(bytes: Uint8Array): readonly PageView[] {
  const ebcdic = findEbcdic(bytes);
  if (ebcdic !== null) return [hidden(ebcdicText(bytes, 0, ebcdic))];
  const wide = decodeUtf32(bytes);
  if (wide !== null) return [withScripts({ ...wide, unusual: true, scrambled: false })];
  const plain = decodeText(bytes);
  const views = [withScripts({ ...plain, unusual: false, scrambled: false })];
  if (isUtf7(plain.text)) views.push(hidden(decodeUtf7(plain)));
  const declared = CODE_PAGE.exec(plain.text.slice(0, HEAD));
  const page = declared === null ? null : ebcdicOf(Number(declared[1]));
  if (declared !== null && page !== null) {
    const close = plain.text.indexOf("%>", declared.index);
    views.push(hidden(ebcdicText(bytes, plain.offsetBytesOf(close < 0 ? 0 : close + 2), page)));
  }
  return views;
}

function hidden(page: PageText): PageView {
  return { ...page, unusual: true, scrambled: false };
}

function withScripts(view: PageView): PageView {
  if (!hasEncodedScript(view.text)) return view;
  return { ...decodeScripts(view), unusual: view.unusual, scrambled: true };
}

function ebcdicText(bytes: Uint8Array, start: number, codePage: number): PageText {
  const text = decodeEbcdic(bytes.subarray(start), codePage);
  return { text, encoding: `ebcdic-${String(codePage)}`, offsetBytesOf: (index) => start + index };
}

/** UTF-32 shows by its mark, or by three zero bytes beside each letter. */
function decodeUtf32(bytes: Uint8Array): PageText | null {
  const little = bytes[2] === 0 && bytes[3] === 0 && bytes[0] !== 0;
  const big = bytes[0] === 0 && bytes[1] === 0 && bytes[3] !== 0;
  const marked = (little && bytes[0] === 0xff && bytes[1] === 0xfe) || (big && bytes[2] === 0xfe);
  if (bytes.length < 16 || (!little && !big)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = marked ? 4 : 0;
  const parts: string[] = [];
  for (let at = start; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, little);
    if (code > 0x10_ffff) return null;
    parts.push(code > 0xffff ? "\uFFFD" : String.fromCharCode(code));
  }
  const encoding = little ? "utf-32le" : "utf-32be";
  return { text: parts.join(""), encoding, offsetBytesOf: (index) => start + 4 * index };
}
