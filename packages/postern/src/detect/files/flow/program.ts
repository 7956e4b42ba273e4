import { parseBasicBlock, parseBasicStatements } from "./basic-statements.ts";
import { parseBlock, parseCurlyStatements } from "./curly-statements.ts";
import { parseExpression } from "./expression.ts";
import { createParser, type Grammar } from "./parser.ts";
import type { Program } from "./tree.ts";
import type { Token } from "../language/index.ts";

/** Parses tokens into statements and routines. Linear, bounded in depth, never throws. */
export function parseProgram(tokens: readonly Token[], grammar: Grammar): Program {
  const parser = createParser(tokens, grammar, {
    expression: parseExpression,
    block: grammar === "basic" ? parseBasicBlock : parseBlock,
  });
  if (grammar === "basic") parseBasicStatements(parser);
  else parseCurlyStatements(parser, false);
  const { statements, routines, bases, blocks } = parser;
  return { statements, routines, bases, blocks };
}
