import { parseArguments, skipGeneric } from "./arguments.ts";
import { isSign, opaque, peek, takeName, takeSign, type Parser } from "./parser.ts";
import type { Expression, Field } from "./tree.ts";

/** Parses `new Type(args) { ... }` in all its forms; the parser stands on `new`. */
export function parseNew(parser: Parser): Expression {
  const at = peek(parser)?.at ?? 0;
  parser.at++;
  const type = takeTypeName(parser);
  if (isSign(parser, "<") && parser.grammar === "csharp") skipGeneric(parser);
  const args = takeSign(parser, "(") ? [...parseArguments(parser, ")")] : [];
  let array = false;
  while (parser.grammar !== "basic" && takeSign(parser, "[")) {
    parseArguments(parser, "]");
    array = true;
  }
  takeName(parser, "with");
  takeName(parser, "from");
  if (!isSign(parser, "{")) return { kind: "new", type, args, items: [], fields: [], at };
  const { items, fields } = takeBraces(parser);
  return { kind: "new", type: array ? `${type}[]` : type, args, items, fields, at };
}

function takeTypeName(parser: Parser): string {
  let type = "";
  for (let parts = 0; parts < 40; parts++) {
    const next = peek(parser);
    if (next?.kind === "name" && (type === "" || type.endsWith("."))) type += next.text;
    else if (next?.kind === "sign" && (next.text === "." || next.text === "::") && type !== "") type += ".";
    else break;
    parser.at++;
  }
  return type;
}

/** Parses `{ a, b }`, `{ name = value }` or `{ name: value }`. */
export function parseBraces(parser: Parser): Expression {
  const at = peek(parser)?.at ?? 0;
  return { kind: "list", ...takeBraces(parser), at };
}

function takeBraces(parser: Parser): {
  readonly items: readonly Expression[];
  readonly fields: readonly Field[];
} {
  const items: Expression[] = [];
  const fields: Field[] = [];
  parser.at++;
  for (let before = -1; parser.at < parser.tokens.length && parser.at !== before;) {
    before = parser.at;
    if (takeSign(parser, "}")) break;
    if (takeSign(parser, ",")) continue;
    const next = peek(parser);
    if (next === undefined || (next.kind === "sign" && /^[)\]]$/u.test(next.text))) break;
    if (next.kind === "end") {
      // Statements, not values: broken code, or a block taken for a value.
      if (parser.grammar !== "basic") break;
      parser.at++;
      continue;
    }
    // Basic writes `.Name = value`.
    const dotted = takeSign(parser, ".") ? 1 : 0;
    const name = peek(parser);
    const between = peek(parser, 1);
    const named =
      name !== undefined && name.kind !== "sign" && between?.kind === "sign" && /^[=:]$/u.test(between.text);
    if (named || dotted === 1) {
      parser.at += named ? 2 : 0;
      const value = parser.at < parser.tokens.length ? parser.rules.expression(parser) : opaque(parser);
      fields.push({ name: name?.text.toLowerCase() ?? "", value });
    } else items.push(parser.rules.expression(parser));
  }
  return { items, fields };
}
