import type { Token } from "../language/index.ts";
import type { Expression, Routine, Statement } from "./tree.ts";

/** The two rules of the grammar that need each other; handed over so that their files do not. */
export interface Rules {
  readonly expression: (parser: Parser) => Expression;
  /** Statements of a block to its closing brace. */
  readonly block: (parser: Parser) => void;
}

/** Grammar to read with. */
export type Grammar = "csharp" | "jscript" | "basic";

/** A reader of tokens: where it stands, and what it has made so far. */
export interface Parser {
  readonly tokens: readonly Token[];
  readonly grammar: Grammar;
  readonly rules: Rules;
  readonly statements: Statement[];
  readonly routines: Routine[];
  readonly bases: string[];
  /** Objects of the `With` blocks around. */
  readonly withs: Expression[];
  at: number;
  /** Routine that is being read. */
  scope: number;
  /** Block of statements that is being read; each `If`, loop or brace is one. */
  block: number;
  /** For each block the one around it; the first is its own. */
  readonly blocks: number[];
  /** `If` statements of Basic that end with the present line. */
  lineBlocks: number;
  /** How deep expressions stand in each other. */
  depth: number;
}

/** Expressions nested deeper are not followed: people do not write such, and the stack is finite. */
export const NESTING_LIMIT = 120;

/** A parser at the first token. */
export function createParser(tokens: readonly Token[], grammar: Grammar, rules: Rules): Parser {
  const page: Routine = { name: "", parameters: [], attributes: [], outer: 0, at: 0 };
  const made = { statements: [], routines: [page], bases: [], withs: [], blocks: [0] };
  return { tokens, grammar, rules, ...made, at: 0, scope: 0, block: 0, lineBlocks: 0, depth: 0 };
}

/** Enters a block of statements. */
export function enterBlock(parser: Parser): void {
  parser.blocks.push(parser.block);
  parser.block = parser.blocks.length - 1;
}

/** Leaves the block for the one around it. */
export function leaveBlock(parser: Parser): void {
  parser.block = parser.blocks[parser.block] ?? 0;
}

/** Where a statement stands. */
export function placeOf(parser: Parser): { readonly scope: number; readonly block: number } {
  return { scope: parser.scope, block: parser.block };
}

/** The token `ahead` of the present one. */
export function peek(parser: Parser, ahead = 0): Token | undefined {
  return parser.tokens[parser.at + ahead];
}

/** True when the token ahead is this sign. */
export function isSign(parser: Parser, text: string, ahead = 0): boolean {
  const next = peek(parser, ahead);
  return next?.kind === "sign" && next.text === text;
}

/** True when the token ahead is this name. */
export function isName(parser: Parser, text: string, ahead = 0): boolean {
  const next = peek(parser, ahead);
  return next?.kind === "name" && next.text === text;
}

/** Steps over a sign if it is there. */
export function takeSign(parser: Parser, text: string): boolean {
  if (!isSign(parser, text)) return false;
  parser.at++;
  return true;
}

/** Steps over a name if it is there. */
export function takeName(parser: Parser, text: string): boolean {
  if (!isName(parser, text)) return false;
  parser.at++;
  return true;
}

/** An expression that carries nothing. */
export function opaque(parser: Parser): Expression {
  return { kind: "opaque", at: peek(parser)?.at ?? 0 };
}

/** Index of the token that closes the bracket at `open`, at most `limit` tokens on; -1 when there is none. */
export function findClosing(parser: Parser, open: number, limit: number): number {
  let depth = 0;
  const end = Math.min(parser.tokens.length, open + limit);
  for (let at = open; at < end; at++) {
    const next = parser.tokens[at];
    if (next?.kind !== "sign") continue;
    if (next.text === "(" || next.text === "[" || next.text === "{") depth++;
    else if ((next.text === ")" || next.text === "]" || next.text === "}") && --depth <= 0) return at;
  }
  return -1;
}
