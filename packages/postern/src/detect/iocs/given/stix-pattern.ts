/** One comparison of a STIX pattern. */
export interface Comparison {
  /** e.g. `file`. */
  readonly object: string;
  /** e.g. `hashes.'SHA-256'`; quotes as they stand. */
  readonly path: string;
  readonly operator:
    "=" | "!=" | "<" | ">" | "<=" | ">=" | "IN" | "LIKE" | "MATCHES" | "ISSUBSET" | "ISSUPERSET";
  readonly values: readonly string[];
  readonly negated: boolean;
}

/** Comparisons that must hold together; a pattern is an alternative of such groups. */
export type Conjunction = readonly Comparison[];

/** What a pattern says, or where and why it cannot be read. */
export type ParsedPattern =
  { readonly alternatives: readonly Conjunction[]; readonly qualified: boolean } | { readonly fault: string };

const TOKEN =
  /\s*(?:(\[|\]|\(|\)|,)|(ISSUBSET|ISSUPERSET|FOLLOWEDBY|MATCHES|WITHIN|REPEATS|SECONDS|TIMES|START|STOP|EXISTS|LIKE|AND|NOT|OR|IN)\b|([a-z0-9-]+):((?:[a-z0-9_-]+|'(?:[^'\\]|\\.)*'|\[(?:\d+|\*)\]|\.)+)|(!=|<=|>=|=|<|>)|(?:t)?'((?:[^'\\]|\\.)*)'|(-?\d+(?:\.\d+)?|true|false))/iuy;

interface Token {
  readonly kind: "sign" | "word" | "path" | "operator" | "value";
  readonly text: string;
  readonly path: string;
}

/** More parts than any indicator has: a pattern beyond it is refused, not half read. */
const MAX_TOKENS = 2_000;
const MAX_ALTERNATIVES = 500;

function tokenize(pattern: string): readonly Token[] | null {
  const tokens: Token[] = [];
  const end = pattern.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const found = TOKEN.exec(pattern);
    if (found === null || tokens.length >= MAX_TOKENS) return null;
    const [, sign, word, object, path, operator, quoted, bare] = found;
    if (sign !== undefined) tokens.push({ kind: "sign", text: sign, path: "" });
    else if (word !== undefined) tokens.push({ kind: "word", text: word.toUpperCase(), path: "" });
    else if (object !== undefined) tokens.push({ kind: "path", text: object, path: path ?? "" });
    else if (operator !== undefined) tokens.push({ kind: "operator", text: operator, path: "" });
    else tokens.push({ kind: "value", text: quoted?.replace(/\\(.)/gsu, "$1") ?? bare ?? "", path: "" });
  }
  return tokens;
}

/**
 * Reads the comparisons of a STIX 2.1 pattern (section 9). Observations joined by AND or FOLLOWEDBY are taken as alternatives, because each
 * is an observation of its own; qualifiers are read over. Never throws.
 */
export function parseStixPattern(pattern: string): ParsedPattern {
  const tokens = tokenize(pattern);
  if (tokens === null) return { fault: "the pattern is not understood" };
  return new PatternReader(tokens).read();
}

class PatternReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(): ParsedPattern {
    const alternatives: Conjunction[] = [];
    let qualified = false;
    while (this.#at < this.#tokens.length) {
      const token = this.#next();
      if (token?.text === "[" && token.kind === "sign") {
        const inside = this.#or(0);
        if (inside === null || !this.#take("]")) return { fault: "the pattern is not understood" };
        alternatives.push(...inside);
        if (alternatives.length > MAX_ALTERNATIVES) return { fault: "the pattern has too many alternatives" };
      } else if (token?.kind !== "sign" || !/[()]/u.test(token.text)) {
        // Joins of observations and qualifiers (WITHIN 5 SECONDS): the observations alone are looked for.
        if (token?.text !== "OR") qualified = true;
      }
    }
    return alternatives.length === 0
      ? { fault: "the pattern has no observation" }
      : { alternatives, qualified };
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.text !== text || token.kind === "value") return false;
    this.#at++;
    return true;
  }

  #or(depth: number): readonly Conjunction[] | null {
    const first = this.#and(depth);
    if (first === null) return null;
    const all = [...first];
    while (this.#take("OR")) {
      const next = this.#and(depth);
      if (next === null) return null;
      all.push(...next);
    }
    return all;
  }

  #and(depth: number): readonly Conjunction[] | null {
    let all = this.#part(depth);
    while (all !== null && this.#take("AND")) {
      const next = this.#part(depth);
      if (next === null || all.length * next.length > MAX_ALTERNATIVES) return null;
      all = all.flatMap((left) => next.map((right) => [...left, ...right]));
    }
    return all;
  }

  #part(depth: number): readonly Conjunction[] | null {
    if (depth > 20) return null;
    if (this.#take("(")) {
      const inside = this.#or(depth + 1);
      return this.#take(")") ? inside : null;
    }
    const path = this.#next();
    if (path?.kind === "word" && path.text === "EXISTS") {
      this.#at++;
      return [[]];
    }
    if (path?.kind !== "path") return null;
    const negated = this.#take("NOT");
    const operator = OPERATORS.find((one) => this.#take(one));
    const values = operator === undefined ? null : this.#values(operator === "IN");
    if (operator === undefined || values === null) return null;
    return [[{ object: path.text, path: path.path, operator, values, negated }]];
  }

  #values(isSet: boolean): readonly string[] | null {
    if (!isSet) {
      const value = this.#next();
      return value?.kind === "value" ? [value.text] : null;
    }
    if (!this.#take("(")) return null;
    const values: string[] = [];
    for (;;) {
      const value = this.#next();
      if (value?.kind !== "value") return null;
      values.push(value.text);
      if (this.#take(")")) return values;
      if (!this.#take(",")) return null;
    }
  }
}

const OPERATORS = [
  "=",
  "!=",
  "<",
  ">",
  "<=",
  ">=",
  "IN",
  "LIKE",
  "MATCHES",
  "ISSUBSET",
  "ISSUPERSET",
] as const;
