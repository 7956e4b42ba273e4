/** A stretch of code in a Razor page. */
interface RazorSpan {
  readonly start: number;
  readonly end: number;
  readonly form: "code" | "value";
  readonly language: "csharp" | "basic";
}

const KEYWORD =
  /(?:functions|code|if|for|foreach|while|switch|using|lock|try|do|section\s+\w{1,80}|helper\s+\w{1,80})\b/iuy;
const CHAIN = /[\p{L}_](?:[\p{L}\p{N}_.]{0,400})/uy;
/** The brace of a block follows its keyword within so many characters. */
const HEAD = 2000;
const BASIC_BLOCK = /(code|functions|section)\b/iuy;

/** Code of a Razor page: blocks behind `@`, and values. Linear: each stretch is passed once. */
export function razorSpans(text: string, basic: boolean): readonly RazorSpan[] {
  const spans: RazorSpan[] = [];
  const language = basic ? "basic" : "csharp";
  let brace = text.indexOf("{");
  for (let at = text.indexOf("@"); at >= 0;) {
    if (brace >= 0 && brace < at) brace = text.indexOf("{", at);
    const next = text[at + 1] ?? "";
    if (next === "*") {
      const close = text.indexOf("*@", at + 2);
      at = close < 0 ? -1 : text.indexOf("@", close + 2);
      continue;
    }
    const span = next === "@" ? null : spanAt({ text, start: at + 1, basic, brace });
    if (span !== null) spans.push({ ...span, language });
    at = text.indexOf("@", Math.max(span?.end ?? 0, at + (next === "@" ? 2 : 1)));
  }
  return spans;
}

interface SpanStart {
  readonly text: string;
  readonly start: number;
  readonly basic: boolean;
  /** The next brace; -1 when there is none. */
  readonly brace: number;
}

function spanAt({ text, start, basic, brace }: SpanStart): Omit<RazorSpan, "language"> | null {
  if (basic) {
    BASIC_BLOCK.lastIndex = start;
    const block = BASIC_BLOCK.exec(text);
    if (block !== null) {
      const close = new RegExp(`end\\s{1,8}${block[1] ?? ""}`, "giu");
      close.lastIndex = start;
      return { start: start + block[0].length, end: close.exec(text)?.index ?? text.length, form: "code" };
    }
  }
  if (text[start] === "{") return { start: start + 1, end: closing(text, start), form: "code" };
  KEYWORD.lastIndex = start;
  const keyword = KEYWORD.exec(text);
  if (keyword !== null && !basic) {
    if (brace >= 0 && brace - start < HEAD) return { start, end: closing(text, brace), form: "code" };
  }
  if (text[start] === "(") return { start, end: closing(text, start) + 1, form: "value" };
  return chainAt(text, start);
}

/** `Model.Name(x)[1].Other` */
function chainAt(text: string, start: number): Omit<RazorSpan, "language"> | null {
  let at = start;
  for (let parts = 0; parts < 40; parts++) {
    CHAIN.lastIndex = at;
    const word = CHAIN.exec(text);
    if (word === null) break;
    at += word[0].length;
    while (text[at] === "(" || text[at] === "[") at = closing(text, at) + 1;
    if (text[at] !== ".") break;
    at++;
  }
  return at > start ? { start, end: Math.min(at, text.length), form: "value" } : null;
}

const PAIRS: Readonly<Record<string, string>> = { "{": "}", "(": ")", "[": "]" };

/** Index of the bracket that closes the one at `open`; the end of the text when none does. */
function closing(text: string, open: number): number {
  const opens = text[open] ?? "";
  const closes = PAIRS[opens] ?? "";
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const sign = text[at] ?? "";
    if (sign === opens) depth++;
    else if (sign === closes && --depth === 0) return at;
    else if (sign === '"') at = skipString(text, at);
  }
  return text.length;
}

/** A string ends on its line; else it was no string but a sign in text. */
function skipString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const sign = text[at];
    if (sign === "\\") at++;
    else if (sign === '"') return at;
    else if (sign === "\n") return start;
  }
  return start;
}
