import type { Expression } from "./tree.ts";

/** Operators by how loosely they bind; `??` offers a choice, the next two rows answer yes or no. */
const LEVELS: readonly ReadonlySet<string>[] = [
  new Set(["??"]),
  new Set(["||", "&&", "or", "orelse", "and", "andalso", "eqv", "imp"]),
  new Set([
    "==",
    "!=",
    "===",
    "!==",
    "<",
    ">",
    "<=",
    ">=",
    "<>",
    "=",
    "is",
    "isnot",
    "like",
    "instanceof",
    "in",
  ]),
  new Set(["&", "|", "^^"]),
  new Set(["+", "-"]),
  new Set(["*", "/", "%", "\\", "mod", "^", "xor", "<<", ">>>"]),
];

const SIGNS: ReadonlySet<string> = new Set(
  LEVELS.flatMap((level) => [...level]).filter((op) => !/^[a-z]/u.test(op)),
);
const WORDS: ReadonlySet<string> = new Set(
  LEVELS.flatMap((level) => [...level]).filter((op) => /^[a-z]/u.test(op)),
);

/** True for a sign that stands between two operands. `=` is one in Basic only. */
export function isOperatorSign(text: string, basic: boolean): boolean {
  return SIGNS.has(text) && (basic || text !== "=");
}

/** True for a word that stands between two operands. */
export function isOperatorWord(text: string, basic: boolean): boolean {
  return basic ? WORDS.has(text) && text !== "in" : text === "is" || text === "instanceof";
}

/** Puts operands and the operators between them into a tree of at most one level for each binding strength. */
export function joinOperands(
  operands: readonly Expression[],
  operators: readonly string[],
  level = 0,
): Expression {
  const [first] = operands;
  if (first === undefined) return { kind: "opaque", at: 0 };
  if (operators.length === 0) return first;
  const set = LEVELS[level];
  if (set === undefined) return { kind: "join", op: operators[0] ?? "+", parts: operands, at: first.at };
  const parts: Expression[] = [];
  let start = 0;
  let op = "";
  for (let index = 0; index <= operators.length; index++) {
    const operator = operators[index];
    if (operator !== undefined && !set.has(operator)) continue;
    if (operator !== undefined && op === "") op = operator;
    parts.push(joinOperands(operands.slice(start, index + 1), operators.slice(start, index), level + 1));
    start = index + 1;
  }
  if (parts.length === 1) return parts[0] ?? first;
  if (level === 0) return { kind: "choice", parts, at: first.at };
  return {
    kind: "join",
    op: level === 4 && operators.includes("-") && !operators.includes("+") ? "-" : op,
    parts,
    at: first.at,
  };
}
