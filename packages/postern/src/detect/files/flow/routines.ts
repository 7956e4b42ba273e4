import { isSign, peek, takeSign, type Parser } from "./parser.ts";
import type { Parameter } from "./tree.ts";

/** Parses `(Type a, Type b = 1)`, `(a : Type)` or `(ByVal a As Type)` and steps behind it. */
export function parseParameters(parser: Parser): readonly Parameter[] {
  const parameters: Parameter[] = [];
  let words: string[] = [];
  let after: string[] | null = null;
  let depth = 0;
  const finish = (): void => {
    const names = words.filter((word) => !NOISE.has(word));
    const name = names.at(-1);
    const type = (after ?? names.slice(0, -1)).join(".");
    // VBScript, which names no types, passes variables themselves where nothing else is said.
    const script = parser.grammar === "basic" && after === null && !words.includes("byval");
    const back = script || words.some((word) => word === "out" || word === "ref" || word === "byref");
    if (name !== undefined)
      parameters.push({
        name,
        type,
        ...(back ? { back } : {}),
        ...(words.includes("this") ? { extended: true } : {}),
      });
    words = [];
    after = null;
  };
  while (parser.at < parser.tokens.length) {
    const next = peek(parser);
    parser.at++;
    if (next === undefined) break;
    if (next.kind === "sign" && /^[([{<]$/u.test(next.text)) depth++;
    else if (next.kind === "sign" && /^[)\]}>]$/u.test(next.text)) depth--;
    else if (next.kind === "sign" && next.text === "," && depth === 1) finish();
    else if (depth === 1 && ((next.kind === "sign" && /^[:=]$/u.test(next.text)) || next.text === "as"))
      after ??= [];
    else if (next.kind === "name" && depth === 1) (after ?? words).push(next.text);
    if (depth <= 0) break;
  }
  finish();
  return parameters;
}

const NOISE: ReadonlySet<string> = new Set([
  "ref",
  "out",
  "in",
  "params",
  "this",
  "byval",
  "byref",
  "optional",
  "paramarray",
  "const",
]);

/** Opens a routine: what follows belongs to it. Gives its number. */
export function openRoutine(
  parser: Parser,
  routine: {
    readonly name: string;
    readonly parameters: readonly Parameter[];
    readonly attributes: readonly string[];
  },
): number {
  parser.routines.push({ ...routine, outer: parser.scope, at: peek(parser)?.at ?? 0 });
  return parser.routines.length - 1;
}

/** Steps over `: Type` behind parameters of JScript.NET. */
export function skipReturnType(parser: Parser): void {
  if (!takeSign(parser, ":")) return;
  while (peek(parser)?.kind === "name" || isSign(parser, ".") || isSign(parser, "[") || isSign(parser, "]"))
    parser.at++;
}
