import { YARA_EXTERNALS, type YaraExternals } from "./engine.ts";
import type { RulePart } from "./rule-parts.ts";
import type { RuleToken } from "./rule-tokens.ts";
import { readInteger, type Integer } from "./integers.ts";
import { bytesOfText, literalsOf, type Literal } from "./string-literals.ts";

/**
 * What must hold for a condition to hold, told by things that are cheap to look up. It may hold although the condition does not, never the
 * other way round. Strings are counted by their place in the rule.
 */
export type Need =
  | { readonly kind: "true" }
  | { readonly kind: "false" }
  | { readonly kind: "strings"; readonly atLeast: number; readonly of: readonly number[] }
  | { readonly kind: "numbers"; readonly sign: string; readonly left: Integer; readonly right: Integer }
  | { readonly kind: "bytes"; readonly offsetBytes: number; readonly bytes: readonly number[] }
  | { readonly kind: "count"; readonly moreThan: number; readonly of: readonly number[] }
  | { readonly kind: "rule"; readonly name: string }
  | {
      readonly kind: "external";
      readonly name: keyof YaraExternals;
      readonly operator: string;
      readonly text: string;
    }
  | { readonly kind: "and" | "or"; readonly parts: readonly Need[] };

type Tokens = readonly RuleToken[];
const TRUE: Need = { kind: "true" };

/** Finds what a rule needs; what is not understood needs nothing. */
export function needOf(rule: RulePart): Need {
  const ids = rule.strings.map(({ id }) => id);
  return readNeed(rule.condition, ids, 0);
}

/** Nested deeper, nothing is needed. */
const DEPTH_LIMIT = 40;

function readNeed(tokens: Tokens, ids: readonly string[], depth: number): Need {
  if (depth > DEPTH_LIMIT) return TRUE;
  for (const [word, kind] of [
    ["or", "or"],
    ["and", "and"],
  ] as const) {
    const parts = splitAt(tokens, word);
    if (parts === null) return TRUE;
    if (parts.length > 1) return { kind, parts: parts.map((part) => readNeed(part, ids, depth + 1)) };
  }
  if (encloses(tokens)) return readNeed(tokens.slice(1, -1), ids, depth + 1);
  return readLeaf(tokens, ids);
}

/** Parts between a word outside of parentheses; null when parentheses do not fit. */
function splitAt(tokens: Tokens, word: string): readonly Tokens[] | null {
  const parts: Tokens[] = [];
  let start = 0;
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "sign") depth += "([".includes(token.text) ? 1 : ")]".includes(token.text) ? -1 : 0;
    if (depth < 0) return null;
    if (depth > 0 || token.kind !== "word" || token.text !== word) continue;
    parts.push(tokens.slice(start, index));
    start = index + 1;
  }
  return depth === 0 ? [...parts, tokens.slice(start)] : null;
}

/** True for `( … )` where the first parenthesis is closed by the last. */
function encloses(tokens: Tokens): boolean {
  if (tokens[0]?.text !== "(" || tokens.at(-1)?.text !== ")") return false;
  let depth = 0;
  return tokens.every((token, index) => {
    if (token.kind === "sign") depth += token.text === "(" ? 1 : token.text === ")" ? -1 : 0;
    return depth > 0 || index === tokens.length - 1;
  });
}

function readLeaf(tokens: Tokens, ids: readonly string[]): Need {
  const [first] = tokens;
  if (first === undefined) return TRUE;
  if (first.kind === "word" && tokens.length === 1) return readWord(first.text);
  if (isOfProgram(tokens)) return PROGRAM;
  if (first.kind === "string-id" && first.text.startsWith("$") && first.text.length > 1)
    return readPresence(tokens, ids);
  if (first.text === "for") return readSet(tokens.slice(1), ids);
  const compared = readComparison(tokens, ids);
  if (compared !== null) return compared;
  const name = YARA_EXTERNALS.find((external) => external === first.text);
  if (name !== undefined) return readExternal(name, tokens);
  return readSet(tokens, ids);
}

/** Without regard to case: more than enough. */
function contains(name: keyof YaraExternals, bytes: Uint8Array): Need {
  return { kind: "external", name, operator: "icontains", text: Buffer.from(bytes).toString("latin1") };
}

function readWord(word: string): Need {
  if (word === "false") return { kind: "false" };
  // Words that are no rules are not known to the filter, and need nothing.
  return word === "true" ? TRUE : { kind: "rule", name: word };
}

/** Two letters that every program starts with: the module `pe` knows nothing of a file without them. */
const PROGRAM: Need = { kind: "bytes", offsetBytes: 0, bytes: [0x4d, 0x5a] };

/**
 * `pe.exports("x")`, `pe.imphash() == "…"`, `for any i in (0..pe.number_of_signatures) : ( … )`: undefined, so false, unless the file is a
 * program. What could hold for something undefined or zero is left to the engine.
 */
function isOfProgram(tokens: Tokens): boolean {
  const texts = tokens.map(({ text }) => text);
  const start =
    texts[0] === "for" && texts[1] === "any" && texts[3] === "in"
      ? texts.slice(4, texts.indexOf(")"))
      : texts;
  if (!start.includes("pe") || (texts[0] !== "for" && texts[0] !== "pe") || texts[1] === "of") return false;
  // Constants (`pe.DLL`) are known always.
  if (texts[0] === "pe" && !/^[a-z]/u.test(texts[2] ?? "")) return false;
  return (
    !texts.some((text) => ["not", "none", "defined", "false", "is_pe", "!=", "<", "<="].includes(text)) &&
    !(texts[0] === "pe" && /^(?:0x)?0+$/u.test(texts.at(-1) ?? ""))
  );
}

/** `filename == "x"`, `filepath contains "y"`. */
function readExternal(name: keyof YaraExternals, [, operator, value, ...rest]: Tokens): Need {
  if (operator === undefined || value === undefined || rest.length > 0) return TRUE;
  if (operator.text === "matches" && value.kind === "regex") {
    const parts = literalsOf({ id: "", kind: "regex", value: value.text, modifiers: new Set() });
    const oneOf = (runs: readonly Literal[]): Need => ({
      kind: "or",
      parts: runs.map(({ bytes }) => contains(name, bytes)),
    });
    return { kind: "and", parts: parts.map(oneOf) };
  }
  if (value.kind !== "text") return TRUE;
  const text = bytesOfText(value.text);
  return text === null ? TRUE : { kind: "external", name, operator: operator.text, text };
}

/** `$a`, `$a at …`, `$a in …`. */
function readPresence([first, second]: Tokens, ids: readonly string[]): Need {
  if (second !== undefined && second.text !== "at" && second.text !== "in") return TRUE;
  return presenceOf(first?.text ?? "", ids);
}

function presenceOf(id: string, ids: readonly string[]): Need {
  const of = ids.flatMap((known, index) => (known === id ? [index] : []));
  return of.length === 0 ? TRUE : { kind: "strings", atLeast: 1, of };
}

/** Something compared with something; null when it is no comparison of numbers. */
function readComparison(tokens: Tokens, ids: readonly string[]): Need | null {
  const at = tokens.findIndex(({ kind, text }) => kind === "sign" && /^(?:[<>]=?|[=!]=)$/u.test(text));
  const sign = tokens[at]?.text;
  if (sign === undefined) return null;
  const sides = [tokens.slice(0, at), tokens.slice(at + 1)] as const;
  const places = tokens.filter(({ text }) => text.startsWith("@"));
  if (places.length > 0) return readPlaces(tokens, places, ids);
  const [left, right] = sides.map(readInteger);
  if (left !== null && left !== undefined && right !== null && right !== undefined)
    return { kind: "numbers", sign, left, right };
  return tokens.some(({ text }) => text.startsWith("#")) ? readCount(sign, sides, ids) : null;
}

/** `(@a - @b) < 700`, `uint32(@a + 4) == 1`: undefined, so false, unless all strings are there. */
function readPlaces(tokens: Tokens, places: Tokens, ids: readonly string[]): Need {
  const known = tokens.every(({ kind, text }) =>
    kind === "word"
      ? /^u?int(?:8|16|32)(?:be)?$/u.test(text)
      : kind === "number" || kind === "sign" || text.startsWith("@"),
  );
  if (!known) return TRUE;
  return { kind: "and", parts: places.map(({ text }) => presenceOf(`$${text.slice(1)}`, ids)) };
}

/** `#a > 2`, `(#a + #b) >= 3`, `#a > #b + #c`; a comparison that zero passes needs nothing. */
function readCount(sign: string, [left, right]: readonly [Tokens, Tokens], ids: readonly string[]): Need {
  const isSum = (part: Tokens): boolean =>
    part.every(({ text, kind }) => kind === "number" || text.startsWith("#") || "+()".includes(text));
  if (!isSum(left) || left.some(({ kind }) => kind === "number") || !isSum(right)) return TRUE;
  if (sign !== ">" && sign !== ">=" && sign !== "==") return TRUE;
  const limit = right.length === 1 ? numberOf(right[0]) : null;
  const moreThan = sign === ">" ? (limit ?? 0) : limit === null ? -1 : limit - 1;
  const counted = left.filter(({ text }) => text.startsWith("#")).map(({ text }) => `$${text.slice(1)}`);
  if (moreThan < 0 || counted.some((id) => !ids.includes(id))) return TRUE;
  // A string that is counted twice is not worth the trouble.
  if (new Set(counted).size < counted.length) return TRUE;
  return { kind: "count", moreThan, of: ids.flatMap((id, index) => (counted.includes(id) ? [index] : [])) };
}

/** `2 of them`, `any of ($a*, $b)`, with or without something behind it. */
function readSet([quantifier, of, ...rest]: Tokens, ids: readonly string[]): Need {
  if (of?.text !== "of") return TRUE;
  const set = readIds(rest, ids);
  if (set === null || set.length === 0) return TRUE;
  const atLeast =
    quantifier?.text === "any" ? 1 : quantifier?.text === "all" ? set.length : (numberOf(quantifier) ?? 0);
  return atLeast > 0 ? { kind: "strings", atLeast, of: set } : TRUE;
}

/** Places of the strings that a set names; null for sets of something else. */
function readIds(tokens: Tokens, ids: readonly string[]): readonly number[] | null {
  if (tokens[0]?.text === "them") return ids.map((_id, index) => index);
  const close = tokens.findIndex(({ text }) => text === ")");
  if (tokens[0]?.text !== "(" || close < 0) return null;
  const names = tokens.slice(1, close).filter(({ text }) => text !== ",");
  if (names.some(({ kind, text }) => kind !== "string-id" || !text.startsWith("$"))) return null;
  return ids.flatMap((id, index) => (names.some(({ text }) => covers(text, id)) ? [index] : []));
}

function covers(name: string, id: string): boolean {
  return name.endsWith("*") ? id.startsWith(name.slice(0, -1)) : id === name;
}

function numberOf(token: RuleToken | undefined): number | null {
  if (token?.kind !== "number") return null;
  const unit = token.text.endsWith("KB") ? 1024 : token.text.endsWith("MB") ? 1024 * 1024 : 1;
  const value = Number(unit === 1 ? token.text : token.text.slice(0, -2)) * unit;
  return Number.isSafeInteger(value) ? value : null;
}

/** Compares numbers as the condition would; nothing holds for undefined ones. */
export function compareNumbers(sign: string, left: bigint | null, right: bigint | null): boolean {
  if (left === null || right === null) return false;
  switch (sign) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "==":
      return left === right;
    default:
      return left !== right;
  }
}

/** Compares an external variable with a text of the rule (bytes as Latin-1), as the condition would; true for what is not known. */
export function compareText(operator: string, value: string, text: string): boolean {
  const bytes = Buffer.from(value, "utf8").toString("latin1");
  const [left, right] = operator.startsWith("i") ? [lowerAscii(bytes), lowerAscii(text)] : [bytes, text];
  switch (operator.replace(/^i/u, "")) {
    case "==":
    case "equals":
      return left === right;
    case "contains":
      return left.includes(right);
    case "startswith":
      return left.startsWith(right);
    case "endswith":
      return left.endsWith(right);
    default:
      return true;
  }
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/gu, (letter) => letter.toLowerCase());
}
