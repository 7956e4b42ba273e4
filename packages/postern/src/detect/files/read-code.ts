import { findParts } from "./capability/parts.ts";
import { weighDeed } from "./capability/weigh.ts";
import type { CodeSign } from "./code-sign.ts";
import { parseProgram } from "./flow/program.ts";
import { followData } from "./flow/run.ts";
import type { Flow, InnerText, Surroundings } from "./flow/machine.ts";
import { TOKEN_LIMIT, readBasic, readCurly, token, type Token } from "./language/index.ts";
import { findMarkupSigns } from "./markup-signs.ts";
import { languageOf, type Language } from "./page/languages.ts";
import { readPage, type Page } from "./page/segments.ts";

/** Text inside of text inside of text: deeper nobody hides. */
const NESTING = 3;
/** Fixed texts of one page that are read as code of their own. */
const INNER_LIMIT = 40;
/** How often text that is run is put beside the code that runs it. */
const ROUNDS = 3;

/** Reads a page as its compiler would and says what its code does. Linear in the text; never throws. */
export function findCodeSigns(text: string, name: string): readonly CodeSign[] {
  const page = readPage(text, name);
  const reading = { page, text, depth: 0 };
  if (!/\.xslt?$/iu.test(name)) return [...findMarkupSigns(text, name), ...signsOfPage(reading)];
  return readStyleSheet(text, reading).map((sign) => ({ ...sign, text: `In a style sheet: ${sign.text}` }));
}

interface Reading {
  readonly page: Page;
  readonly text: string;
  readonly depth: number;
}

/** So many blanks beside each other, or empty lines, push code out of sight. */
const BLANKS = 600;
const EMPTY_LINES = 250;

/** Code far to the right or far below, or taken out of the file and padded: nobody writes that. */
function signsOfBlanks({ page, text }: Reading): readonly CodeSign[] {
  for (const { start, end } of page.segments) {
    const index = end - start < EMPTY_LINES ? -1 : findBlanks(text, start, end);
    const told = "Its code is pushed out of sight, or was taken out, by a long stretch of blanks.";
    if (index >= 0) return [{ id: "blanks", text: told, weight: 0.35, index }];
  }
  return [];
}

/** Where such a stretch begins; -1 when there is none. */
function findBlanks(text: string, start: number, end: number): number {
  let blanks = 0;
  let lines = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x20 && code !== 0xa0 && code !== 0x3000) {
      blanks = 0;
      lines = 0;
    } else if (code === 0x0a) {
      blanks = 0;
      lines++;
    } else if (code !== 0x0d) blanks++;
    if (blanks >= BLANKS || lines >= EMPTY_LINES) return Math.max(at - BLANKS, start);
  }
  return -1;
}

function signsOfPage(reading: Reading): readonly CodeSign[] {
  const languages = [...new Set(reading.page.segments.map((segment) => segment.language))];
  return [
    ...signsOfBlanks(reading),
    ...languages.flatMap((language) => signsOfTokens(tokensOf(reading, language), reading, language)),
  ];
}

function tokensOf({ page, text }: Reading, language: Language): Token[] {
  const tokens: Token[] = [];
  for (const { attributes, name, start } of page.directives) {
    // `Import Namespace="P = System.Diagnostics.Process"` gives a class another name.
    const alias = name === "import" ? (attributes.get("namespace") ?? "") : "";
    if (!/^\s{0,20}[\w.]{1,100}\s{0,20}=/u.test(alias)) continue;
    const read: Token[] = [];
    readInto(read, { text: alias, start: 0, end: alias.length }, language);
    tokens.push(...read.map((one) => ({ ...one, at: start })), token("end", "\n", start));
  }
  for (const segment of page.segments) {
    if (segment.language !== language) continue;
    readInto(tokens, { text, start: segment.start, end: segment.end }, language);
    if (segment.form === "value" || language === "basic") tokens.push(token("end", "\n", segment.end));
  }
  return tokens;
}

interface Stretch {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function readInto(tokens: Token[], { text, start, end }: Stretch, language: Language): void {
  if (language === "basic") readBasic(text, { start, end }, tokens);
  else readCurly(text, { start, end, script: language === "jscript" }, tokens);
}

function signsOfTokens(tokens: readonly Token[], reading: Reading, language: Language): readonly CodeSign[] {
  if (tokens.length === 0) return [];
  const { page } = reading;
  const surroundings: Surroundings = {
    grammar: language,
    classic: page.classic,
    service: page.service,
    controls: page.controls,
    objects: page.objects,
  };
  const flow = followRounds(tokens, surroundings);
  return [
    ...signsOfSize(tokens, flow),
    ...signsOfFlow(flow, page.application),
    ...signsOfParts(tokens, flow, language),
    ...signsOfDisguise(tokens, flow),
    ...signsOfInner(flow.inner, reading, language),
    ...signsOfStyleSheets(tokens, reading),
  ];
}

/** Text that the page runs belongs to its code: it is read once more with it, for it knows the same variables. */
function followRounds(tokens: readonly Token[], surroundings: Surroundings): Flow {
  const language = surroundings.grammar;
  const all = [...tokens];
  const seen = new Set<string>();
  let flow = followData(parseProgram(all, language), surroundings);
  for (let round = 1; round < ROUNDS; round++) {
    const fresh = flow.inner
      .filter((inner) => inner.use === "run" && !seen.has(inner.text))
      .slice(0, INNER_LIMIT);
    if (fresh.length === 0) break;
    for (const inner of fresh) {
      seen.add(inner.text);
      const read: Token[] = [];
      readInto(read, { text: inner.text, start: 0, end: inner.text.length }, language);
      all.push(token("end", "\n", inner.at), ...read.map((one) => ({ ...one, at: inner.at })));
    }
    flow = followData(parseProgram(all, language), surroundings);
  }
  return flow;
}

/** More code than anybody writes into a page: what was not read may hold anything. */
function signsOfSize(tokens: readonly Token[], flow: Flow): readonly CodeSign[] {
  if (tokens.length < TOKEN_LIMIT && !flow.exhausted) return [];
  const text = "It holds more code than a page does; not all of it could be followed.";
  return [{ id: "too-much-code", text, weight: 0.35, index: tokens[0]?.at ?? 0 }];
}

function signsOfFlow(flow: Flow, application: boolean): readonly CodeSign[] {
  return flow.deeds.flatMap((deed) => {
    if (application && deed.id === "hook-requests") return [];
    const weighed = weighDeed(deed);
    return weighed === null
      ? []
      : [{ id: weighed.id, text: weighed.text, weight: weighed.weight, index: deed.at }];
  });
}

/** Where the flow led to nothing, the parts of a tool still count for something. */
function signsOfParts(tokens: readonly Token[], flow: Flow, language: Language): readonly CodeSign[] {
  if (flow.deeds.some((deed) => (weighDeed(deed)?.weight ?? 0) >= 0.4)) return [];
  // A program that is started with a fixed text was followed to its end.
  const followed = flow.deeds.some((deed) => deed.id === "run-program" && deed.text !== null);
  const parts = findParts(tokens, language === "jscript").filter(
    ({ id }) => !(followed && id === "parts-program"),
  );
  return parts.map(({ id, text, at }) => ({
    id,
    text,
    weight: 0.4,
    index: at,
  }));
}

function signsOfDisguise(tokens: readonly Token[], flow: Flow): readonly CodeSign[] {
  const signs: CodeSign[] = [];
  const disguised = tokens.find((one) => one.disguised);
  if (disguised !== undefined) {
    const text =
      "Names in it are written with escapes or invisible characters, so that a search misses them.";
    signs.push({ id: "disguised-names", text, weight: 0.6, index: disguised.at });
  }
  const [first] = flow.hidden;
  if (first !== undefined) {
    const names = flow.hidden
      .map((one) => one.name)
      .slice(0, 5)
      .join(", ");
    const weight = flow.hidden.length > 1 ? 0.75 : 0.55;
    signs.push({
      id: "hidden-names",
      text: `It puts telling words together from pieces: ${names}.`,
      weight,
      index: first.at,
    });
  }
  return signs;
}

/** A fixed text that could be code: worth a second reading. */
const CODE = /<%|<script\b|\brequest\b|\beval\b|\bexecute|createobject|\bprocess\b|\bassembly\b/iu;

/** What the page writes or hides as text is read as code, too. */
function signsOfInner(
  inner: readonly InnerText[],
  reading: Reading,
  language: Language,
): readonly CodeSign[] {
  if (reading.depth >= NESTING) return [];
  return inner
    .filter((one) => one.use !== "run" && CODE.test(one.text))
    .slice(0, INNER_LIMIT)
    .flatMap((one) => signsOfText(one, reading, language));
}

function signsOfText(inner: InnerText, reading: Reading, language: Language): readonly CodeSign[] {
  const isPage = /<%|<script\b/iu.test(inner.text);
  if (inner.use === "write" && !isPage) return [];
  const whole = wholePage(reading.page, inner.text, language);
  const page = isPage ? readPage(inner.text, "inner.asp") : whole;
  const found = signsOfPage({ page, text: inner.text, depth: reading.depth + 1 });
  const told = inner.use === "write" ? "In a file that it writes:" : "In text that it keeps encoded:";
  const signs = found.map((sign) => ({ ...sign, text: `${told} ${sign.text}`, index: inner.at }));
  if (inner.use !== "decode" || !/\brequest\b\s*[.([]/iu.test(inner.text)) return signs;
  const text = "It hides in encoded text that it reads what the visitor sends.";
  return [...signs, { id: "hidden-request", text, weight: 0.6, index: inner.at }];
}

function wholePage(page: Page, text: string, language: Language): Page {
  return { ...page, segments: [{ start: 0, end: text.length, language, form: "code" }] };
}

const STYLE_SCRIPT = /<(?:\w{1,20}:)?script\b([^<>]{0,400}implements-prefix[^<>]{0,400})>/giu;

/** Programs inside of a style sheet (`msxsl:script`) that stands in the code as text. */
function signsOfStyleSheets(tokens: readonly Token[], reading: Reading): readonly CodeSign[] {
  if (reading.depth >= NESTING) return [];
  const sheets = tokens
    .filter((one) => one.kind === "text" && one.text.includes("implements-prefix"))
    .slice(0, INNER_LIMIT);
  return sheets.flatMap((sheet) =>
    readStyleSheet(sheet.text, reading).map((sign) => ({
      ...sign,
      text: `In a style sheet: ${sign.text}`,
      index: sheet.at,
    })),
  );
}

function readStyleSheet(text: string, reading: Reading): readonly CodeSign[] {
  const signs: CodeSign[] = [];
  for (const match of text.matchAll(STYLE_SCRIPT)) {
    const start = match.index + match[0].length;
    const close = text.slice(start).search(/<\/(?:\w{1,20}:)?script/iu);
    const language =
      languageOf(/\blanguage\s*=\s*["']([^"']{1,40})/iu.exec(match[1] ?? "")?.[1]) ?? "jscript";
    const code = text.slice(start, close < 0 ? text.length : start + close);
    signs.push(
      ...signsOfPage({ page: wholePage(reading.page, code, language), text: code, depth: reading.depth + 1 }),
    );
    if (signs.length > 100) break;
  }
  return signs;
}
