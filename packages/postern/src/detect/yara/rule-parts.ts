import { type RuleToken, tokenizeRules } from "./rule-tokens.ts";

/** A string of a rule as written. */
export interface RuleString {
  /** With `$`; nameless strings are all `$`. */
  readonly id: string;
  readonly kind: "text" | "regex" | "hex";
  /** With its quotes, slashes or braces. */
  readonly value: string;
  /** Names of the modifiers; `(` when one of them has arguments. */
  readonly modifiers: ReadonlySet<string>;
}

/** One rule, cut into what can be judged without an engine. */
export interface RulePart {
  readonly name: string;
  readonly isGlobal: boolean;
  /** Place of the whole rule in its text, `private` and `global` included. */
  readonly start: number;
  readonly end: number;
  readonly strings: readonly RuleString[];
  readonly condition: readonly RuleToken[];
}

/** The rules and imports of one text. */
export interface RuleParts {
  readonly imports: readonly string[];
  readonly rules: readonly RulePart[];
}

/** Walks over tokens. */
class Walk {
  private at = 0;
  private readonly tokens: readonly RuleToken[];
  constructor(tokens: readonly RuleToken[]) {
    this.tokens = tokens;
  }
  get current(): RuleToken | undefined {
    return this.tokens[this.at];
  }
  is(text: string): boolean {
    return this.current?.text === text;
  }
  take(): RuleToken {
    const token = this.current;
    if (token === undefined) throw new NotUnderstood();
    this.at++;
    return token;
  }
  /** Takes the token when it is the one, else nothing. */
  skip(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }
  expect(text: string): void {
    if (!this.skip(text)) throw new NotUnderstood();
  }
  takeKind(kind: RuleToken["kind"]): RuleToken {
    const token = this.take();
    if (token.kind !== kind) throw new NotUnderstood();
    return token;
  }
}

/** Leaves the parser; never leaves this file. */
class NotUnderstood extends Error {}

/** Cuts rule text into its rules. Null for anything out of the ordinary: then the engine has to see the whole text. */
export function parseRuleParts(text: string): RuleParts | null {
  const tokens = tokenizeRules(text);
  if (tokens === null) return null;
  const walk = new Walk(tokens);
  const imports: string[] = [];
  const rules: RulePart[] = [];
  try {
    while (walk.current !== undefined) {
      if (walk.skip("import")) imports.push(walk.takeKind("text").text.slice(1, -1));
      else rules.push(parseRule(walk));
    }
  } catch (thrown) {
    if (thrown instanceof NotUnderstood) return null;
    throw thrown;
  }
  return { imports, rules };
}

function parseRule(walk: Walk): RulePart {
  const start = walk.current?.start ?? 0;
  let isGlobal = false;
  while (!walk.is("rule")) {
    if (walk.skip("global")) isGlobal = true;
    else walk.expect("private");
  }
  walk.expect("rule");
  const name = walk.takeKind("word").text;
  if (walk.skip(":")) while (!walk.is("{")) walk.takeKind("word");
  walk.expect("{");
  if (walk.skip("meta")) skipMeta(walk);
  const strings: RuleString[] = [];
  if (walk.skip("strings")) {
    walk.expect(":");
    while (!walk.is("condition")) strings.push(parseString(walk));
  }
  walk.expect("condition");
  walk.expect(":");
  const condition: RuleToken[] = [];
  while (!walk.is("}")) condition.push(walk.take());
  return { name, isGlobal, start, end: walk.take().end, strings, condition };
}

function skipMeta(walk: Walk): void {
  walk.expect(":");
  while (!walk.is("strings") && !walk.is("condition")) {
    walk.takeKind("word");
    walk.expect("=");
    walk.skip("-");
    walk.take();
  }
}

function parseString(walk: Walk): RuleString {
  const id = walk.takeKind("string-id").text;
  walk.expect("=");
  const { kind, text: value } = walk.take();
  if (kind !== "text" && kind !== "regex" && kind !== "hex") throw new NotUnderstood();
  const modifiers = new Set<string>();
  while (walk.current?.kind === "word" && !walk.is("condition")) {
    modifiers.add(walk.take().text);
    if (!walk.skip("(")) continue;
    modifiers.add("(");
    while (!walk.skip(")")) walk.take();
  }
  return { id, kind, value, modifiers };
}
