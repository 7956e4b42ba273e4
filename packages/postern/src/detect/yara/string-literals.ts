import type { RuleString } from "./rule-parts.ts";

/** Bytes that stand in every file in which the string is found. */
export interface Literal {
  /** Of ASCII letters in lower case when `anyCase`. */
  readonly bytes: Uint8Array;
  readonly anyCase: boolean;
}

/** More alternatives than this are not followed. */
const ALTERNATIVES_LIMIT = 32;
/** Runs from this length on are all looked for, up to RUNS_LIMIT of a string. */
const LONG_RUN = 4;
const RUNS_LIMIT = 4;

/** Of each list one must be there; empty when no bytes can be named. */
export type Literals = readonly (readonly Literal[])[];

/** Bytes as Latin-1 text: of each list one must be there. */
type Runs = readonly (readonly string[])[];

/** The bytes without which a string of a rule cannot be found. */
export function literalsOf(string: RuleString): Literals {
  const { kind, value, modifiers } = string;
  const close = value.lastIndexOf("/");
  const anyCase = modifiers.has("nocase") || (kind === "regex" && value.slice(close).includes("i"));
  const plain = runsOf(string).map((runs) => inWidths(runs, modifiers));
  const written = plain.map((runs) => transform(runs, modifiers));
  return written
    .filter((runs) => runs.length > 0 && !runs.includes(""))
    .map((runs) =>
      runs.map((run) => ({ bytes: Buffer.from(anyCase ? lower(run) : run, "latin1"), anyCase })),
    );
}

function runsOf({ kind, value }: RuleString): Runs {
  if (kind === "hex") return runsOfHex(value);
  if (kind === "regex") return runsOfRegex(latin1Of(value.slice(1, value.lastIndexOf("/"))));
  const text = bytesOfText(value);
  return text === null ? [] : [[text]];
}

function inWidths(runs: readonly string[], modifiers: ReadonlySet<string>): readonly string[] {
  if (!modifiers.has("wide")) return runs;
  const wide = runs.map((run) => run.replace(/[\s\S]/gu, (character) => `${character}\u0000`));
  return modifiers.has("ascii") ? [...runs, ...wide] : wide;
}

/** All forms that `xor` and `base64` give a text. Ranges of keys are not looked at: all keys are more than enough. */
function transform(runs: readonly string[], modifiers: ReadonlySet<string>): readonly string[] {
  if (modifiers.has("xor")) {
    return runs.flatMap((run) => Array.from({ length: 256 }, (_, key) => xor(run, key)));
  }
  const narrow = modifiers.has("base64");
  const wide = modifiers.has("base64wide");
  if (!narrow && !wide) return runs;
  if (modifiers.has("(")) return [];
  const coded = runs.flatMap((run) => [0, 1, 2].map((before) => base64At(run, before)));
  return inWidths(coded, new Set([...(narrow ? ["ascii"] : []), ...(wide ? ["wide"] : [])]));
}

function xor(run: string, key: number): string {
  return Buffer.from(Buffer.from(run, "latin1").map((byte) => byte ^ key)).toString("latin1");
}

/** The characters of Base64 that depend on the text alone when so many bytes stand before it. */
function base64At(run: string, before: number): string {
  const coded = Buffer.from("\u0000".repeat(before) + run, "latin1").toString("base64");
  const end = [0, 3, 2][(run.length + before) % 3] ?? 0;
  return coded.slice([0, 2, 3][before] ?? 0, coded.length - end);
}

/** ASCII only, as the engines do; `toLowerCase` would change bytes above 127 as well. */
function lower(text: string): string {
  return text.replace(/[A-Z]/gu, (letter) => letter.toLowerCase());
}

function latin1Of(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

const TEXT_ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", '"': '"', "\\": "\\" };

/** Bytes of a quoted text as Latin-1; null for an escape that is not known. */
export function bytesOfText(quoted: string): string | null {
  const text = latin1Of(quoted.slice(1, -1));
  const escapes = /\\(?:x([0-9A-Fa-f]{2})|([\s\S]))/gu;
  if (
    [...text.matchAll(escapes)].some(
      ([, hex, other]) => hex === undefined && !((other ?? "") in TEXT_ESCAPES),
    )
  )
    return null;
  return text.replace(escapes, (_all, hex: string | undefined, other: string) =>
    hex === undefined ? (TEXT_ESCAPES[other] ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Runs of plain bytes outside of alternatives. */
function runsOfHex(braced: string): Runs {
  const inner = braced.slice(1, -1).replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/gu, " ");
  let flat = inner.replace(/\[[^\]]*\]/gu, " . ");
  // From the innermost group outwards.
  for (let last = ""; last !== flat;) {
    last = flat;
    flat = flat.replace(/\([^()]*\)/gu, " . ");
  }
  if (/[()|[\]]/u.test(flat)) return [];
  const runs: string[] = [""];
  for (const [token] of flat.matchAll(/~?[0-9A-Fa-f?]{2}|\S/gu)) {
    if (!/^[0-9A-Fa-f]{2}$/u.test(token)) runs.push("");
    else runs.push((runs.pop() ?? "") + String.fromCharCode(Number.parseInt(token, 16)));
  }
  return selectRuns(runs.map((run) => [run]));
}

/** The long runs; if there is none, the longest. */
function selectRuns(all: Runs): Runs {
  const sorted = [...all].sort((a, b) => worth(b) - worth(a)).filter((runs) => worth(runs) > 0);
  return sorted
    .slice(0, Math.max(1, sorted.filter((runs) => worth(runs) >= LONG_RUN).length))
    .slice(0, RUNS_LIMIT);
}

function worth(runs: readonly string[]): number {
  return Math.min(...runs.map((run) => run.length));
}

/** What stands in a regular expression, piece by piece. */
interface Reading {
  readonly pattern: string;
  at: number;
}

function runsOfRegex(pattern: string): Runs {
  const reading: Reading = { pattern, at: 0 };
  const { runs } = readAlternatives(reading);
  return reading.at === pattern.length ? selectRuns(runs) : [];
}

/** A part of a pattern: everything that it can stand for, where that is few; and what stands in everything that it stands for. */
interface Piece {
  readonly exact: readonly string[] | null;
  readonly runs: Runs;
}
const ANYTHING: Piece = { exact: null, runs: [] };

function exactly(...texts: readonly string[]): Piece {
  return { exact: texts, runs: [texts] };
}

function readAlternatives(reading: Reading): Piece {
  const all = [readSequence(reading)];
  while (reading.pattern[reading.at] === "|") {
    reading.at++;
    all.push(readSequence(reading));
  }
  const [only] = all;
  if (all.length === 1 && only !== undefined) return only;
  const exact = all.some((piece) => piece.exact === null) ? null : all.flatMap((piece) => piece.exact ?? []);
  if (exact !== null && exact.length <= ALTERNATIVES_LIMIT) return exactly(...exact);
  const best = all.flatMap((piece) => selectRuns(piece.runs)[0] ?? [""]);
  return best.length <= ALTERNATIVES_LIMIT ? { exact: null, runs: [best] } : ANYTHING;
}

/** Pieces that follow one another, up to `|`, `)` or the end. */
function readSequence(reading: Reading): Piece {
  const { pattern } = reading;
  const runs: (readonly string[])[] = [];
  let run: readonly string[] = [""];
  const end = (): void => {
    runs.push(run);
    run = [""];
  };
  while (reading.at < pattern.length && pattern[reading.at] !== "|" && pattern[reading.at] !== ")") {
    const piece = readPiece(reading);
    const repeat = readRepeat(reading);
    if (repeat === "maybe" || piece.exact === null) {
      end();
      if (repeat !== "maybe") runs.push(...piece.runs);
      continue;
    }
    if (run.length * piece.exact.length > ALTERNATIVES_LIMIT) end();
    run = run.flatMap((before) => (piece.exact ?? []).map((text) => before + text));
    if (repeat === "some") end();
  }
  return { exact: runs.length === 0 ? run : null, runs: [...runs, run] };
}

const REGEX_ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", a: "\u0007" };

function readPiece(reading: Reading): Piece {
  const character = reading.pattern[reading.at++] ?? "";
  if (character === "\\") return readEscape(reading);
  if (character === "[") return readClass(reading);
  if (character === "(") {
    const piece = readAlternatives(reading);
    // An unclosed group ends the reading behind the end of the pattern: nothing is concluded.
    if (reading.pattern[reading.at] === ")") reading.at++;
    else reading.at = reading.pattern.length + 1;
    return piece;
  }
  return /[.^$*+?{}]/u.test(character) ? ANYTHING : exactly(character);
}

function readEscape(reading: Reading): Piece {
  const hex = /^x([0-9A-Fa-f]{2})/u.exec(reading.pattern.slice(reading.at, reading.at + 3));
  if (hex !== null) {
    reading.at += 3;
    return exactly(String.fromCharCode(Number.parseInt(hex[1] ?? "", 16)));
  }
  const character = reading.pattern[reading.at++] ?? "";
  const known = REGEX_ESCAPES[character];
  if (known !== undefined) return exactly(known);
  // Letters and digits stand for classes and places (`\w`, `\b`).
  return /[A-Za-z0-9]/u.test(character) ? ANYTHING : exactly(character);
}

/** A `]` right after the opening belongs to the class. */
function readClass(reading: Reading): Piece {
  const found = /^\^?\]?(?:[^\]\\]|\\[\s\S])*\]/u.exec(reading.pattern.slice(reading.at));
  // Without an end the reading stops before the end of the pattern: nothing is concluded.
  reading.at += found === null ? reading.pattern.length + 1 : found[0].length;
  // Few plain characters (`[Aa]`) are so many texts.
  return found !== null && /^[A-Za-z0-9 _]{1,4}\]$/u.test(found[0])
    ? exactly(...Array.from(found[0].slice(0, -1)))
    : ANYTHING;
}

function readRepeat(reading: Reading): "once" | "some" | "maybe" {
  const found = /^(?:[*+?]|\{(\d*)(?:,\d*)?\})\??/u.exec(reading.pattern.slice(reading.at));
  if (found === null) return "once";
  reading.at += found[0].length;
  if (found[0].startsWith("+")) return "some";
  return Number(found[1] ?? 0) > 0 ? "some" : "maybe";
}
