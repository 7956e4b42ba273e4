import { parseArguments, takeAsType } from "./arguments.ts";
import { parseBraces } from "./creation.ts";
import { parseExpression, parseOperand, startsBareArgument } from "./expression.ts";
import {
  enterBlock,
  isName,
  isSign,
  leaveBlock,
  NESTING_LIMIT,
  peek,
  placeOf,
  takeName,
  takeSign,
  type Parser,
} from "./parser.ts";
import { ENTRY_POINT } from "./native-calls.ts";
import { openRoutine, parseParameters } from "./routines.ts";
import type { Expression } from "./tree.ts";

const SKIPPED: ReadonlySet<string> = new Set([
  "call",
  "let",
  "set",
  "public",
  "private",
  "protected",
  "friend",
  "shared",
  "shadows",
  "overrides",
  "overridable",
  "overloads",
  "mustoverride",
  "notoverridable",
  "partial",
  "default",
  "readonly",
  "async",
  "static",
  "else",
  "do",
  "loop",
  "try",
  "finally",
  "then",
  "withevents",
  "throw",
  "global",
]);
const CONDITIONS: ReadonlySet<string> = new Set([
  "if",
  "elseif",
  "while",
  "until",
  "case",
  "select",
  "using",
  "synclock",
]);
/** Statements whose rest of the line carries no data. */
const LINES: ReadonlySet<string> = new Set([
  "end",
  "exit",
  "on",
  "option",
  "imports",
  "goto",
  "catch",
  "next",
  "wend",
  "namespace",
  "continue",
  "resume",
  "implements",
  "module",
  "enum",
  "structure",
]);

/** Parses statements of VBScript or Visual Basic .NET to the end of the tokens. Never throws. */
export function parseBasicStatements(parser: Parser): void {
  const outer: number[] = [];
  let attributes: string[] = [];
  while (parser.at < parser.tokens.length) {
    const before = parser.at;
    const next = peek(parser);
    if (next?.kind === "name" && opensRoutine(parser)) {
      outer.push(parser.scope);
      parser.scope = parseRoutine(parser, attributes);
      attributes = [];
    } else if (
      next?.text === "end" &&
      /^(?:function|sub|property|get|set|class)$/u.test(peek(parser, 1)?.text ?? "")
    ) {
      if (!isName(parser, "class", 1)) parser.scope = outer.pop() ?? 0;
      skipLine(parser);
    } else if (next?.kind === "sign" && next.text === "<") attributes = takeAttributes(parser);
    else parseStatement(parser);
    if (parser.at === before) parser.at++;
  }
}

/** Parses the lines of a function without a name, up to its `End Function` or `End Sub`. */
export function parseBasicBlock(parser: Parser): void {
  if (parser.depth >= NESTING_LIMIT) return;
  parser.depth += 2;
  while (parser.at < parser.tokens.length) {
    const before = parser.at;
    if (isName(parser, "end") && /^(?:function|sub)$/u.test(peek(parser, 1)?.text ?? "")) {
      parser.at += 2;
      break;
    }
    parseStatement(parser);
    if (parser.at === before) parser.at++;
  }
  parser.depth -= 2;
}

function opensRoutine(parser: Parser): boolean {
  const word = peek(parser)?.text ?? "";
  const next = peek(parser, 1);
  if (next?.kind !== "name")
    return /^(?:get|set)$/u.test(word) && (next?.kind === "end" || (word === "set" && next?.text === "("));
  return /^(?:function|sub|property|declare)$/u.test(word);
}

/** `Function Name(a, ByVal b As T) As R`, `Property Get Name`, `Declare Function Name Lib "x"`. */
function parseRoutine(parser: Parser, attributes: readonly string[]): number {
  const declared = isName(parser, "declare");
  let name = "";
  while (
    peek(parser)?.kind === "name" &&
    !isName(parser, "as") &&
    !isName(parser, "lib") &&
    !isName(parser, "handles")
  ) {
    name = peek(parser)?.text ?? "";
    parser.at++;
  }
  if (declared) {
    const attributes = ["dllimport", ...takeAlias(parser)];
    openRoutine(parser, { name, parameters: [], attributes });
    return parser.scope;
  }
  const parameters = isSign(parser, "(") ? parseParameters(parser) : [];
  skipLine(parser, true);
  return openRoutine(parser, { name, parameters, attributes });
}

/** `Lib "kernel32" Alias "WinExec" (...)`, to the end of the line. */
function takeAlias(parser: Parser): readonly string[] {
  const names: string[] = [];
  while (parser.at < parser.tokens.length && peek(parser)?.kind !== "end") {
    const next = peek(parser, 1);
    if (isName(parser, "alias") && next?.kind === "text") names.push(ENTRY_POINT + next.text.toLowerCase());
    parser.at++;
  }
  parser.at++;
  return names;
}

/** `<WebMethod(), DllImport("x", EntryPoint:="y")>` */
function takeAttributes(parser: Parser): string[] {
  const names: string[] = [];
  for (let steps = 0; steps < 60; steps++) {
    const next = peek(parser);
    if (next === undefined || next.kind === "end") break;
    parser.at++;
    if (next.kind === "name") names.push(next.text.replace(/attribute$/u, ""));
    if (next.kind === "text" && isName(parser, "entrypoint", -3))
      names.push(ENTRY_POINT + next.text.toLowerCase());
    if (next.kind === "sign" && next.text === ">") break;
  }
  while (peek(parser)?.kind === "end") parser.at++;
  return names;
}

/** Steps to the end of the line, or only to the next end of a statement. */
function skipLine(parser: Parser, keepEnd = false): void {
  while (parser.at < parser.tokens.length && peek(parser)?.kind !== "end") parser.at++;
  if (!keepEnd) parser.at++;
}

function parseStatement(parser: Parser): void {
  const next = peek(parser);
  if (next === undefined) return;
  if (next.kind === "end") {
    parser.at++;
    for (; next.text === "\n" && parser.lineBlocks > 0; parser.lineBlocks--) leaveBlock(parser);
    return;
  }
  const word = next.kind === "name" ? next.text : "";
  trackBlock(parser, word);
  const called = isSign(parser, ".", 1) || isSign(parser, "(", 1) || isSign(parser, "=", 1);
  if (SKIPPED.has(word) && !(called && word !== "then" && word !== "else")) parser.at++;
  else if (CONDITIONS.has(word) && !isSign(parser, "=", 1) && !isSign(parser, ".", 1)) parseCondition(parser);
  else if (/^(?:dim|const|redim|static)$/u.test(word)) parseDim(parser);
  else if (word === "for" && peek(parser, 1)?.kind === "name") parseFor(parser);
  else if (word === "with") parseWith(parser);
  else if (word === "end" && isName(parser, "with", 1)) {
    parser.withs.pop();
    parser.at += 2;
  } else if (word === "return" && !called) parseReturn(parser);
  else if (word === "inherits" || word === "class") parseClass(parser);
  else if (LINES.has(word) && !called) skipLine(parser);
  else if (isDeclaration(parser)) parseDim(parser, true);
  else parseCommand(parser);
}

/** Ways through a routine: `If` and loops open a block, `Else` and `Case` go another way, `End If` and `Next` close it. */
function trackBlock(parser: Parser, word: string): void {
  const second = peek(parser, 1)?.text ?? "";
  const jumps = word === "exit" || word === "on" || word === "resume";
  if (jumps) return;
  if (word === "then") {
    // All on a single line: its end closes the block.
    if (peek(parser, 1)?.kind !== "end") parser.lineBlocks++;
  } else if (/^(?:if|for|while|do|select|try)$/u.test(word)) enterBlock(parser);
  else if (/^(?:else|elseif|case|catch|finally)$/u.test(word)) {
    leaveBlock(parser);
    enterBlock(parser);
  } else if (
    /^(?:next|wend|loop)$/u.test(word) ||
    (word === "end" && /^(?:if|select|while|try)$/u.test(second))
  )
    leaveBlock(parser);
}

/** `Public name As Type`, behind the modifiers. */
function isDeclaration(parser: Parser): boolean {
  const before = peek(parser, -1);
  const modified =
    before?.kind === "name" &&
    /^(?:public|private|protected|friend|shared|readonly|withevents)$/u.test(before.text);
  return modified && peek(parser)?.kind === "name" && !isSign(parser, ".", 1);
}

function parseCondition(parser: Parser): void {
  parser.at++;
  if (takeName(parser, "case") && takeName(parser, "else")) return;
  if (peek(parser)?.kind === "name" && isName(parser, "as", 1)) {
    parseDim(parser, true);
    return;
  }
  if (peek(parser)?.kind === "end") return;
  parser.statements.push({ kind: "do", value: parseExpression(parser), ...placeOf(parser) });
  while (takeSign(parser, ",") && parser.at < parser.tokens.length) {
    parser.statements.push({ kind: "do", value: parseExpression(parser), ...placeOf(parser) });
  }
}

/** `Dim a, b(10), c As New T(x), d As String = y`; `Const a = "b"`. */
function parseDim(parser: Parser, named = false): void {
  if (!named) parser.at++;
  takeName(parser, "preserve");
  while (peek(parser)?.kind === "name") {
    const name = peek(parser)?.text ?? "";
    const { at } = peek(parser) ?? { at: 0 };
    parser.at++;
    if (takeSign(parser, "(")) parseArguments(parser, ")");
    const created = isName(parser, "new", 1);
    const type = takeAsType(parser);
    let value: Expression | null = null;
    if (created) {
      const args = takeSign(parser, "(") ? parseArguments(parser, ")") : [];
      takeName(parser, "with");
      const braces = isSign(parser, "{") ? parseBraces(parser) : null;
      const { items, fields } = braces?.kind === "list" ? braces : { items: [], fields: [] };
      value = { kind: "new", type, args, items, fields, at };
    }
    if (takeSign(parser, "=")) value = parseExpression(parser);
    parser.statements.push({ kind: "declare", name, type, value, ...placeOf(parser) });
    if (!takeSign(parser, ",")) return;
    while (peek(parser)?.kind === "end") parser.at++;
  }
}

function parseFor(parser: Parser): void {
  parser.at++;
  const each = takeName(parser, "each");
  const name = peek(parser)?.text ?? "";
  parser.at++;
  takeAsType(parser);
  if (each ? !takeName(parser, "in") : !takeSign(parser, "=")) return;
  const value = parseExpression(parser);
  if (each) parser.statements.push({ kind: "each", name, of: value, ...placeOf(parser) });
  else
    parser.statements.push({
      kind: "set",
      target: { kind: "name", name, at: value.at },
      add: false,
      value: { kind: "opaque", at: value.at },
      ...placeOf(parser),
    });
  while (takeName(parser, "to") || takeName(parser, "step")) parseExpression(parser);
}

/** Blocks inside each other that are followed. */
const WITH_LIMIT = 50;

function parseWith(parser: Parser): void {
  parser.at++;
  const value = parseExpression(parser);
  if (parser.withs.length < WITH_LIMIT) parser.withs.push(value);
  parser.statements.push({ kind: "do", value, ...placeOf(parser) });
}

function parseReturn(parser: Parser): void {
  parser.at++;
  if (peek(parser)?.kind === "end" || peek(parser) === undefined) return;
  parser.statements.push({ kind: "return", value: parseExpression(parser), ...placeOf(parser) });
}

function parseClass(parser: Parser): void {
  while (parser.at < parser.tokens.length && peek(parser)?.kind !== "end") {
    const next = peek(parser);
    if (next?.kind === "name") parser.bases.push(next.text);
    parser.at++;
  }
}

const ASSIGNS: ReadonlySet<string> = new Set(["=", "+=", "&=", "-=", "*="]);

/** `target = value`, `Name arg, arg`, or a call. */
function parseCommand(parser: Parser): void {
  const depth = parser.at;
  const target = parseOperand(parser);
  const next = peek(parser);
  if (next?.kind === "sign" && ASSIGNS.has(next.text)) {
    parser.at++;
    const value = parseExpression(parser);
    parser.statements.push({ kind: "set", target, add: next.text !== "=", value, ...placeOf(parser) });
    return;
  }
  if (
    (target.kind === "name" || target.kind === "member" || target.kind === "call") &&
    startsBareArgument(parser) &&
    parser.at > depth
  ) {
    const args: Expression[] = [parseExpression(parser)];
    while (takeSign(parser, ",") && parser.at < parser.tokens.length) {
      if (peek(parser)?.kind === "end") break;
      args.push(isSign(parser, ",") ? { kind: "opaque", at: target.at } : parseExpression(parser));
    }
    parser.statements.push({
      kind: "do",
      value: { kind: "call", of: target, args, at: target.at },
      ...placeOf(parser),
    });
    return;
  }
  // `f (a) & b`: the bracket belonged to the first argument only.
  if (next !== undefined && next.kind === "sign" && /^[&+]$/u.test(next.text) && target.kind === "call") {
    parser.at++;
    const rest = parseExpression(parser);
    const first = target.args[0] ?? rest;
    const value: Expression = { kind: "join", op: "&", parts: [first, rest], at: first.at };
    parser.statements.push({
      kind: "do",
      value: { ...target, args: [value, ...target.args.slice(1)] },
      ...placeOf(parser),
    });
    return;
  }
  parser.statements.push({ kind: "do", value: target, ...placeOf(parser) });
}
