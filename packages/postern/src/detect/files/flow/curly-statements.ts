import { ENTRY_POINT } from "./native-calls.ts";
import { openRoutine, parseParameters, skipReturnType } from "./routines.ts";
import { parseExpression } from "./expression.ts";
import {
  enterBlock,
  isName,
  isSign,
  leaveBlock,
  NESTING_LIMIT,
  opaque,
  peek,
  placeOf,
  takeSign,
  type Parser,
} from "./parser.ts";
import type { Expression } from "./tree.ts";

/** Words that stand before a statement and say nothing of its data. */
const SKIPPED: ReadonlySet<string> = new Set([
  "public",
  "private",
  "protected",
  "internal",
  "static",
  "readonly",
  "const",
  "virtual",
  "override",
  "abstract",
  "sealed",
  "async",
  "unsafe",
  "extern",
  "partial",
  "volatile",
  "hide",
  "expando",
  "final",
  "else",
  "do",
  "try",
  "finally",
  "throw",
  "yield",
  "await",
  "goto",
  "event",
  "checked",
  "unchecked",
]);
const WITH_HEAD: ReadonlySet<string> = new Set([
  "if",
  "while",
  "for",
  "foreach",
  "switch",
  "catch",
  "lock",
  "fixed",
  "using",
  "with",
]);
const TYPES: ReadonlySet<string> = new Set([
  "class",
  "interface",
  "struct",
  "enum",
  "namespace",
  "package",
  "record",
]);

interface Block {
  /** Routine and block to go back to when the brace closes. */
  readonly scope: number;
  readonly block: number;
}

interface Reading {
  readonly parser: Parser;
  readonly blocks: Block[];
  /** Routine whose body opens with the next brace. */
  pending: number | null;
  attributes: string[];
}

/** Parses the statements of a block inside of an expression; the parser stands on its brace. */
export function parseBlock(parser: Parser): void {
  parser.at++;
  if (parser.depth >= NESTING_LIMIT) return;
  parser.depth += 2;
  enterBlock(parser);
  parseCurlyStatements(parser, true);
  leaveBlock(parser);
  parser.depth -= 2;
}

/** Parses statements of C# or JScript to the end of the tokens, or of the block. Never throws. */
export function parseCurlyStatements(parser: Parser, inBlock: boolean): void {
  const reading: Reading = { parser, blocks: [], pending: null, attributes: [] };
  const { scope, block } = parser;
  while (parser.at < parser.tokens.length) {
    const before = parser.at;
    const next = peek(parser);
    if (inBlock && reading.blocks.length === 0 && next?.kind === "sign" && next.text === "}") {
      parser.at++;
      break;
    }
    parseStatement(reading);
    if (parser.at === before) parser.at++;
  }
  if (inBlock) Object.assign(parser, { scope, block });
}

function parseStatement(reading: Reading): void {
  const { parser } = reading;
  const next = peek(parser);
  if (next === undefined) return;
  if (next.kind === "sign" && next.text === "{") openBlock(reading);
  else if (next.kind === "sign" && next.text === "}") closeBlock(reading);
  else if (next.kind === "sign" && next.text === "[" && parser.grammar === "csharp") parseAttribute(reading);
  else if (next.kind === "end" || (next.kind === "sign" && /^[)\],:>]$/u.test(next.text))) {
    parser.at++;
    if (next.kind === "end") reading.pending = null;
  } else if (next.kind === "name") parseWord(reading, next.text);
  else parseSimple(reading);
}

function openBlock(reading: Reading): void {
  const { parser, pending } = reading;
  parser.at++;
  reading.blocks.push(placeOf(parser));
  enterBlock(parser);
  if (pending !== null) parser.scope = pending;
  reading.pending = null;
}

function closeBlock(reading: Reading): void {
  reading.parser.at++;
  const block = reading.blocks.pop();
  if (block === undefined) return;
  reading.parser.scope = block.scope;
  reading.parser.block = block.block;
}

/** `[WebMethod, Name(...)]` before a member; its names are kept for the next routine. */
function parseAttribute(reading: Reading): void {
  const { parser } = reading;
  const { length } = parser.statements;
  const value = parseExpression(parser);
  if (value.kind !== "list") return;
  for (const set of parser.statements.slice(length)) {
    if (set.kind !== "set" || set.target.kind !== "name") continue;
    if (set.target.name === "entrypoint" && set.value.kind === "text")
      reading.attributes.push(ENTRY_POINT + set.value.value.toLowerCase());
  }
  for (const item of value.items) {
    const named = item.kind === "call" ? item.of : item;
    if (named.kind === "name" || named.kind === "member")
      reading.attributes.push(named.name.replace(/attribute$/u, ""));
    if (item.kind === "call") parser.statements.push({ kind: "do", value: item, ...placeOf(parser) });
  }
}

function parseWord(reading: Reading, word: string): void {
  const { parser } = reading;
  if (SKIPPED.has(word)) parser.at++;
  else if (WITH_HEAD.has(word) && isSign(parser, "(", 1)) parseHead(reading);
  else if (TYPES.has(word) && peek(parser, 1)?.kind === "name") parseTypeHead(parser);
  else if (word === "function" && !isSign(parser, "(", 1)) parseFunction(reading);
  else if (word === "return") {
    parser.at++;
    if (peek(parser)?.kind === "end" || isSign(parser, "}")) return;
    parser.statements.push({ kind: "return", value: parseExpression(parser), ...placeOf(parser) });
  } else if (word === "case" || (word === "default" && isSign(parser, ":", 1))) {
    parser.at++;
    // Each label opens a way of its own.
    leaveBlock(parser);
    enterBlock(parser);
    if (word === "case") parseExpression(parser);
  } else if ((word === "using" || word === "import") && !isSign(parser, "(", 1)) parser.at++;
  else if (/attribute$/u.test(word) && peek(parser, 1)?.kind === "name") {
    reading.attributes.push(word.replace(/attribute$/u, ""));
    parser.at++;
  } else parseSimple(reading);
}

/** `if (...)`, `foreach (T x in y)`, `for (a; b; c)`, `using (T x = y)`. */
function parseHead(reading: Reading): void {
  const { parser } = reading;
  parser.at += 2;
  for (let before = -1; parser.at < parser.tokens.length && parser.at !== before;) {
    before = parser.at;
    if (takeSign(parser, ")")) break;
    const next = peek(parser);
    if (next?.kind === "end" || isSign(parser, ",")) parser.at++;
    else if (isSign(parser, "{") || isSign(parser, "}")) break;
    else parseSimple(reading);
  }
}

/** `class Name : Base, IOther {` or `class Name extends Base {`. */
function parseTypeHead(parser: Parser): void {
  parser.at += 2;
  for (let steps = 0; steps < 60 && parser.at < parser.tokens.length; steps++) {
    const next = peek(parser);
    if (next === undefined || next.kind === "end" || (next.kind === "sign" && next.text === "{")) break;
    if (next.kind === "name") parser.bases.push(next.text);
    parser.at++;
  }
}

/** `function name(a, b) : Type {` of JScript; also `function IFace.Name(`, `function get Name(`. */
function parseFunction(reading: Reading): void {
  const { parser } = reading;
  let name = "";
  parser.at++;
  while (peek(parser)?.kind === "name" || isSign(parser, ".")) {
    name = peek(parser)?.text ?? "";
    parser.at++;
  }
  const parameters = isSign(parser, "(") ? parseParameters(parser) : [];
  skipReturnType(parser);
  finishRoutine(reading, name, parameters);
}

function finishRoutine(reading: Reading, name: string, parameters: ReturnType<typeof parseParameters>): void {
  const { parser, attributes } = reading;
  reading.attributes = [];
  const routine = openRoutine(parser, { name, parameters, attributes });
  if (takeSign(parser, "=>")) {
    const outer = parser.scope;
    parser.scope = routine;
    parser.statements.push({
      kind: "return",
      value: parseExpression(parser),
      scope: routine,
      block: parser.block,
    });
    parser.scope = outer;
  } else reading.pending = routine;
}

/** An expression, or a declaration of a variable, a property or a method. */
function parseSimple(reading: Reading): void {
  const { parser } = reading;
  const value = parseExpression(parser);
  takeNullable(parser);
  const next = peek(parser);
  if (next?.kind === "name" && isTypeLike(value) && !/^(?:in|of|is|as|when|where)$/u.test(next.text)) {
    parseDeclaration(reading, typeNameOf(value));
    return;
  }
  if (value.kind === "call" && value.of.kind === "name" && opensConstructor(parser, value.of.name)) {
    const parameters = value.args.flatMap((arg) =>
      arg.kind === "name" ? [{ name: arg.name, type: "" }] : [],
    );
    finishRoutine(reading, value.of.name, parameters);
    return;
  }
  if (isSign(parser, "{") && value.kind === "call") return;
  if (isName(parser, "in") || isName(parser, "of")) {
    parser.at++;
    const name = value.kind === "name" ? value.name : "";
    parser.statements.push({ kind: "each", name, of: parseExpression(parser), ...placeOf(parser) });
    return;
  }
  parser.statements.push({ kind: "do", value, ...placeOf(parser) });
}

/** `Name(...) {` or `Name(...) : base(...) {`; steps to the brace. */
function opensConstructor(parser: Parser, name: string): boolean {
  if (parser.grammar !== "csharp" || name === "when") return false;
  if (isSign(parser, ":") && (isName(parser, "base", 1) || isName(parser, "this", 1))) {
    parser.at++;
    parser.statements.push({ kind: "do", value: parseExpression(parser), ...placeOf(parser) });
  }
  return isSign(parser, "{");
}

/** `int? x` */
function takeNullable(parser: Parser): void {
  if (isSign(parser, "?") && peek(parser, 1)?.kind === "name") parser.at++;
}

function isTypeLike(value: Expression): boolean {
  // `(string, string) Name()`
  if (value.kind === "list") return value.items.length > 1 && value.items.every(isTypeLike);
  if (value.kind === "call") return value.args.length === 0 && isTypeLike(value.of);
  return value.kind === "name" || (value.kind === "member" && isTypeLike(value.of));
}

function typeNameOf(value: Expression): string {
  if (value.kind === "call") return `${typeNameOf(value.of)}[]`;
  if (value.kind === "member") return `${typeNameOf(value.of)}.${value.name}`;
  return value.kind === "name" ? value.name : "";
}

function parseDeclaration(reading: Reading, type: string): void {
  const { parser } = reading;
  while (peek(parser)?.kind === "name") {
    let name = peek(parser)?.text ?? "";
    parser.at++;
    // `void IHandler.Process(`: an interface named with its member.
    while (isSign(parser, ".") && peek(parser, 1)?.kind === "name") {
      name = peek(parser, 1)?.text ?? "";
      parser.at += 2;
    }
    if (isSign(parser, "(")) {
      finishRoutine(reading, name, parseParameters(parser));
      return;
    }
    if (isSign(parser, "{") || isSign(parser, "=>")) {
      finishRoutine(reading, name, []);
      return;
    }
    if (isName(parser, "in") || isName(parser, "of")) {
      parser.at++;
      parser.statements.push({ kind: "declare", name, type, value: null, ...placeOf(parser) });
      parser.statements.push({ kind: "each", name, of: parseExpression(parser), ...placeOf(parser) });
      return;
    }
    let declared = type;
    if (takeSign(parser, ":")) declared = takeTypeName(parser);
    const value = takeSign(parser, "=") ? parseExpression(parser) : null;
    parser.statements.push({ kind: "declare", name, type: declared, value, ...placeOf(parser) });
    if (!takeSign(parser, ",")) return;
  }
}

/** The type behind the colon of JScript.NET. */
function takeTypeName(parser: Parser): string {
  let type = "";
  while (
    peek(parser)?.kind === "name" ||
    isSign(parser, ".") ||
    (isSign(parser, "[") && isSign(parser, "]", 1))
  ) {
    const next = peek(parser) ?? opaque(parser);
    type += "text" in next ? next.text : "";
    parser.at++;
  }
  return type;
}
