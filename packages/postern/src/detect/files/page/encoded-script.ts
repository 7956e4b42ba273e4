import { type PageText, type Piece, joinPieces } from "./mapped-text.ts";

/**
 * Script stored with Microsoft's Script Encoder: `#@~^`, length, text, checksum, `^#~@`. The text is a substitution by
 * three alphabets in a fixed order of 64 steps. Public source: CyberChef (MicrosoftScriptDecoder), after decode-vbe.
 */
const START = "#@~^";
const END = "^#~@";
/** Six characters and `==`: the length before the text, the checksum behind it. */
const MARK = 8;
/** Which alphabet stands at which of the 64 steps. */
const ORDER = "0120121221210212021200122102122100212120200120210212001220012021";
/** For the codes 32 to 127 the character of each alphabet, in hex. */
const ALPHABETS: readonly string[] = [
  "2E2D32 477530 7A5221 566029 42715B 6A5E38 2F4933 265C3D 496258 417D3A 342935 323665 5B2039 767C5C 727A56 437F73",
  "386B66 39634E 703345 452B6B 686862 715159 4F6678 09765E 62317D 44644A 23546D 754371 4A4C41 7E3A60 4A4C41 5E7E53",
  "404C40 774542 4A2C27 612A48 5D7472 222775 4B3731 6F4437 4E794D 3B5952 4C2F22 506F54 67266A 2A7247 7D6A64 74392D",
  "547B20 2B3F7F 2D382E 2C774C 30675D 6E537E 6B476C 66346F 357879 255D74 213043 642326 4D5A76 525B25 636C24 3F482B",
  "7B5528 787023 296941 282E34 734C09 59212A 332444 7F4E3F 6D5077 55093B 535655 7C7369 3A3561 5F6163 654B50 465867",
  "583B51 315749 69224F 6C6D46 5A4D68 48257C 272836 5C4670 3D4A6E 24327A 79412F 373D5F 605F4B 514F5A 20422C 366557",
];
/** The same for the tabulator. */
const TABULATOR = "576E7B";
const TABLE: readonly string[] = readTable();

function readTable(): readonly string[] {
  const hex = ALPHABETS.join(" ").split(" ");
  return hex.map((three) => Buffer.from(three, "hex").toString("latin1"));
}

/** True when the text holds encoded script. */
export function hasEncodedScript(text: string): boolean {
  return text.includes(START);
}

/** The text with every encoded script put back into plain text. Never throws; a script without an end runs to the end. */
export function decodeScripts(page: PageText): PageText {
  const { text } = page;
  const pieces: Piece[] = [];
  let done = 0;
  for (let open = text.indexOf(START); open >= 0; open = text.indexOf(START, done)) {
    const start = Math.min(open + START.length + MARK, text.length);
    const close = text.indexOf(END, start);
    const stop = close < 0 ? text.length : Math.max(start, close - MARK);
    pieces.push({ text: text.slice(done, open), from: done, exact: true });
    pieces.push(...decodeScript(text.slice(start, stop), start));
    done = close < 0 ? text.length : close + END.length;
  }
  pieces.push({ text: text.slice(done), from: done, exact: true });
  return joinPieces(pieces, page, `${page.encoding}, encoded script`);
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "\n", "#": "\r", "*": ">", "!": "<", $: "@" };
/** Stands between the signs of `%>` and `<%` that come out of encoded script: they open and close nothing. */
const SEPARATOR = "\uE000";

const BREAKS: ReadonlySet<string> = new Set(["%>", "<%", "</"]);

/** Characters decoded into one piece: places are told this exactly. */
const STRETCH = 256;

/** Words that program text has many of. */
const WORDS = /\b(?:end|if|then|function|sub|set|dim|for|next|else|case|var|return|response|request)\b/giu;

/** Encoders knew or did not know that some characters take two bytes: the reading with more words is the right one. */
function decodeScript(encoded: string, from: number): readonly Piece[] {
  const single = decodePlain(encoded, from, false);
  if (!/[\u0081-\u00fe]/u.test(encoded)) return single;
  const double = decodePlain(encoded, from, true);
  return wordsOf(double) > wordsOf(single) ? double : single;
}

function wordsOf(pieces: readonly Piece[]): number {
  return (
    pieces
      .map((piece) => piece.text)
      .join("")
      .match(WORDS)?.length ?? 0
  );
}

function decodePlain(encoded: string, from: number, pairs: boolean): readonly Piece[] {
  const pieces: Piece[] = [];
  let step = 0;
  let text = "";
  let before = "";
  let started = 0;
  for (let at = 0; at < encoded.length; at++) {
    const code = encoded.charCodeAt(at);
    const escaped = code === 0x40 ? ESCAPES[encoded[at + 1] ?? ""] : undefined;
    if (escaped !== undefined) at++;
    const sign = escaped ?? plainOf(code, step);
    if (BREAKS.has(before + sign)) text += SEPARATOR;
    text += sign;
    before = sign;
    if (code < 128) step = (step + 1) % ORDER.length;
    // The second half of a Chinese, Japanese or Korean character may look like a letter; it is none.
    else if (pairs && code >= 0x81 && code < 0xff && isTrail(encoded.charCodeAt(at + 1))) {
      at++;
      text += encoded[at] ?? "";
    }
    if (text.length >= STRETCH) {
      pieces.push({ text, from: from + started, exact: false });
      text = "";
      started = at + 1;
    }
  }
  pieces.push({ text, from: from + started, exact: false });
  return pieces;
}

function isTrail(code: number): boolean {
  return code >= 0x40 && code < 0xff;
}

function plainOf(code: number, step: number): string {
  const alphabet = Number(ORDER[step] ?? "0");
  if (code === 9) return Buffer.from(TABULATOR, "hex").toString("latin1")[alphabet] ?? "";
  return TABLE[code - 32]?.[alphabet] ?? String.fromCharCode(code);
}
