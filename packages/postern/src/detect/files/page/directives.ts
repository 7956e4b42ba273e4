/** `<%@ Page Language="C#" %>`: what a page says of itself. */
export interface Directive {
  /** Lower case: `page`, `control`, `webhandler` ...; empty for classic ASP, which has attributes only. */
  readonly name: string;
  /** Lower-case names; values as written. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly start: number;
  /** Index behind `%>`. */
  readonly end: number;
  /** True when only ASP.NET has such a directive. */
  readonly dotNet: boolean;
}

const NAMES: ReadonlySet<string> = new Set([
  "page",
  "control",
  "master",
  "application",
  "webhandler",
  "webservice",
  "servicehost",
  "import",
  "assembly",
  "register",
  "implements",
  "reference",
  "outputcache",
  "mastertype",
  "previouspagetype",
]);
const OPEN = /<%\s{0,64}@/gu;
const WORD = /([\w#.-]{1,80})(?:\s{0,64}=\s{0,64}(?:"([^"]{0,1000})"|'([^']{0,1000})'|([^\s"'%]{1,200})))?/gu;
/** More of a directive is never read. */
const DIRECTIVE_LIMIT = 4000;

/** All directives of a page, in order. */
export function findDirectives(text: string): readonly Directive[] {
  const found: Directive[] = [];
  for (const match of text.matchAll(OPEN)) {
    const start = match.index + match[0].length;
    const { stop, end } = endOf(text, start);
    const attributes = new Map<string, string>();
    let name = "";
    for (const [, word = "", double, single, bare] of text
      .slice(start, Math.min(stop, start + DIRECTIVE_LIMIT))
      .matchAll(WORD)) {
      const value = double ?? single ?? bare;
      if (value !== undefined) attributes.set(word.toLowerCase(), value.trim());
      else if (name === "") name = word.toLowerCase();
    }
    found.push({ name, attributes, start: match.index, end, dotNet: NAMES.has(name) });
    if (found.length >= 1000) break;
  }
  return found;
}

/** Where a directive ends: at its `%>`, or where the next block opens, when it was never closed. */
function endOf(text: string, start: number): { readonly stop: number; readonly end: number } {
  const open = text.indexOf("<%", start);
  const limit = Math.min(open < 0 ? text.length : open, start + DIRECTIVE_LIMIT);
  const close = text.slice(start, limit).indexOf("%>");
  return close < 0 ? { stop: limit, end: limit } : { stop: start + close, end: start + close + 2 };
}

/** Index behind a directive that begins at `start`. */
export function directiveEnd(text: string, start: number): number {
  return endOf(text, start).end;
}
