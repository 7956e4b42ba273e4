import { compilePossibility, type PartialGetter, type RoutedRule, UNKNOWN } from "@postern/sigma";

import { WHOLE_RECORD, type Glimpse } from "../../model/index.ts";

/**
 * Columns looked at before a line is parsed, in groups. The values of a group are few (pages, browsers), so what the rules say to them is
 * worked out once and kept; a line may match only rules that every group leaves possible.
 */
const GROUPS: readonly (readonly string[])[] = [
  ["cs-method", "cs-uri-stem", "sc-status"],
  ["cs(User-Agent)"],
];

/** The column with the browser, and the field that the normalizer makes of it. */
const AGENT_COLUMN = "cs(User-Agent)";
const AGENT = "user_agent.original";

/** Answers kept for each group; a scanner that makes up a new page for each request must not fill the memory. */
const MAX_KEPT = 20_000;

/** Texts that a record must hold for a rule: of each set at least one. */
export type LiteralSets = readonly (readonly string[])[];

/** Tells from a few columns of a line, and from the texts in it, whether any of many rules can match it. */
export class PossibleRules {
  readonly #questions: readonly ((get: PartialGetter) => boolean)[];
  readonly #needed: readonly LiteralSets[];
  readonly #kept: readonly Map<string, Uint32Array>[] = GROUPS.map(() => new Map<string, Uint32Array>());

  /** @param neededOf what must stand in the bytes of a record that matches a rule */
  constructor(ways: readonly RoutedRule[], neededOf: (way: RoutedRule) => LiteralSets) {
    this.#questions = ways.map(({ rule, fields }) => compilePossibility(rule, fields));
    this.#needed = ways.map(neededOf);
  }

  /** False is sure: no rule matches a line with these values. */
  canMatch(glimpse: Glimpse): boolean {
    const [first = new Uint32Array(0), ...others] = GROUPS.map((columns, index) =>
      this.#possible(columns, index, glimpse),
    );
    let text: string | null = null;
    for (const [at, word] of first.entries()) {
      let bits = others.reduce((left, other) => left & (other[at] ?? 0), word);
      for (; bits !== 0; bits &= bits - 1) {
        text ??= glimpse(WHOLE_RECORD);
        if (text === null || this.#isNeededIn(text, at * 32 + (31 - Math.clz32(bits & -bits)))) return true;
      }
    }
    return false;
  }

  #isNeededIn(text: string, rule: number): boolean {
    return (this.#needed[rule] ?? []).every((set) => set.some((literal) => text.includes(literal)));
  }

  #possible(columns: readonly string[], group: number, glimpse: Glimpse): Uint32Array {
    const values = columns.map(glimpse);
    const key = values.map((value) => value ?? "\0").join("\n");
    const kept = this.#kept[group];
    const known = kept?.get(key);
    if (known !== undefined) return known;
    const bits = this.#ask((field) => {
      const value = values[columns.indexOf(field === AGENT ? AGENT_COLUMN : field)];
      if (value === undefined || value === null) return UNKNOWN;
      return field === AGENT ? agentOf(value) : value;
    });
    if (kept !== undefined && kept.size >= MAX_KEPT) kept.clear();
    kept?.set(key, bits);
    return bits;
  }

  #ask(get: PartialGetter): Uint32Array {
    const bits = new Uint32Array((this.#questions.length + 31) >>> 5);
    for (const [index, canMatch] of this.#questions.entries()) {
      if (canMatch(get)) bits[index >>> 5] = (bits[index >>> 5] ?? 0) | (1 << (index & 31));
    }
    return bits;
  }
}

/** What the normalizer says for the value of the column: blanks for the plus signs of IIS, nothing for a placeholder. */
function agentOf(value: string): string | undefined {
  return value === "" || value === "-" ? undefined : value.replaceAll("+", " ");
}
