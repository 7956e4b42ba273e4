import type { ProblemSink } from "../problem.ts";
import { compilePattern } from "../rule/glob.ts";
import { parsePattern } from "../rule/pattern.ts";
import type { Condition } from "./condition.ts";

interface Token {
  readonly text: string;
  readonly column: number;
}

/** Parentheses deeper than this are refused; real rules stay below ten. */
const MAX_DEPTH = 50;

class ConditionError extends Error {}

/**
 * Parses `and or not ( ) 1 of x* all of them` with the usual precedence (not, and, or).
 * @returns null when the text is no condition; the sink then holds the reason.
 */
export function parseCondition(text: string, names: readonly string[], sink: ProblemSink): Condition | null {
  try {
    return new Reader(tokenize(text), names).whole();
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const unknown = error.message.startsWith("there is no selection");
    sink.error(
      unknown ? "SIGMA_CONDITION_UNKNOWN_NAME" : "SIGMA_CONDITION_SYNTAX",
      `condition: ${error.message}`,
    );
    return null;
  }
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const hit of text.matchAll(/[()]|[^\s()]+/g)) tokens.push({ text: hit[0], column: hit.index + 1 });
  return tokens;
}

class Reader {
  private at = 0;
  private depth = 0;
  private readonly tokens: readonly Token[];
  private readonly names: readonly string[];

  constructor(tokens: readonly Token[], names: readonly string[]) {
    this.tokens = tokens;
    this.names = names;
  }

  whole(): Condition {
    if (this.tokens.length === 0) throw new ConditionError("is empty");
    const condition = this.or();
    const rest = this.tokens[this.at];
    if (rest !== undefined)
      throw new ConditionError(`"${rest.text}" at column ${rest.column} is not expected here`);
    return condition;
  }

  private or(): Condition {
    return this.chain("or", () => this.and());
  }

  private and(): Condition {
    return this.chain("and", () => this.not());
  }

  private chain(kind: "and" | "or", next: () => Condition): Condition {
    const first = next();
    const parts = [first];
    while (this.take(kind)) parts.push(next());
    return parts.length === 1 ? first : Object.freeze({ kind, parts: Object.freeze(parts) });
  }

  private not(): Condition {
    let negations = 0;
    while (this.take("not")) negations++;
    const part = this.primary();
    return negations % 2 === 0 ? part : Object.freeze({ kind: "not", part });
  }

  private primary(): Condition {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new ConditionError("ends where a selection is expected");
    if (token.text === "(") return this.group();
    if (/^(\d+|all|any)$/i.test(token.text) && this.take("of")) return this.of(token.text.toLowerCase());
    if (token.text === ")" || /^(and|or|of|not)$/i.test(token.text)) {
      throw new ConditionError(`"${token.text}" at column ${token.column} where a selection is expected`);
    }
    if (!this.names.includes(token.text)) throw new ConditionError(`there is no selection "${token.text}"`);
    return Object.freeze({ kind: "selection", name: token.text });
  }

  private group(): Condition {
    if (++this.depth > MAX_DEPTH) throw new ConditionError(`more than ${MAX_DEPTH} parentheses deep`);
    const inner = this.or();
    if (!this.take(")")) throw new ConditionError("a closing parenthesis is missing");
    this.depth--;
    return inner;
  }

  private of(quantifier: string): Condition {
    if (quantifier !== "1" && quantifier !== "any" && quantifier !== "all") {
      throw new ConditionError(`"${quantifier} of" is not in the specification: only "1 of" and "all of"`);
    }
    const token = this.tokens[this.at++];
    if (token === undefined) throw new ConditionError('"of" needs a name, a pattern or "them"');
    const names = this.namesOf(token.text);
    if (names.length === 0) throw new ConditionError(`there is no selection that fits "${token.text}"`);
    return Object.freeze({
      kind: "of",
      quantifier: quantifier === "all" ? "all" : "any",
      pattern: token.text,
      names: Object.freeze(names),
    });
  }

  /** "them" leaves out names that start with an underscore; a pattern may name them. */
  private namesOf(pattern: string): string[] {
    if (pattern.toLowerCase() === "them") return this.names.filter((name) => !name.startsWith("_"));
    return this.names.filter(compilePattern(parsePattern(pattern), true));
  }

  private take(word: string): boolean {
    if (this.tokens[this.at]?.text.toLowerCase() !== word) return false;
    this.at++;
    return true;
  }
}

/** The names that a condition uses. */
export function namesIn(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case "selection":
      return [condition.name];
    case "of":
      return condition.names;
    case "not":
      return namesIn(condition.part);
    case "and":
    case "or":
      return condition.parts.flatMap(namesIn);
  }
}
