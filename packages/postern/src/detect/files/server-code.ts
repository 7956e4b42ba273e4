/** The part of a page that runs on the server, laid out so that each character keeps its place. */
export interface ServerCode {
  /** Same length as the page's text; everything that does not run on the server, and every comment, is blank. */
  readonly code: string;
  /** Language as the page declares it, lower case: `c#`, `vb`, `jscript`, `vbscript` ... */
  readonly language: string;
  /** True for classic ASP. */
  readonly classic: boolean;
}

/** Extensions of files that hold code from their directive on, without `<% %>` around it. */
const WHOLE_FILE = /\.(?:ashx|asmx|svc|soap)(?:\.\w{1,8})?$/iu;
const HANDLER_DIRECTIVE = /<%@\s{0,32}(?:webhandler|webservice|servicehost)\b[^%]{0,2000}%>/iu;
const LANGUAGE = /\blanguage\s{0,32}=\s{0,32}["']?\s{0,8}([a-z#]{1,16})/iu;
// No `<` inside: a run of unclosed tags would cost the square of its length.
const SCRIPT_OPEN = /<script\b([^<>]{0,2000})>/giu;
const SCRIPT_CLOSE = /<\/script/giu;
const RUNS_AT_SERVER = /\brunat\s{0,32}=\s{0,32}["']?\s{0,8}server/iu;

/** Finds the server code of an ASP.NET or classic ASP page. Text without any gives blanks. */
export function findServerCode(text: string, name: string): ServerCode {
  const classic = /\.(?:asp|asa|cer|cdx)$/iu.test(name);
  const language = LANGUAGE.exec(text)?.[1]?.toLowerCase() ?? (classic ? "vbscript" : "vb");
  const spans = WHOLE_FILE.test(name) || HANDLER_DIRECTIVE.test(text) ? wholeFile(text) : findSpans(text);
  const basic = language.startsWith("vb");
  let code = "";
  let done = 0;
  for (const [start, end] of spans) {
    if (start < done) continue;
    code += blank(text.slice(done, start)) + withoutComments(text.slice(start, end), basic);
    done = end;
  }
  return { code: code + blank(text.slice(done)), language, classic };
}

type Span = readonly [start: number, end: number];

function wholeFile(text: string): readonly Span[] {
  const directive = HANDLER_DIRECTIVE.exec(text);
  return [[directive === null ? 0 : directive.index + directive[0].length, text.length]];
}

/** `<% %>` and `<%= %>` blocks, and `<script runat="server">` elements; data binding (`<%#`), directives and comments are no code of their own. */
function findSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (let open = text.indexOf("<%"); open >= 0;) {
    const close = text.indexOf("%>", open + 2);
    const end = close < 0 ? text.length : close;
    if (!/[@#$]/u.test(text[open + 2] ?? "") && !text.startsWith("--", open + 2)) spans.push([open + 2, end]);
    open = text.indexOf("<%", end);
  }
  const closes = Array.from(text.matchAll(SCRIPT_CLOSE), (match) => match.index);
  let next = 0;
  for (const match of text.matchAll(SCRIPT_OPEN)) {
    if (!RUNS_AT_SERVER.test(match[1] ?? "")) continue;
    const start = match.index + match[0].length;
    while (next < closes.length && (closes[next] ?? 0) < start) next++;
    spans.push([start, closes[next] ?? text.length]);
  }
  return spans.sort((a, b) => a[0] - b[0]);
}

function blank(text: string): string {
  return text.replace(/[^\n]/gu, " ");
}

/** Strings are stepped over so that a `//` in an address opens no comment. */
const CURLY_TOKENS = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|\/\/[^\n]*/gu;
const BASIC_TOKENS = /"[^"\n]*"|'[^\n]*/gu;

function withoutComments(code: string, basic: boolean): string {
  return code.replace(basic ? BASIC_TOKENS : CURLY_TOKENS, (token) => {
    const comment = basic ? token.startsWith("'") : token.startsWith("/");
    return comment ? blank(token) : token;
  });
}

/** Places looked at when strings are put together: a page that hides more is told by the first ones. */
const REVEAL_LIMIT = 200_000;

/**
 * Server code with its disguises undone: escapes decoded, text literals that are added together joined,
 * Base64 literals shown beside their text. Offsets do not hold any more.
 */
export function revealCode(code: string): string {
  const squeezed = code.replace(/[^\S\n]+/gu, " ").slice(0, REVEAL_LIMIT);
  const decoded = squeezed
    .replace(/\\x([0-9a-f]{2})|\\u([0-9a-f]{4})/giu, (_all, byte?: string, unit?: string) =>
      String.fromCharCode(Number.parseInt(byte ?? unit ?? "20", 16)),
    )
    .replace(/(["'])\s?[+&]\s{0,4}\1/gu, "");
  return decoded.replace(/["']([A-Za-z0-9+/]{16,400}={0,2})["']/gu, (all, base64: string) => {
    const text = Buffer.from(base64, "base64").toString("latin1");
    return /^[\x20-\x7E\s]+$/u.test(text) ? `${all} ${text} ` : all;
  });
}
