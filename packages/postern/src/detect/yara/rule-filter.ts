import type { YaraExternals } from "./engine.ts";
import { createLiteralIndex, INDEXED_BYTES } from "./literal-index.ts";
import { compareNumbers, compareText, needOf, type Need } from "./needs.ts";
import type { RulePart } from "./rule-parts.ts";
import { literalsOf, type Literal } from "./string-literals.ts";

/** Says which rules may hold for bytes. A rule that it leaves out does not hold; one that it names may hold. */
export interface RuleFilter {
  /** Places of the rules, ascending. */
  candidates(bytes: Uint8Array, externals: YaraExternals): readonly number[];
}

/** A string of a rule, ready to be looked up. */
interface Lookup {
  /** Of each list one must be there: places in the list of all literals. */
  readonly literals: readonly (readonly number[])[];
  /** True when every match of the string is one place of one of its literals. */
  readonly isCountable: boolean;
}

interface Prepared {
  readonly need: Need;
  readonly strings: readonly Lookup[];
  /** Places of the rules that the condition names. */
  readonly rules: ReadonlyMap<string, number>;
}

/** What is known of one file while its rules are looked through; `bytes` and `externals` are null when nothing is. */
interface Look {
  readonly bytes: Uint8Array | null;
  readonly externals: YaraExternals | null;
  readonly has: (literal: number) => boolean;
  /** Places of a literal, or infinity when nobody counts. */
  readonly count: (literal: number) => number;
}

/** A filter over rules: reads the bytes once for the literals of all of them. Null stands for a text that must always be run. */
export function createRuleFilter(rules: readonly (RulePart | null)[]): RuleFilter {
  const literals = new LiteralList();
  const prepared: (Prepared | null)[] = [];
  const places = new Map<string, number>();
  for (const [at, rule] of rules.entries()) {
    prepared.push(rule === null ? null : prepare(rule, literals, places));
    if (rule !== null) places.set(rule.name, at);
  }
  const index = createLiteralIndex(literals.all);
  const users = usersOf(prepared, literals.all.length);
  const short = (literal: number): boolean => (literals.all[literal]?.bytes.length ?? 0) < INDEXED_BYTES;
  const unseen: Look = { bytes: null, externals: null, has: short, count: () => Number.POSITIVE_INFINITY };
  const always = prepared.flatMap((rule, at) => (mayHold(prepared, rule, unseen) ? [at] : []));
  return {
    candidates: (bytes, externals) => {
      const found = new Set<number>();
      const touched = new Set(always);
      index.find(bytes, (literal) => {
        found.add(literal);
        for (const rule of users[literal] ?? []) touched.add(rule);
      });
      const look: Look = { bytes, externals, ...createSearch(bytes, literals.all, found) };
      return [...touched].filter((at) => mayHold(prepared, prepared[at] ?? null, look)).sort((a, b) => a - b);
    },
  };
}

/** All literals, each once. */
class LiteralList {
  readonly all: Literal[] = [];
  private readonly places = new Map<string, number>();
  add(literal: Literal): number {
    const key = `${literal.anyCase ? "i" : "c"}${Buffer.from(literal.bytes).toString("latin1")}`;
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.all.length);
    return this.all.push(literal) - 1;
  }
}

function prepare(rule: RulePart, list: LiteralList, rules: ReadonlyMap<string, number>): Prepared {
  const strings = rule.strings.map((string): Lookup => {
    const literals = literalsOf(string).map((one) => one.map((literal) => list.add(literal)));
    return { literals, isCountable: string.kind === "text" && literals.length === 1 };
  });
  const named = new Map(
    rule.condition.flatMap(({ text }) => {
      const place = rules.get(text);
      return place === undefined ? [] : [[text, place] as const];
    }),
  );
  // A global rule decides about all others: it goes wherever one of them goes.
  return { need: rule.isGlobal ? { kind: "true" } : needOf(rule), strings, rules: named };
}

/** The rules that must be looked at when a literal was found: those that have it, and those that name one of these. */
function usersOf(rules: readonly (Prepared | null)[], literals: number): readonly (readonly number[])[] {
  const users: number[][] = Array.from({ length: literals }, () => []);
  const all: (readonly number[])[] = [];
  for (const [at, rule] of rules.entries()) {
    const own = rule?.strings.flatMap((string) => string.literals.flat()) ?? [];
    const named = [...(rule?.rules.values() ?? [])].flatMap((place) => all[place] ?? []);
    const together = [...new Set([...own, ...named])];
    all.push(together);
    for (const literal of together) users[literal]?.push(at);
  }
  return users;
}

/** The index's findings; short literals are searched for when a rule asks. */
function createSearch(
  bytes: Uint8Array,
  literals: readonly Literal[],
  found: ReadonlySet<number>,
): Pick<Look, "has" | "count"> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const firsts = new Map<number, boolean>();
  const counts = new Map<number, number>();
  let lowered: Buffer | null = null;
  const searched = (literal: Literal): Buffer => (literal.anyCase ? (lowered ??= lowerBytes(file)) : file);
  return {
    has: (at) => {
      const literal = literals[at];
      if (literal === undefined || literal.bytes.length >= INDEXED_BYTES) return found.has(at);
      const known = firsts.get(at) ?? searched(literal).includes(Buffer.from(literal.bytes));
      firsts.set(at, known);
      return known;
    },
    count: (at) => {
      const literal = literals[at];
      const known = counts.get(at) ?? (literal === undefined ? 0 : countIn(searched(literal), literal.bytes));
      counts.set(at, known);
      return known;
    },
  };
}

function lowerBytes(file: Uint8Array): Buffer {
  return Buffer.from(file.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)));
}

/** Places, overlapping ones too. */
function countIn(file: Buffer, bytes: Uint8Array): number {
  const searched = Buffer.from(bytes);
  let count = 0;
  for (let at = file.indexOf(searched); at >= 0; at = file.indexOf(searched, at + 1)) count++;
  return count;
}

function mayHold(all: readonly (Prepared | null)[], rule: Prepared | null, look: Look): boolean {
  if (rule === null) return true;
  const there = (at: number): boolean =>
    rule.strings[at]?.literals.every((one) => one.some((literal) => look.has(literal))) ?? true;
  const count = (at: number): number => {
    const string = rule.strings[at];
    if (string?.isCountable !== true) return Number.POSITIVE_INFINITY;
    return string.literals.flat().reduce((sum, literal) => sum + look.count(literal), 0);
  };
  const holds = (need: Need): boolean => {
    switch (need.kind) {
      case "true":
      case "false":
        return need.kind === "true";
      case "and":
        return need.parts.every(holds);
      case "or":
        return need.parts.some(holds);
      case "numbers":
        return (
          look.bytes === null || compareNumbers(need.sign, need.left(look.bytes), need.right(look.bytes))
        );
      case "bytes":
        return need.bytes.every(
          (byte, at) => look.bytes === null || look.bytes[need.offsetBytes + at] === byte,
        );
      case "external":
        return look.externals === null || compareText(need.operator, look.externals[need.name], need.text);
      case "rule": {
        const place = rule.rules.get(need.name);
        return place === undefined || mayHold(all, all[place] ?? null, look);
      }
      case "count":
        return (
          need.of.some(there) && need.of.filter(there).reduce((sum, at) => sum + count(at), 0) > need.moreThan
        );
      case "strings":
        return need.of.filter(there).length >= need.atLeast;
    }
  };
  return holds(rule.need);
}
