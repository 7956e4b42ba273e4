import {
  compilePossibility,
  type Outcome,
  type PartialGetter,
  type RoutedRule,
  UNKNOWN,
} from "@postern/sigma";

import type { ArtifactId, Glimpse, NoSuchMatch, SameIn } from "../../model/index.ts";

/**
 * Columns looked at before a line is parsed, in groups. The values of a group are few (pages, browsers), so what the rules say to them is
 * worked out once and kept; a line may match only rules that every group leaves possible. These few are then shown all columns.
 */
const GROUPS: Readonly<Record<ArtifactId, SameIn>> = {
  "iis-w3c": [["cs-method", "cs-uri-stem", "sc-status", "s-port"], ["cs(User-Agent)"]],
  "exchange-httpproxy": [["Protocol", "Method", "UrlStem", "HttpStatus"], ["UserAgent"]],
};

/** The column with the browser, and the field that the normalizer makes of it. */
const AGENT_COLUMN = "cs(User-Agent)";
const AGENT = "user_agent.original";

/** The field that joins two columns: see event-fields.ts. */
const WHOLE_ADDRESS = "record.uri";

/** Answers kept for each group: a scanner that makes up a new page for each request must not fill the memory. */
const MAX_KEPT = 20_000;

/** Numbers of values that fit twice into one number; those of later values are not kept in pairs. */
const MAX_PAIRED = 2 ** 26;
const NO_COLUMNS: readonly string[] = [];

/** Stands for a field that is known not to be there. */
const ABSENT = Symbol("absent");

/** Rules that match every line with the values of some columns, whatever stands in the others. One object for each set of lines. */
export interface SureRules {
  /** Ascending. */
  readonly numbers: readonly number[];
}

/** A rule's way to look at records, with the number of the rule and texts of which one must stand in the record; null: none must. */
export interface NumberedWay extends RoutedRule {
  readonly number: number;
  readonly texts: readonly string[] | null;
  /** Further texts of which one must stand in the record, at most sixteen; null: none are known. */
  readonly also: readonly string[] | null;
}

/** What is said of lines that may match when one of these texts stands in them, and else do not. */
interface NoneWithout extends NoSuchMatch {
  readonly unless: readonly string[];
}

/** Ways that must see all columns. */
interface OpenWays {
  readonly ways: Uint32Array;
  /** Said where none of the texts stands that they need besides; null when one of them needs none, or when that was not looked into. */
  readonly without: NoneWithout | null;
}

/** What lines with the same values in all groups have in common: a verdict, or what is open. */
type Common = boolean | SureRules | OpenWays;

/** Tells from a few columns of a line whether any of many rules can match it. */
export class PossibleRules {
  readonly #ways: readonly NumberedWay[];
  readonly #questions: readonly ((get: PartialGetter) => Outcome)[];
  /** By the literals found, and the numbers of the values of two groups. */
  readonly #common = new WeakMap<readonly string[], Map<number, Common>>();
  readonly #groups: readonly (readonly string[])[];
  /** Said of lines that no rule matches, whatever stands in their other columns. */
  readonly #never: NoSuchMatch | false;
  /** By the texts, so that the same ones are always one list. */
  readonly #without = new Map<string, NoneWithout>();
  /** For each group, by the number of its values or by the values. */
  readonly #kept: readonly Map<number | string, Uint32Array>[];

  /** For each literal the rules that need it or another one. */
  readonly #byLiteral = new Map<string, Uint32Array>();
  /** Rules that need none. */
  readonly #always: Uint32Array;
  readonly #words: number;
  /** {@link #neededBy} for the literals that were found together. */
  readonly #needed = new WeakMap<readonly string[], Uint32Array>();
  /** Rules that are left of a line while it is looked at. */
  readonly #left: Uint32Array;
  /** The line that is looked at, and what was asked of it. */
  #glimpse: Pick<Glimpse, "get"> = { get: () => null };
  readonly #values = new Map<string, ReturnType<PartialGetter> | typeof ABSENT>();

  /** @param artifact of the records */
  constructor(artifact: ArtifactId, ways: readonly NumberedWay[]) {
    this.#ways = ways;
    const sameIn = GROUPS[artifact];
    this.#groups = sameIn ?? [];
    this.#never = sameIn !== undefined && { sameIn, unless: null };
    this.#kept = this.#groups.map(() => new Map());
    this.#words = (ways.length + 31) >>> 5;
    this.#always = new Uint32Array(this.#words);
    this.#left = new Uint32Array(this.#words);
    for (const [index, { texts }] of ways.entries()) {
      if (texts === null) setBit(this.#always, index);
      for (const text of texts ?? []) {
        const bits = this.#byLiteral.get(text) ?? new Uint32Array(this.#words);
        this.#byLiteral.set(text, bits);
        setBit(bits, index);
      }
    }
    this.#questions = ways.map(({ rule, fields }) => compilePossibility(rule, fields));
  }

  /**
   * What the rules say to a line of which so much is known, of all literals in which only `found` stand. False is sure: none matches it, or any like it. So are
   * the rules given: they match it, and no others. True: it must be parsed.
   */
  judge(glimpse: Glimpse, found: readonly string[]): boolean | NoSuchMatch | SureRules {
    const common = this.#commonOf(glimpse, found);
    if (common === false) return this.#never;
    if (common === true || "numbers" in common) return common;
    const { ways, without } = common;
    if (without !== null && glimpse.holdsAny(without.unless) === false) return without;
    this.#glimpse = glimpse;
    this.#values.clear();
    for (let at = 0; at < this.#words; at++) {
      for (let rest = ways[at] ?? 0; rest !== 0; rest &= rest - 1) {
        const way = lowestBit(at, rest);
        const also = this.#ways[way]?.also ?? null;
        if (also !== null && glimpse.holdsAny(also) === false) continue;
        if (this.#questions[way]?.(this.#get) !== false) return true;
      }
    }
    return false;
  }

  /** The same for all lines with these literals and these values in all groups. */
  #commonOf(glimpse: Glimpse, found: readonly string[]): Common {
    const [a = NO_COLUMNS, b = NO_COLUMNS, ...more] = this.#groups;
    const first = more.length > 0 ? null : glimpse.numberOf(a);
    const second = first === null || first >= MAX_PAIRED ? null : glimpse.numberOf(b);
    if (first === null || second === null || second >= MAX_PAIRED)
      return { ways: this.#narrowed(glimpse, found), without: null };
    let kept = this.#common.get(found);
    if (kept === undefined) {
      kept = new Map();
      this.#common.set(found, kept);
    }
    const pair = first * MAX_PAIRED + second;
    const known = kept.get(pair);
    if (known !== undefined) return known;
    const common = this.#decide(glimpse, this.#narrowed(glimpse, found));
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(pair, common);
    return common;
  }

  /** Ways that need one of the literals and that every group leaves possible. */
  #narrowed(glimpse: Glimpse, found: readonly string[]): Uint32Array {
    const bits = this.#left;
    bits.set(this.#neededBy(found));
    for (let group = 0; group < this.#groups.length; group++) {
      if (!narrow(bits, this.#possible(group, glimpse))) break;
    }
    return bits;
  }

  /** What the columns of all groups together say of these ways. */
  #decide(glimpse: Glimpse, ways: Uint32Array): Common {
    const columns = this.#groups.flat();
    const get = (column: string): string | null => (columns.includes(column) ? glimpse.get(column) : null);
    const known: PartialGetter = (field) => partOf({ get }, field);
    const open: number[] = [];
    const sure = new Set<number>();
    for (let at = 0; at < this.#words; at++) {
      for (let rest = ways[at] ?? 0; rest !== 0; rest &= rest - 1) {
        const way = lowestBit(at, rest);
        const outcome = this.#questions[way]?.(known) ?? null;
        if (outcome === true) sure.add(this.#ways[way]?.number ?? 0);
        if (outcome === null) open.push(way);
      }
    }
    if (sure.size > 0) return open.length > 0 ? true : { numbers: [...sure].sort((x, y) => x - y) };
    return open.length > 0 && this.#keepOpen(open);
  }

  #keepOpen(open: readonly number[]): OpenWays {
    const ways = new Uint32Array(this.#words);
    for (const way of open) setBit(ways, way);
    const needed = open.map((way) => this.#ways[way]?.also ?? null);
    const texts = new Set(needed.flatMap((also) => also ?? []));
    return { ways, without: needed.includes(null) ? null : this.#noneWithout([...texts].sort()) };
  }

  #noneWithout(texts: readonly string[]): NoneWithout | null {
    if (this.#never === false) return null;
    const key = texts.join("\n");
    const said = this.#without.get(key) ?? { ...this.#never, unless: texts };
    this.#without.set(key, said);
    return said;
  }

  /** What is known of a field of the line in hand; several rules ask for the same. */
  readonly #get: PartialGetter = (field) => {
    const known = this.#values.get(field);
    if (known !== undefined) return known === ABSENT ? undefined : known;
    const value = partOf(this.#glimpse, field);
    this.#values.set(field, value === undefined ? ABSENT : value);
    return value;
  };

  /** The rules that need one of these literals, or none. */
  #neededBy(found: readonly string[]): Uint32Array {
    const known = this.#needed.get(found);
    if (known !== undefined) return known;
    const bits = this.#always.slice();
    for (const text of found)
      for (const [at, word] of (this.#byLiteral.get(text) ?? []).entries()) bits[at] = (bits[at] ?? 0) | word;
    this.#needed.set(found, bits);
    return bits;
  }

  #possible(group: number, glimpse: Glimpse): Uint32Array {
    const columns = this.#groups[group] ?? [];
    const key = glimpse.numberOf(columns) ?? columns.map((column) => glimpse.get(column) ?? "\0").join("\n");
    const kept = this.#kept[group];
    const known = kept?.get(key);
    if (known !== undefined) return known;
    const get = (column: string): string | null => (columns.includes(column) ? glimpse.get(column) : null);
    const bits = this.#ask((field) => partOf({ get }, field));
    if (kept !== undefined && kept.size >= MAX_KEPT) kept.clear();
    kept?.set(key, bits);
    return bits;
  }

  #ask(get: PartialGetter): Uint32Array {
    const bits = new Uint32Array(this.#words);
    for (const [index, ask] of this.#questions.entries()) if (ask(get) !== false) setBit(bits, index);
    return bits;
  }
}

/** Number of the lowest bit of a word of a list of bits. */
function lowestBit(word: number, bits: number): number {
  return word * 32 + 31 - Math.clz32(bits & -bits);
}

/** Takes away what `by` does not hold; false when nothing is left. */
function narrow(bits: Uint32Array, by: Uint32Array): boolean {
  let any = 0;
  for (let at = 0; at < bits.length; at++) {
    const word = (bits[at] ?? 0) & (by[at] ?? 0);
    bits[at] = word;
    any |= word;
  }
  return any !== 0;
}

function setBit(bits: Uint32Array, index: number): void {
  bits[index >>> 5] = (bits[index >>> 5] ?? 0) | (1 << (index & 31));
}

/** A field as far as a column tells it. */
function partOf(glimpse: Pick<Glimpse, "get">, field: string): ReturnType<PartialGetter> {
  if (field === WHOLE_ADDRESS) return addressOf(glimpse);
  const value = glimpse.get(field === AGENT ? AGENT_COLUMN : field);
  if (value === null) return UNKNOWN;
  return field === AGENT ? agentOf(value) : value;
}

/** Path and query as the normalizer joins them; not told where it would look into other columns or take the path apart. */
function addressOf(glimpse: Pick<Glimpse, "get">): string | typeof UNKNOWN {
  const path = glimpse.get("cs-uri-stem");
  const query = glimpse.get("cs-uri-query");
  if (path === null || query === null || path === "" || path === "-" || path.includes("?")) return UNKNOWN;
  return query === "" || query === "-" ? path : `${path}?${query.replace(/^\?/u, "")}`;
}

/** What the normalizer says for the value of the column: blanks for the plus signs of IIS, nothing for a placeholder. */
function agentOf(value: string): string | undefined {
  return value === "" || value === "-" ? undefined : value.replaceAll("+", " ");
}
