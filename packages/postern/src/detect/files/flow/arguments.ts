import { findClosing, isName, isSign, peek, takeName, takeSign, type Parser } from "./parser.ts";
import type { Expression } from "./tree.ts";

/** Parses `a, b, c` behind an opening bracket and steps over the closing one. */
export function parseArguments(parser: Parser, close: string): readonly Expression[] {
  const args: Expression[] = [];
  const basic = parser.grammar === "basic";
  for (let before = -1; parser.at < parser.tokens.length && parser.at !== before;) {
    before = parser.at;
    if (takeSign(parser, close)) break;
    if (takeSign(parser, ",")) continue;
    const next = peek(parser);
    if (next?.kind === "end") {
      if (!(basic && goesOn(parser))) break;
      parser.at++;
      continue;
    }
    if (next?.kind === "sign" && /^[)\]}]$/u.test(next.text)) break;
    if (next?.kind === "name" && isSign(parser, basic ? ":=" : ":", 1)) parser.at += 2;
    const value = parser.rules.expression(parser);
    const named = peek(parser);
    // `out string x` declares a variable where it is passed.
    if (named?.kind === "name" && !basic && /^(?:name|member|call)$/u.test(value.kind)) {
      args.push({ kind: "name", name: named.text, at: named.at });
      parser.at++;
    } else args.push(value);
  }
  return args;
}

/** In an open bracket a line end of VB.NET ends nothing; in broken code it must. */
function goesOn(parser: Parser): boolean {
  const before = peek(parser, -1);
  const after = peek(parser, 1);
  return (
    before?.text === "," ||
    before?.text === "(" ||
    before?.text === "{" ||
    after?.text === ")" ||
    after?.text === "}" ||
    after?.text === ","
  );
}

/** Type arguments are looked for so many tokens ahead. */
const GENERIC_AHEAD = 40;

/** Steps over `<A, B<C>>` when what follows shows that it was no comparison. */
export function skipGeneric(parser: Parser): boolean {
  let depth = 0;
  for (let ahead = 0; ahead < GENERIC_AHEAD; ahead++) {
    const next = peek(parser, ahead);
    if (next === undefined) return false;
    if (next.kind === "name") continue;
    if (next.kind !== "sign" || !/^[<>.,[\]?]$/u.test(next.text)) return false;
    if (next.text === "<") depth++;
    if (next.text === ">" && --depth === 0) {
      const after = peek(parser, ahead + 1);
      const ends =
        after === undefined ||
        after.kind === "name" ||
        (after.kind === "sign" && /^[().[\]{},:]$/u.test(after.text));
      if (ends) parser.at += ahead + 1;
      return ends;
    }
  }
  return false;
}

/** Steps over `As Type(Of T)()` of Basic; gives the type. */
export function takeAsType(parser: Parser): string {
  if (!takeName(parser, "as")) return "";
  takeName(parser, "new");
  let type = "";
  while (parser.at < parser.tokens.length) {
    const next = peek(parser);
    if (next?.kind === "name" && (type === "" || type.endsWith("."))) type += next.text;
    else if (next?.text === "." && next.kind === "sign") type += ".";
    else break;
    parser.at++;
  }
  if (isSign(parser, "(") && (isSign(parser, ")", 1) || isName(parser, "of", 1))) {
    const close = findClosing(parser, parser.at, GENERIC_AHEAD);
    if (close > 0) parser.at = close + 1;
  }
  return type;
}
