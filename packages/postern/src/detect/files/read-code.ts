import { weighDeed } from "./capability/weigh.ts";
import { followData } from "./flow/run.ts";
import { parseProgram } from "./flow/program.ts";
import type { Flow, InnerText, Surroundings } from "./flow/machine.ts";
import { readBasic, readCurly, token, type Token } from "./language/index.ts";
import type { Language } from "./page/languages.ts";
import { readPage, type Page } from "./page/segments.ts";

/** Something in server code that speaks for a back door. */
export interface CodeSign {
  readonly id: string;
  /** Plain sentence. */
  readonly text: string;
  readonly weight: number;
  /** Index in the page's text. */
  readonly index: number;
}

/** Text inside of text inside of text: deeper nobody hides. */
const NESTING = 3;
/** Fixed texts of one page that are read as code of their own. */
const INNER_LIMIT = 60;

/** Reads a page as its compiler would and says what its code does. Linear in the text; never throws. */
export function findCodeSigns(text: string, name: string): readonly CodeSign[] {
  return signsOfPage({ page: readPage(text, name), text, depth: 0 });
}

interface Reading {
  readonly page: Page;
  readonly text: string;
  readonly depth: number;
}

function signsOfPage(reading: Reading): readonly CodeSign[] {
  const languages = [...new Set(reading.page.segments.map((segment) => segment.language))];
  return languages.flatMap((language) => signsOfTokens(tokensOf(reading, language), reading, language));
}

function tokensOf({ page, text }: Reading, language: Language): Token[] {
  const tokens: Token[] = [];
  for (const segment of page.segments) {
    if (segment.language !== language) continue;
    const { start, end } = segment;
    if (language === "basic") readBasic(text, { start, end }, tokens);
    else readCurly(text, { start, end, script: language === "jscript" }, tokens);
    if (segment.form === "value" || language === "basic") tokens.push(token("end", "\n", end));
  }
  return tokens;
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
  const flow = followData(parseProgram(tokens, language), surroundings);
  return [...signsOfFlow(flow), ...signsOfDisguise(tokens, flow), ...signsOfInner(flow.inner, reading, language)];
}

function signsOfFlow(flow: Flow): readonly CodeSign[] {
  return flow.deeds.flatMap((deed) => {
    const weighed = weighDeed(deed);
    return weighed === null ? [] : [{ id: weighed.id, text: weighed.text, weight: weighed.weight, index: deed.at }];
  });
}

function signsOfDisguise(tokens: readonly Token[], flow: Flow): readonly CodeSign[] {
  const signs: CodeSign[] = [];
  const disguised = tokens.find((one) => one.disguised);
  if (disguised !== undefined) {
    const text = "Names in it are written with escapes or invisible characters, so that a search misses them.";
    signs.push({ id: "disguised-names", text, weight: 0.6, index: disguised.at });
  }
  const [first] = flow.hidden;
  if (first !== undefined) {
    const names = flow.hidden.map((one) => one.name).slice(0, 5).join(", ");
    const weight = flow.hidden.length > 1 ? 0.75 : 0.55;
    signs.push({ id: "hidden-names", text: `It puts telling words together from pieces: ${names}.`, weight, index: first.at });
  }
  return signs;
}

/** A fixed text that could be code: worth a second reading. */
const CODE = /<%|<script\b|\brequest\b|\beval\b|\bexecute|createobject|\bprocess\b|\bassembly\b/iu;

/** What the page runs, writes or hides as text is read as code, too. */
function signsOfInner(inner: readonly InnerText[], reading: Reading, language: Language): readonly CodeSign[] {
  if (reading.depth >= NESTING) return [];
  return inner
    .filter((one) => CODE.test(one.text))
    .slice(0, INNER_LIMIT)
    .flatMap((one) => signsOfText(one, reading, language));
}

const USES: Readonly<Record<InnerText["use"], string>> = {
  run: "In text that it runs:",
  write: "In a file that it writes:",
  decode: "In text that it keeps encoded:",
};

function signsOfText(inner: InnerText, reading: Reading, language: Language): readonly CodeSign[] {
  const isPage = /<%|<script\b/iu.test(inner.text);
  if (inner.use === "write" && !isPage) return [];
  const whole: Page = { ...reading.page, segments: [{ start: 0, end: inner.text.length, language, form: "code" }] };
  const page = isPage ? readPage(inner.text, "inner.asp") : whole;
  const found = signsOfPage({ page, text: inner.text, depth: reading.depth + 1 });
  const signs = found.map((sign) => ({ ...sign, text: `${USES[inner.use]} ${sign.text}`, index: inner.at }));
  if (inner.use !== "decode" || !/\brequest\b\s*[.([]/iu.test(inner.text)) return signs;
  const text = "It hides in encoded text that it reads what the visitor sends.";
  return [...signs, { id: "hidden-request", text, weight: 0.6, index: inner.at }];
}
