import type { Condition } from "../condition/condition.ts";
import type { Pattern } from "../rule/pattern.ts";
import type { SigmaRule } from "../rule/rule.ts";
import type { Search, Test } from "../rule/search.ts";
import { fixedTexts } from "./regex-factor.ts";

/** What the caller knows about its records. */
export interface LiteralOptions {
  /** Texts (lower case) that must never be used: fields that are built when an event is made hold them, raw records do not. */
  readonly never?: ReadonlySet<string>;
  /** True for a text (lower case) that must never be used because of what it looks like. */
  readonly refuse?: (text: string) => boolean;
  /** Texts (lower case) that are in so many records that they help little; used only when nothing else is there. */
  readonly avoid?: ReadonlySet<string>;
  /** Fields whose values do not stand in the raw record as they are: tests of them give no literal. */
  readonly derivedFields?: ReadonlySet<string>;
  /** Further ASCII characters that stand as they are in these records, e.g. `/` in access logs. */
  readonly alsoSafe?: string;
  /** Characters of the shortest text that the caller can look for. Default 4: shorter ones are in too many records. */
  readonly minLength?: number;
  /** How a number of a field stands in the raw record, with what surrounds it; null when that is not certain. */
  readonly numberForm?: (field: string, value: number) => string | null;
}

const MIN_LENGTH = 4;
/** More alternatives than this make a filter slower than they are worth. */
const MAX_LITERALS = 2000;

/**
 * Texts of which every record that matches must hold at least one, whatever else is in it.
 *
 * Literals are in field values but bytes are raw: each literal consists only of letters, digits and `_ . ~ -`, which
 * percent-encoding, CSV quoting, JSON escaping and the plus for a blank leave alone. They are lower case (compare without
 * regard to case) and at least four characters long (or `minLength`).
 * @returns null when there is no such set: the rule must see every record.
 */
export function requiredLiterals(rule: SigmaRule, options: LiteralOptions = {}): readonly string[] | null {
  const found = new Finder(rule, options).ofCondition(rule.condition);
  return found === null || found.length > MAX_LITERALS ? null : Object.freeze([...new Set(found)].sort());
}

class Finder {
  private readonly rule: SigmaRule;
  private readonly options: LiteralOptions;
  private readonly unsafe: RegExp;
  private readonly minLength: number;

  constructor(rule: SigmaRule, options: LiteralOptions) {
    this.rule = rule;
    this.options = options;
    this.minLength = options.minLength ?? MIN_LENGTH;
    const also = (options.alsoSafe ?? "").replace(/[^\x21-\x7e]/g, "").replace(/./g, "\\$&");
    this.unsafe = new RegExp(`[^A-Za-z0-9_.~${also}-]+`);
  }

  ofCondition(condition: Condition): readonly string[] | null {
    switch (condition.kind) {
      case "not":
        return null;
      case "selection":
        return this.ofSelection(condition.name);
      case "of": {
        const sets = condition.names.map((name) => this.ofSelection(name));
        return condition.quantifier === "all" ? this.best(sets) : union(sets);
      }
      case "and":
        return this.best(condition.parts.map((part) => this.ofCondition(part)));
      case "or":
        return union(condition.parts.map((part) => this.ofCondition(part)));
    }
  }

  private ofSelection(name: string): readonly string[] | null {
    const search = Object.hasOwn(this.rule.selections, name) ? this.rule.selections[name] : undefined;
    // A name without selection never matches, so any set is right; none keeps it simple.
    return search === undefined ? null : this.ofSearch(search);
  }

  private ofSearch(search: Search): readonly string[] | null {
    switch (search.kind) {
      case "all-of":
        return this.best(search.parts.map((part) => this.ofSearch(part)));
      case "any-of":
        return union(search.parts.map((part) => this.ofSearch(part)));
      case "keyword-test":
        return this.ofTests(search, null);
      case "field-test":
        if (search.negated || this.options.derivedFields?.has(search.field) === true) return null;
        return this.ofTests(search, search.field);
    }
  }

  private ofTests(
    search: { readonly tests: readonly Test[]; readonly link: "any" | "all" },
    field: string | null,
  ): readonly string[] | null {
    const sets = search.tests.map((test) => this.ofTest(test, field));
    return search.link === "all" ? this.best(sets) : union(sets);
  }

  private ofTest(test: Test, field: string | null): readonly string[] | null {
    if (test.kind === "text") return this.ofPattern(test.pattern);
    if (test.kind === "number" && field !== null) {
      const form = this.options.numberForm?.(field, test.value) ?? null;
      return form === null ? null : [form.toLowerCase()];
    }
    if (test.kind !== "regex") return null;
    return this.best(
      fixedTexts(test.node).map((choice) => union(choice.map((text) => this.best(this.fragments(text))))),
    );
  }

  private ofPattern(pattern: Pattern): readonly string[] | null {
    return this.best(pattern.flatMap((part) => (part.kind === "plain" ? this.fragments(part.text) : [])));
  }

  /**
   * A hyphen in front goes: the parameters of a cmdlet are written `-Name value`, but some records keep the bare name.
   * Splitting after folding keeps the rule that a literal is ASCII.
   */
  private fragments(text: string): readonly (readonly string[])[] {
    return text
      .split(this.unsafe)
      .map((fragment) => fragment.replace(/^-+/, "").toLowerCase())
      .filter((fragment) => fragment.length >= this.minLength && !this.isRefused(fragment))
      .map((fragment) => [fragment]);
  }

  private isRefused(fragment: string): boolean {
    return this.options.never?.has(fragment) === true || this.options.refuse?.(fragment) === true;
  }

  /** The set that will let through the fewest records: no avoided text, then long texts, then few. */
  private best(sets: readonly (readonly string[] | null)[]): readonly string[] | null {
    let best: readonly string[] | null = null;
    for (const set of sets) if (set !== null && (best === null || this.isBetter(set, best))) best = set;
    return best;
  }

  private isBetter(a: readonly string[], b: readonly string[]): boolean {
    const avoided = (set: readonly string[]): number =>
      set.filter((text) => this.options.avoid?.has(text)).length;
    if (avoided(a) !== avoided(b)) return avoided(a) < avoided(b);
    const shortest = (set: readonly string[]): number => Math.min(...set.map((text) => text.length));
    return shortest(a) === shortest(b) ? a.length < b.length : shortest(a) > shortest(b);
  }
}

/** Any of them may be the one: all literals, and none when one of the sets is unknown. */
function union(sets: readonly (readonly string[] | null)[]): readonly string[] | null {
  const all: string[] = [];
  for (const set of sets) {
    if (set === null) return null;
    all.push(...set);
  }
  return sets.length === 0 ? null : all;
}
