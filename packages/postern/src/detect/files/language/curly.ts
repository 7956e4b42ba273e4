import { TOKEN_LIMIT, token, type Token } from "./token.ts";

/** How deep interpolated texts may stand in each other. */
const INTERPOLATION_LIMIT = 8;

interface Reader {
  readonly text: string;
  readonly end: number;
  readonly script: boolean;
  readonly depth: number;
  readonly tokens: Token[];
  at: number;
}

/** Where to read, and in which language. */
export interface CurlyInput {
  readonly start: number;
  readonly end: number;
  /** True for JScript: single quotes hold texts, slashes hold patterns. */
  readonly script: boolean;
}

/** Tokens of C#, JScript or JScript.NET between two places. Comments and preprocessor lines fall away. Never throws. */
export function readCurly(text: string, input: CurlyInput, tokens: Token[] = [], depth = 0): Token[] {
  const reader: Reader = { text, end: input.end, script: input.script, depth, tokens, at: input.start };
  while (reader.at < reader.end && tokens.length < TOKEN_LIMIT) readToken(reader);
  return tokens;
}

const SPACE = /[\s\p{Cf}]/u;
const NAME_START = /[\p{L}\p{Nl}_$@\\]/u;
const DIGIT = /[0-9]/u;

function readToken(reader: Reader): void {
  const { text, at } = reader;
  const sign = text[at] ?? "";
  if (SPACE.test(sign)) reader.at++;
  else if (sign === "/" && (text[at + 1] === "/" || text[at + 1] === "*")) skipComment(reader);
  else if (sign === "#" && isLineStart(text, at)) reader.at = lineEnd(reader, at);
  else if (sign === '"' || sign === "`") readText(reader, at);
  else if (sign === "'") readSingle(reader);
  else if ((sign === "@" || sign === "$") && /^[@$]{1,3}"/u.test(text.slice(at, at + 4)))
    readPrefixed(reader);
  else if (DIGIT.test(sign)) readNumber(reader);
  else if (NAME_START.test(sign)) readName(reader);
  else if (sign === "/" && reader.script && opensPattern(reader.tokens)) skipPattern(reader);
  else readSign(reader);
}

function skipComment(reader: Reader): void {
  if (reader.text[reader.at + 1] === "/") {
    reader.at = lineEnd(reader, reader.at);
    return;
  }
  const close = reader.text.indexOf("*/", reader.at + 2);
  reader.at = close < 0 || close > reader.end ? reader.end : close + 2;
}

function lineEnd(reader: Reader, from: number): number {
  const close = reader.text.indexOf("\n", from);
  return close < 0 || close > reader.end ? reader.end : close;
}

function isLineStart(text: string, at: number): boolean {
  for (let before = at - 1; before >= 0 && before > at - 200; before--) {
    const sign = text[before];
    if (sign === "\n" || sign === ">") return true;
    if (sign !== " " && sign !== "\t" && sign !== "\r") return false;
  }
  return at === 0;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  0: "\0",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
};
const CODE_ESCAPE = /(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|U([0-9a-f]{8})|x([0-9a-f]{1,4}))/iuy;

/** Reads one escape behind a backslash; gives its text and the place behind it. */
function readEscape(text: string, at: number, script: boolean): readonly [decoded: string, next: number] {
  CODE_ESCAPE.lastIndex = at;
  const match = CODE_ESCAPE.exec(text);
  if (match !== null) {
    const short = script && match[4] !== undefined ? match[4].slice(0, 2) : match[4];
    const code = Number.parseInt(match[1] ?? match[2] ?? match[3] ?? short ?? "20", 16);
    const length = short !== match[4] ? 3 : match[0].length;
    return [code > 0x10_ffff ? " " : String.fromCodePoint(code), at + length];
  }
  const octal = script ? /^[0-3]?[0-7]{1,2}/u.exec(text.slice(at, at + 3)) : null;
  if (octal !== null && octal[0] !== "0") {
    return [String.fromCharCode(Number.parseInt(octal[0], 8)), at + octal[0].length];
  }
  const sign = text[at] ?? "";
  return [SIMPLE_ESCAPES[sign] ?? (sign === "\n" || sign === "\r" ? "" : sign), at + 1];
}

/** A text with escapes. One that does not end on its line ends there, so that a stray quote costs a line only. */
function readText(reader: Reader, start: number): void {
  const quote = reader.text[start] ?? '"';
  if (reader.text.startsWith('"""', start)) {
    readRaw(reader, start);
    return;
  }
  const parts: string[] = [];
  let at = start + 1;
  for (; at < reader.end;) {
    const sign = reader.text[at] ?? "";
    if (sign === quote || (sign === "\n" && quote !== "`")) break;
    if (sign === "\\") {
      const [decoded, next] = readEscape(reader.text, at + 1, reader.script);
      parts.push(decoded);
      at = next;
    } else {
      parts.push(sign);
      at++;
    }
  }
  reader.tokens.push(token("text", parts.join(""), reader.at));
  reader.at = Math.min(at + 1, reader.end);
}

/** `"""` of C# 11: as many quotes as opened it close it. */
function readRaw(reader: Reader, start: number): void {
  if (reader.text[start + 3] === ")" || reader.text[start + 3] === ";") {
    // `""` followed by a quote of something else.
    reader.tokens.push(token("text", "", reader.at));
    reader.at = start + 2;
    return;
  }
  const close = reader.text.indexOf('"""', start + 3);
  const end = close < 0 || close > reader.end ? reader.end : close;
  reader.tokens.push(token("text", reader.text.slice(start + 3, end), reader.at));
  reader.at = Math.min(end + 3, reader.end);
}

/** C#: one character, or nothing that concerns us. JScript: a text. */
function readSingle(reader: Reader): void {
  if (reader.script) {
    readText(reader, reader.at);
    return;
  }
  const { text, at } = reader;
  const escaped = text[at + 1] === "\\";
  const [decoded, next] = escaped ? readEscape(text, at + 2, false) : [text[at + 1] ?? "", at + 2];
  if (text[next] !== "'") {
    reader.at++;
    return;
  }
  reader.tokens.push(token("text", decoded, at));
  reader.at = Math.min(next + 1, reader.end);
}

/** `@"..."`, `$"...{value}..."` and both. */
function readPrefixed(reader: Reader): void {
  const prefix = /^[@$]{1,3}/u.exec(reader.text.slice(reader.at, reader.at + 3))?.[0] ?? "";
  const start = reader.at + prefix.length;
  const verbatim = prefix.includes("@");
  const holes = prefix.includes("$") && reader.depth < INTERPOLATION_LIMIT;
  if (holes) reader.tokens.push(token("sign", "(", reader.at));
  let part = "";
  let at = start + 1;
  for (; at < reader.end;) {
    const sign = reader.text[at] ?? "";
    const doubled = reader.text[at + 1] === sign;
    if (sign === '"' && !(verbatim && doubled)) break;
    if (sign === "\n" && !verbatim) break;
    if (sign === "\\" && !verbatim) {
      const [decoded, next] = readEscape(reader.text, at + 1, false);
      part += decoded;
      at = next;
    } else if (holes && sign === "{" && !doubled) {
      at = readHole(reader, part, at);
      part = "";
    } else {
      part += sign;
      at += doubled && (sign === '"' || (holes && /[{}]/u.test(sign))) ? 2 : 1;
    }
  }
  reader.tokens.push(token("text", part, reader.at));
  if (holes) reader.tokens.push(token("sign", ")", reader.at));
  reader.at = Math.min(at + 1, reader.end);
}

/** The text so far, a plus, the value in brackets, a plus. Gives the place behind the brace. */
function readHole(reader: Reader, before: string, open: number): number {
  let depth = 0;
  let close = open;
  let format = -1;
  for (; close < Math.min(reader.end, open + 4000); close++) {
    const sign = reader.text[close] ?? "";
    if (/[{([]/u.test(sign)) depth++;
    else if (/[})\]]/u.test(sign)) depth--;
    else if (depth === 1 && format < 0 && /[:,]/u.test(sign)) format = close;
    if (depth === 0 || sign === "\n") break;
  }
  const end = format < 0 ? close : format;
  reader.tokens.push(token("text", before, open), token("sign", "+", open), token("sign", "(", open));
  readCurly(reader.text, { start: open + 1, end, script: false }, reader.tokens, reader.depth + 1);
  reader.tokens.push(token("sign", ")", end), token("sign", "+", end));
  return close + 1;
}

const NUMBER = /0x([0-9a-f_]{1,16})|0b([01_]{1,64})|(\d[\d_]{0,30}(?:\.\d{1,30})?)/iuy;

function readNumber(reader: Reader): void {
  NUMBER.lastIndex = reader.at;
  const match = NUMBER.exec(reader.text);
  const clean = (digits: string): string => digits.replaceAll("_", "");
  const hex = match?.[1];
  const binary = match?.[2];
  const value =
    hex !== undefined
      ? Number.parseInt(clean(hex), 16)
      : binary !== undefined
        ? Number.parseInt(clean(binary), 2)
        : Number(clean(match?.[3] ?? "0"));
  reader.tokens.push(token("number", String(value), reader.at));
  reader.at += Math.max(match?.[0].length ?? 1, 1);
  while (/[ulfdm]/iu.test(reader.text[reader.at] ?? "") && reader.at < reader.end) reader.at++;
}

const NAME =
  /(?:[\p{L}\p{N}\p{M}\p{Cf}_$]|\\u\{[0-9a-f]{1,6}\}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8}|@(?=[\p{L}_\\])){1,400}/iuy;
const NAME_ESCAPE = /\\u\{([0-9a-f]{1,6})\}|\\u([0-9a-f]{4})|\\U([0-9a-f]{8})/giu;

function readName(reader: Reader): void {
  NAME.lastIndex = reader.at;
  const raw = NAME.exec(reader.text)?.[0] ?? "";
  if (raw === "") {
    readSign(reader);
    return;
  }
  const decoded = raw
    .replace(NAME_ESCAPE, (_all, braced?: string, four?: string, eight?: string) => {
      const code = Number.parseInt(braced ?? four ?? eight ?? "5f", 16);
      return code > 0x10_ffff ? "_" : String.fromCodePoint(code);
    })
    .replace(/[\p{Cf}@]/gu, "")
    .normalize("NFKC")
    .toLowerCase();
  const disguised = /[\\\p{Cf}]/u.test(raw.replaceAll("\u00ad", ""));
  reader.tokens.push({ kind: "name", text: decoded, at: reader.at, disguised });
  reader.at = Math.min(reader.at + raw.length, reader.end);
}

/** Behind these a slash opens a pattern, behind everything else it divides. */
function opensPattern(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  if (last === undefined || last.kind === "end") return true;
  return (last.kind === "sign" && !/[)\]}]/u.test(last.text)) || last.text === "return";
}

function skipPattern(reader: Reader): void {
  const close = /^\/(?:[^/\\\n[]|\\.|\[[^\]\n]{0,200}\]){1,400}\/[a-z]{0,6}/u.exec(
    reader.text.slice(reader.at, reader.at + 420),
  );
  reader.tokens.push(token("text", "", reader.at));
  reader.at = Math.min(reader.at + (close?.[0].length ?? 1), reader.end);
}

const SIGNS = /===|!==|\?\?=|>>>|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.|\+\+|--|[-+*/%&|^]=|::|<<|[\s\S]/uy;

function readSign(reader: Reader): void {
  SIGNS.lastIndex = reader.at;
  const text = SIGNS.exec(reader.text)?.[0] ?? " ";
  if (text === ";") reader.tokens.push(token("end", ";", reader.at));
  else reader.tokens.push(token("sign", text, reader.at));
  reader.at += Math.max(text.length, 1);
}
