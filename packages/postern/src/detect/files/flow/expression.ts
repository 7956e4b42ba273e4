import { parseArguments, skipGeneric } from "./arguments.ts";
import { openRoutine, parseParameters, skipReturnType } from "./routines.ts";
import { isOperatorSign, isOperatorWord, joinOperands } from "./operators.ts";
import {
  findClosing,
  isSign,
  NESTING_LIMIT,
  opaque,
  peek,
  placeOf,
  takeSign,
  type Parser,
} from "./parser.ts";
import { parseBraces, parseNew } from "./creation.ts";
import type { Expression, Parameter } from "./tree.ts";

/** Longest chain of `.a(b).c[d]` that is followed. */
const CHAIN_LIMIT = 300;
/** Operands side by side that are followed; a text of 50,000 pieces is met in the wild. */
const OPERAND_LIMIT = 100_000;

/** Parses an expression and steps behind it; always steps over at least one token, if there is one. Never throws. */
export function parseExpression(parser: Parser): Expression {
  if (parser.depth >= NESTING_LIMIT) {
    const cut = opaque(parser);
    parser.at++;
    return cut;
  }
  parser.depth++;
  const value = parseChoice(parser);
  parser.depth--;
  return value;
}

function parseChoice(parser: Parser): Expression {
  const first = parseOperands(parser);
  const basic = parser.grammar === "basic";
  if (!basic && takeSign(parser, "?")) {
    const yes = parseExpression(parser);
    const no = takeSign(parser, ":") ? parseExpression(parser) : opaque(parser);
    return { kind: "choice", parts: [yes, no], at: first.at };
  }
  const assign = peek(parser);
  if (basic || assign?.kind !== "sign" || !/^(?:=|[-+*/%&|^]=|\?\?=)$/u.test(assign.text)) return first;
  parser.at++;
  const read = parseExpression(parser);
  // `a[i] ^= key[j]` is how ciphers of a few lines work.
  const value: Expression =
    assign.text === "^=" ? { kind: "join", op: "xor", parts: [first, read], at: first.at } : read;
  parser.statements.push({
    kind: "set",
    target: first,
    add: assign.text === "+=",
    value,
    ...placeOf(parser),
  });
  return first;
}

function parseOperands(parser: Parser): Expression {
  const operands = [parseOperand(parser)];
  const operators: string[] = [];
  const basic = parser.grammar === "basic";
  while (operands.length < OPERAND_LIMIT) {
    const next = peek(parser);
    if (next === undefined || next.kind === "text" || next.kind === "number" || next.kind === "end") break;
    const operator =
      next.kind === "sign" ? isOperatorSign(next.text, basic) : isOperatorWord(next.text, basic);
    if (!operator && !(next.text === "as" && !basic)) break;
    parser.at++;
    if (basic) skipEnds(parser);
    const operand = parseOperand(parser);
    // `x as Type` names a type; the value stays.
    if (next.text === "as") continue;
    if (next.text === "is") bindPattern(parser, operands.at(-1));
    operands.push(operand);
    operators.push(next.text === "^" && !basic ? "xor" : next.text);
  }
  return joinOperands(operands, operators);
}

/** `x is string s`: `s` holds what `x` does. */
function bindPattern(parser: Parser, value: Expression | undefined): void {
  const name = peek(parser);
  if (parser.grammar !== "csharp" || value === undefined || name?.kind !== "name") return;
  if (/^(?:and|or|not|when|as|is|null)$/u.test(name.text)) return;
  parser.at++;
  const target: Expression = { kind: "name", name: name.text, at: name.at };
  parser.statements.push({ kind: "set", target, add: false, value, ...placeOf(parser) });
}

/** VB.NET goes on in the next line behind an operator or an open bracket. */
function skipEnds(parser: Parser): void {
  while (peek(parser)?.kind === "end" && parser.at < parser.tokens.length) parser.at++;
}

const PREFIX_SIGNS: ReadonlySet<string> = new Set(["!", "-", "+", "~", "++", "--", "&", "*", "^"]);
const PREFIX_WORDS: ReadonlySet<string> = new Set([
  "not",
  "await",
  "ref",
  "out",
  "params",
  "byval",
  "byref",
  "throw",
  "delete",
  "async",
  "yield",
  "stackalloc",
  "checked",
]);

/** An expression without operators: the left side of an assignment, or a call. */
export function parseOperand(parser: Parser): Expression {
  for (let steps = 0; steps < 50; steps++) {
    const next = peek(parser);
    const prefix =
      (next?.kind === "sign" && PREFIX_SIGNS.has(next.text)) ||
      (next?.kind === "name" &&
        PREFIX_WORDS.has(next.text) &&
        /name|text|number/u.test(peek(parser, 1)?.kind ?? "")) ||
      (next?.text === "typeof" && !isSign(parser, "(", 1)) ||
      (next?.text === "void" && parser.grammar === "jscript") ||
      (next?.text === "not" && isSign(parser, "(", 1)) ||
      (next?.text === "async" && isSign(parser, "(", 1) && parser.grammar === "csharp");
    if (!prefix) break;
    parser.at++;
  }
  return parsePostfix(parser, parsePrimary(parser));
}

function parsePrimary(parser: Parser): Expression {
  const next = peek(parser);
  if (next === undefined) return opaque(parser);
  const { at } = next;
  if (next.kind === "text" || next.kind === "number" || next.kind === "name") {
    if (next.kind === "name") return parseWord(parser, next.text);
    parser.at++;
    return next.kind === "text"
      ? { kind: "text", value: next.text, at }
      : { kind: "number", value: Number(next.text), at };
  }
  if (next.kind === "sign" && next.text === "(") return parseBracketed(parser);
  if (next.kind === "sign" && next.text === "[") {
    parser.at++;
    return { kind: "list", items: parseArguments(parser, "]"), fields: [], at };
  }
  if (next.kind === "sign" && next.text === "{") return parseBraces(parser);
  const around = parser.withs.at(-1);
  // `.Name` inside of `With object`.
  const member = peek(parser, 1);
  if (next.text === "." && around !== undefined && member?.kind === "name") {
    parser.at += 2;
    return { kind: "member", of: around, name: member.text, at: member.at };
  }
  if (next.kind !== "end") parser.at++;
  return { kind: "opaque", at };
}

function parseWord(parser: Parser, word: string): Expression {
  const at = peek(parser)?.at ?? 0;
  if (word === "new") return parseNew(parser);
  const routine =
    word === "function" || word === "delegate" || (word === "sub" && parser.grammar === "basic");
  if (routine && (isSign(parser, "(", 1) || (isSign(parser, "{", 1) && word === "delegate"))) {
    parser.at++;
    const parameters = isSign(parser, "(") ? parseParameters(parser) : [];
    if (parser.grammar === "jscript") skipReturnType(parser);
    return parseBody(parser, parameters);
  }
  parser.at++;
  const handed = peek(parser);
  if (word === "addressof" && handed?.kind === "name") {
    parser.at++;
    const of: Expression = { kind: "name", name: "getref", at };
    return { kind: "call", of, args: [{ kind: "text", value: handed.text, at }], at };
  }
  if (isSign(parser, "=>") && parser.grammar !== "basic") {
    parser.at++;
    return parseBody(parser, [{ name: word, type: "" }]);
  }
  return { kind: "name", name: word, at };
}

/** The body of a function without a name: a block, or a value that it gives back. */
function parseBody(parser: Parser, parameters: readonly Parameter[]): Expression {
  const at = peek(parser)?.at ?? 0;
  const outer = placeOf(parser);
  const routine = openRoutine(parser, { name: "", parameters, attributes: [] });
  parser.scope = routine;
  const lines = parser.grammar === "basic" && peek(parser)?.kind === "end";
  if (lines || isSign(parser, "{")) parser.rules.block(parser);
  else
    parser.statements.push({
      kind: "return",
      value: parseExpression(parser),
      scope: routine,
      block: outer.block,
    });
  parser.scope = outer.scope;
  return { kind: "lambda", routine, at };
}

/** Lambda parameters are looked for so many tokens ahead. */
const LAMBDA_AHEAD = 60;

function parseBracketed(parser: Parser): Expression {
  const start = peek(parser)?.at ?? 0;
  if (parser.grammar !== "basic") {
    const close = findClosing(parser, parser.at, LAMBDA_AHEAD);
    if (close > 0 && isSign(parser, "=>", close + 1 - parser.at)) {
      const parameters = parseParameters(parser);
      parser.at = close + 2;
      return parseBody(parser, parameters);
    }
  }
  parser.at++;
  const parts = parseArguments(parser, ")");
  // `("a", b)`: values side by side, as a method gives them back.
  if (parser.grammar === "csharp" && parts.length > 1)
    return { kind: "list", items: parts, fields: [], at: start };
  const inner = parts.at(-1) ?? { kind: "opaque", at: start };
  if (parser.grammar === "csharp" && isType(inner) && startsOperand(parser)) {
    if (parser.depth >= NESTING_LIMIT) return inner;
    parser.depth++;
    const value = parseOperand(parser);
    parser.depth--;
    const toCharacter = inner.kind === "name" && inner.name === "char";
    const of = { kind: "name", name: toCharacter ? "chrw" : "directcast", at: start } as const;
    return { kind: "call", of, args: toCharacter ? [value] : [value, inner], at: start };
  }
  return inner;
}

/** Could this be the type of a cast? */
function isType(value: Expression): boolean {
  if (value.kind === "call") return value.args.length === 0 && isType(value.of);
  return value.kind === "name" || value.kind === "member" || value.kind === "list";
}

function startsOperand(parser: Parser): boolean {
  const next = peek(parser);
  if (next === undefined || next.kind === "end") return false;
  if (next.kind === "name") return !/^(?:is|as|in|and|or)$/u.test(next.text);
  return next.kind !== "sign" || next.text === "(" || next.text === "{";
}

function parsePostfix(parser: Parser, start: Expression): Expression {
  let value = start;
  for (let links = 0; links < CHAIN_LIMIT; links++) {
    const next = peek(parser);
    if (next?.kind !== "sign") break;
    if (next.text === "." && standsApart(parser)) break;
    if (next.text === "." || next.text === "?." || next.text === "::") {
      const name = peek(parser, 1);
      if (name?.kind !== "name") break;
      parser.at += 2;
      value = { kind: "member", of: value, name: name.text, at: name.at };
    } else if (next.text === "(" || (next.text === "[" && parser.grammar !== "basic")) {
      parser.at++;
      value = {
        kind: "call",
        of: value,
        args: parseArguments(parser, next.text === "(" ? ")" : "]"),
        at: value.at,
      };
    } else if (next.text === "++" || next.text === "--") parser.at++;
    else if (next.text === "!" && (isSign(parser, ".", 1) || parser.grammar === "basic")) {
      parser.at++;
      const key = peek(parser);
      if (parser.grammar !== "basic" || key?.kind !== "name") continue;
      parser.at++;
      value = {
        kind: "call",
        of: value,
        args: [{ kind: "text", value: key.text, at: key.at }],
        at: value.at,
      };
    } else if (next.text === "<" && parser.grammar === "csharp" && skipGeneric(parser)) continue;
    else break;
  }
  return value;
}

/** In a `With` block of Basic a dot behind a blank begins another value: `Write .Text`. */
function standsApart(parser: Parser): boolean {
  if (parser.grammar !== "basic" || parser.withs.length === 0) return false;
  const before = peek(parser, -1);
  return before?.kind === "name" && before.at + before.text.length < (peek(parser)?.at ?? 0);
}

/** True when a statement such as `Response.Write x` has its arguments without brackets (Basic). */
export function startsBareArgument(parser: Parser): boolean {
  const next = peek(parser);
  if (next === undefined || next.kind === "end") return false;
  if (next.kind === "name")
    return (
      !isOperatorWord(next.text, true) &&
      !/^(?:then|to|step|else|end|in|handles|as|next|loop|goto)$/u.test(next.text)
    );
  if (next.kind === "sign") return next.text === "-" || next.text === "." || next.text === "(";
  return true;
}
