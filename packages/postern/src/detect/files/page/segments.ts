import { razorSpans } from "./razor.ts";
import { directiveEnd, findDirectives, type Directive } from "./directives.ts";
import { languageOf, sniffLanguage, type Language } from "./languages.ts";

/** A stretch of a page that runs on the server. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly language: Language;
  /** `value`: `<%= %>`, `<%: %>` or `<%# %>`, whose result goes into the page; `code`: everything else. */
  readonly form: "code" | "value";
}

/** A page as its compiler takes it apart. */
export interface Page {
  readonly segments: readonly Segment[];
  readonly directives: readonly Directive[];
  /** True for classic ASP. */
  readonly classic: boolean;
  /** True for files of remote objects, whose public methods are all called from outside: `.soap`, `.rem`. */
  readonly service: boolean;
  /** True for code that runs when the application starts: there it is usual to take part in the handling of requests. */
  readonly application: boolean;
  /** Lower-case ids of controls and form fields whose content comes with a request. */
  readonly controls: ReadonlySet<string>;
  /** Objects declared in markup: lower-case id to program id or class id. */
  readonly objects: ReadonlyMap<string, string>;
}

const CLASSIC = /\.(?:asp|asa|cer|cdx|inc)(?:\.\w{1,8}|;.{0,80})?$/iu;
const REMOTE = /\.(?:soap|rem)(?:\.\w{1,8})?$/iu;
const RAZOR = /\.(?:cs|vb)html?(?:\.\w{1,8})?$/iu;
const CODE_ONLY = /\.(?:cs|vb|jsl?)(?:\.\w{1,8})?$/iu;
const SERVICE_DIRECTIVES: ReadonlySet<string> = new Set(["webhandler", "webservice", "servicehost"]);

/** Takes a page apart. Text without server code gives no segments. Linear in the text. */
export function readPage(text: string, name: string): Page {
  const directives = findDirectives(text);
  const service = directives.find((one) => SERVICE_DIRECTIVES.has(one.name));
  const declared = languageOf(
    directives.find((one) => one.attributes.has("language"))?.attributes.get("language"),
  );
  const classic = CLASSIC.test(name) && !directives.some((one) => one.dotNet);
  const objects = new Map<string, string>();
  const controls = new Set<string>();
  const scripts: (readonly [start: number, end: number, language: Language | null])[] = [];
  const scriptEnd = createScriptEnds(text);
  readTags(text, (tag) => {
    if (tag.name === "script")
      scripts.push([
        tag.end,
        scriptEnd(tag.end),
        languageOf(tag.attributes.get("language") ?? tag.attributes.get("type")),
      ]);
    const id = (tag.attributes.get("id") ?? "").toLowerCase();
    if (id === "") return;
    const made = tag.attributes.get("progid") ?? tag.attributes.get("classid") ?? tag.attributes.get("class");
    if (tag.name === "object" && made !== undefined) objects.set(id, made.toLowerCase());
    else controls.add(id);
  });
  const application = CODE_ONLY.test(name) || directives.some((one) => one.name === "application");
  const base = { directives, classic, application, service: REMOTE.test(name), controls, objects };
  const spans = findSpans({ text, name, service: service ?? null, scripts });
  const sniffed =
    declared ??
    sniffLanguage(
      spans.map((span) => text.slice(span.start, Math.min(span.end, span.start + 4000))).join("\n"),
      classic || /\.vb(?:html)?$/iu.test(name),
    );
  const segments = spans.map((span): Segment => ({
    start: span.start,
    end: span.end,
    form: span.form,
    language: span.language ?? sniffed,
  }));
  return { ...base, segments };
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly form: Segment["form"];
  readonly language: Language | null;
}

interface SpanInput {
  readonly text: string;
  readonly name: string;
  readonly service: Directive | null;
  readonly scripts: readonly (readonly [start: number, end: number, language: Language | null])[];
}

function findSpans(input: SpanInput): readonly Span[] {
  const { text, name, service, scripts } = input;
  const whole = (start: number): readonly Span[] => [
    { start, end: text.length, form: "code", language: null },
  ];
  if (CODE_ONLY.test(name)) return whole(0);
  if (service !== null) return whole(service.end);
  const spans: Span[] = [...blockSpans(text)];
  for (const [start, end, language] of scripts) {
    // Blocks inside of a server script are part of its text.
    spans.push({ start, end, form: "code", language });
  }
  if (RAZOR.test(name)) spans.push(...razorSpans(text, /vbhtml/iu.test(name)));
  return withoutOverlap(spans);
}

function withoutOverlap(spans: Span[]): readonly Span[] {
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Span[] = [];
  let done = 0;
  for (const span of spans) {
    if (span.start < done || span.end <= span.start) continue;
    kept.push(span);
    done = span.end;
  }
  return kept;
}

/** `<% %>` in all its forms but directives and comments. A block without an end runs to the end of the text. */
function blockSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  const blockEnd = createFinder(text, "%>");
  const commentEnd = createFinder(text, "--%>");
  for (let open = text.indexOf("<%"); open >= 0;) {
    const comment = text.startsWith("--", open + 2);
    const close = comment ? commentEnd(open + 2) : blockEnd(open + 2);
    const directive = !comment && /^\s{0,64}@/u.test(text.slice(open + 2, open + 68));
    const end = directive ? directiveEnd(text, open + 2) : close < 0 ? text.length : close;
    const mark = text[open + 2] ?? "";
    const start = open + 2 + (/[=:#]/u.test(mark) ? 1 : 0);
    if (!comment && !directive && mark !== "$") {
      spans.push({
        start: Math.min(start, end),
        end,
        form: start > open + 2 ? "value" : "code",
        language: null,
      });
    }
    open = text.indexOf("<%", end + (comment ? 4 : 0));
  }
  return spans;
}

/** Finds a text again and again, asked for in ascending order: each stretch is searched once. */
function createFinder(text: string, what: string): (start: number) => number {
  let at = text.indexOf(what);
  return (start) => {
    if (at >= 0 && at < start) at = text.indexOf(what, start);
    return at;
  };
}

/** Finds the end of script elements, asked for in ascending order. */
function createScriptEnds(text: string): (start: number) => number {
  const closes = Array.from(text.matchAll(/<\/script/giu), (match) => match.index);
  let next = 0;
  return (start) => {
    while (next < closes.length && (closes[next] ?? 0) < start) next++;
    return closes[next] ?? text.length;
  };
}

interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Index behind its `>`. */
  readonly end: number;
}

/** No `<` inside: a run of unclosed tags would cost the square of its length. */
const SERVER_TAG = /<([a-z][\w:.-]{0,80})((?:[^<>]|<%[^<>]{0,400}%>){0,2000})>/giu;
const AT_SERVER = /\brunat\s{0,32}=\s{0,32}["']?\s{0,8}server/iu;
const ATTRIBUTE = /([\w:-]{1,80})\s{0,32}=\s{0,32}(?:"([^"]{0,400})"|'([^']{0,400})'|([^\s"'<>]{1,400}))/gu;

function readTags(text: string, take: (tag: Tag) => void): void {
  if (!AT_SERVER.test(text)) return;
  for (const match of text.matchAll(SERVER_TAG)) {
    const inside = match[2] ?? "";
    if (!AT_SERVER.test(inside)) continue;
    const attributes = new Map<string, string>();
    for (const [, name = "", double, single, bare] of inside.matchAll(ATTRIBUTE)) {
      attributes.set(name.toLowerCase(), double ?? single ?? bare ?? "");
    }
    take({ name: (match[1] ?? "").toLowerCase(), attributes, end: match.index + match[0].length });
  }
}
