import { YARA_EXTERNALS, type YaraExternals } from "./engine.ts";

type ExternalName = (typeof YARA_EXTERNALS)[number];

/** Rule text cut at its external variables, so that values can be set without an engine's help. */
export interface RuleText {
  /** Plain text and names of externals in turn. */
  readonly pieces: readonly (string | { readonly external: ExternalName })[];
  /** Rule names with their 1-based lines, in order. */
  readonly rules: readonly { readonly name: string; readonly line: number }[];
  /** True when an `include` stands in it: files outside of the pack are never read. */
  readonly includes: boolean;
}

/**
 * A token of rule text: what must not be searched (comment, text string, regular expression), or an identifier.
 * In YARA a `/` opens a comment or a regular expression and nothing else: division is `\`.
 */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|\/(?:[^/\\\n]|\\.)+\/[is]*|[$#@!.]?[A-Za-z_][A-Za-z0-9_]*/gu;

/** Cuts rule text at its externals and lists its rules. Text that is no YARA gives no rules; the engine says why. */
export function parseRuleText(text: string): RuleText {
  const pieces: RuleText["pieces"][number][] = [];
  const rules: { name: string; line: number }[] = [];
  let includes = false;
  let done = 0;
  let afterRule = false;
  for (const match of text.matchAll(TOKEN)) {
    const token = match[0];
    if (!/^[A-Za-z_]/u.test(token)) continue;
    if (afterRule) rules.push({ name: token, line: lineOf(text, match.index) });
    if (!afterRule && token === "include") includes = true;
    const end = match.index + token.length;
    const external = afterRule ? undefined : YARA_EXTERNALS.find((name) => name === token);
    afterRule = token === "rule";
    if (external === undefined || isMetaKey(text, end)) continue;
    pieces.push(text.slice(done, match.index), { external });
    done = end;
  }
  pieces.push(text.slice(done));
  return { pieces, rules, includes };
}

/** `filetype = "x"` in a meta section is a key; `filetype == "x"` is a condition. */
function isMetaKey(text: string, end: number): boolean {
  return /^\s{0,100}=(?!=)/u.test(text.slice(end, end + 102));
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let index = text.indexOf("\n"); index >= 0 && index < at; index = text.indexOf("\n", index + 1))
    line++;
  return line;
}

/** Rule text with the values of the externals written into it as string literals. */
export function fillExternals(text: RuleText, values: YaraExternals): string {
  return text.pieces
    .map((piece) => (typeof piece === "string" ? piece : toLiteral(values[piece.external])))
    .join("");
}

/** A YARA text literal: everything beyond plain ASCII is written as bytes, so that no value can leave its quotes. */
function toLiteral(value: string): string {
  let literal = '"';
  for (const byte of Buffer.from(value, "utf8")) {
    const character = String.fromCharCode(byte);
    literal += /[A-Za-z0-9 ._:-]/u.test(character) ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `${literal}"`;
}
