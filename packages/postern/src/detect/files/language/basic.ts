import { TOKEN_LIMIT, token, type Token } from "./token.ts";

/** Where to read. */
export interface BasicInput {
  readonly start: number;
  readonly end: number;
}

interface Reader {
  readonly text: string;
  readonly end: number;
  readonly tokens: Token[];
  at: number;
}

/** Tokens of VBScript or Visual Basic .NET between two places; line ends and colons end statements. Never throws. */
export function readBasic(text: string, input: BasicInput, tokens: Token[] = []): Token[] {
  const reader: Reader = { text, end: input.end, tokens, at: input.start };
  while (reader.at < reader.end && tokens.length < TOKEN_LIMIT) readToken(reader);
  return tokens;
}

/** VB.NET takes typographic quotes for quotes. */
const QUOTE = /["\u201c\u201d]/u;
const COMMENT = /['\u2018\u2019]/u;
const LETTER = /[\p{L}_]/u;

function readToken(reader: Reader): void {
  const { text, at } = reader;
  const sign = text[at] ?? "";
  if (sign === "\n" || sign === "\r") endStatement(reader, "\n");
  else if (/[\s\p{Cf}]/u.test(sign)) reader.at++;
  else if (QUOTE.test(sign)) readText(reader);
  else if (sign === "$" && QUOTE.test(text[at + 1] ?? "")) readInterpolated(reader);
  else if (COMMENT.test(sign) || text.startsWith("<!--", at)) skipLine(reader);
  else if (sign === ":" && text[at + 1] !== "=") endStatement(reader, ":");
  else if (sign === "_" && /^_[ \t]{0,200}(?:\r|\n|$)/u.test(text.slice(at, at + 204)))
    skipContinuation(reader);
  else if (
    /[0-9]/u.test(sign) ||
    (sign === "&" && /^&[ho][0-9a-f]|^&[0-7]/iu.test(text.slice(at, at + 3)) && !followsValue(reader))
  )
    readNumber(reader);
  else if (sign === "[") readBracketed(reader);
  else if (LETTER.test(sign)) readName(reader);
  else readSign(reader);
}

function endStatement(reader: Reader, text: string): void {
  const last = reader.tokens.at(-1);
  if (last?.kind !== "end" || last.text !== text) reader.tokens.push(token("end", text, reader.at));
  reader.at++;
}

function skipLine(reader: Reader): void {
  const close = /[\r\n]/u.exec(reader.text.slice(reader.at, Math.min(reader.end, reader.at + 4000)));
  const far = reader.text.indexOf("\n", reader.at);
  reader.at = close === null ? (far < 0 ? reader.end : Math.min(far, reader.end)) : reader.at + close.index;
}

function skipContinuation(reader: Reader): void {
  const close = reader.text.indexOf("\n", reader.at);
  reader.at = close < 0 || close > reader.end ? reader.end : close + 1;
}

/** `a&h1` joins a name to `h1`; `= &h1` is a number. */
function followsValue(reader: Reader): boolean {
  const last = reader.tokens.at(-1);
  if (last === undefined || reader.text[reader.at - 1] === " ")
    return last?.kind === "text" || last?.text === ")";
  return last.kind === "name" || last.kind === "text" || last.kind === "number" || last.text === ")";
}

function readText(reader: Reader): void {
  const parts: string[] = [];
  const start = reader.at;
  let at = start + 1;
  for (; at < reader.end; at++) {
    const sign = reader.text[at] ?? "";
    if (sign === "\n" || sign === "\r") break;
    if (QUOTE.test(sign)) {
      if (!QUOTE.test(reader.text[at + 1] ?? "") || at + 1 >= reader.end) break;
      at++;
    }
    parts.push(sign);
  }
  reader.tokens.push(token("text", parts.join("").replaceAll("\uE000", ""), start));
  const line = /[\r\n]/u.test(reader.text[at] ?? "");
  reader.at = line ? at : Math.min(at + 1, reader.end);
  // `"x"c` is a single character.
  if (/^c(?![\p{L}\p{N}_])/iu.test(reader.text.slice(reader.at, reader.at + 2))) reader.at++;
}

/** `$"a {value} b"` is `("a " & (value) & " b")`. */
function readInterpolated(reader: Reader): void {
  const { text, tokens } = reader;
  const close = /(?:[^"\r\n]|""){0,4000}/uy;
  close.lastIndex = reader.at + 2;
  const body = close.exec(text)?.[0] ?? "";
  const start = reader.at + 2;
  tokens.push(token("sign", "(", reader.at));
  let done = 0;
  for (const hole of body.matchAll(/\{([^{}]{1,2000})\}/gu)) {
    const inside = hole[1] ?? "";
    tokens.push(token("text", body.slice(done, hole.index), start + done), token("sign", "&", start + done));
    tokens.push(token("sign", "(", start + hole.index));
    readBasic(text, { start: start + hole.index + 1, end: start + hole.index + 1 + inside.length }, tokens);
    tokens.push(token("sign", ")", start + hole.index), token("sign", "&", start + hole.index));
    done = hole.index + hole[0].length;
  }
  tokens.push(token("text", body.slice(done), start + done), token("sign", ")", start + body.length));
  reader.at = Math.min(start + body.length + 1, reader.end);
}

const NUMBER = /&h([0-9a-f]{1,16})|&o?([0-7]{1,16})|(\d{1,30}(?:\.\d{1,30})?)/iuy;

function readNumber(reader: Reader): void {
  NUMBER.lastIndex = reader.at;
  const match = NUMBER.exec(reader.text);
  const hex = match?.[1];
  const octal = match?.[2];
  const value =
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : octal !== undefined
        ? Number.parseInt(octal, 8)
        : Number(match?.[3] ?? "0");
  reader.tokens.push(token("number", String(value), reader.at));
  reader.at += Math.max(match?.[0].length ?? 1, 1);
  if (
    reader.text[reader.at] === "&" &&
    hex !== undefined &&
    /[\s,)]/u.test(reader.text[reader.at + 1] ?? ",")
  )
    reader.at++;
}

/** `[end]` is a name; a bracket around anything else is a sign. */
function readBracketed(reader: Reader): void {
  const match = /^\[([\p{L}\p{N}_ .$-]{1,100})\]/u.exec(reader.text.slice(reader.at, reader.at + 110));
  if (match === null) {
    readSign(reader);
    return;
  }
  reader.tokens.push(token("name", (match[1] ?? "").toLowerCase(), reader.at));
  reader.at += match[0].length;
}

const NAME = /[\p{L}\p{N}\p{M}\p{Cf}_]{1,400}/uy;

function readName(reader: Reader): void {
  NAME.lastIndex = reader.at;
  const raw = NAME.exec(reader.text)?.[0] ?? " ";
  const name = raw
    .replace(/\p{Cf}/gu, "")
    .normalize("NFKC")
    .toLowerCase();
  const last = reader.tokens.at(-1);
  if (name === "rem" && (last === undefined || last.kind === "end")) {
    skipLine(reader);
    return;
  }
  reader.tokens.push({
    kind: "name",
    text: name,
    at: reader.at,
    disguised: /\p{Cf}/u.test(raw.replaceAll("\u00ad", "")),
  });
  reader.at = Math.min(reader.at + raw.length, reader.end);
  // `Chr$(x)`, `name%`: signs that only name a type.
  if (
    /^[$%!#](?=[\s(),=&+.]|$)/u.test(reader.text.slice(reader.at, reader.at + 2)) &&
    reader.text[reader.at + 1] !== ">"
  )
    reader.at++;
}

const SIGNS = /:=|<>|<=|>=|\+=|-=|&=|\*=|[\s\S]/uy;

function readSign(reader: Reader): void {
  SIGNS.lastIndex = reader.at;
  const text = SIGNS.exec(reader.text)?.[0] ?? " ";
  reader.tokens.push(token("sign", text, reader.at));
  reader.at += Math.max(text.length, 1);
}
