import type { Condition } from "../condition/condition.ts";
import type { SigmaRule } from "../rule/rule.ts";
import type { Search } from "../rule/search.ts";
import { compileTest, compileTextTest } from "./compile-test.ts";
import { compileFieldReader, type FieldGetter, type FieldMapping, namesOf } from "./field-values.ts";

/** The whole text of a record, for keywords. */
export type KeywordText = () => string;

/** A rule ready to run. */
export interface CompiledRule {
  readonly rule: SigmaRule;
  readonly fields: FieldMapping;
  /** Event fields that the rule may ask for, sorted. */
  readonly reads: readonly string[];
  /** True when the rule has keywords: without `keywordText` these never match. */
  readonly needsText: boolean;
  matches(get: FieldGetter, keywordText?: KeywordText): boolean;
}

/** One compiled part of a rule. */
export type Predicate = (get: FieldGetter, text: KeywordText | undefined) => boolean;

const NO_MAPPING: FieldMapping = Object.freeze({});

/** Compiles a rule to closures. `fields` says how the event names the rule's fields; names not in it stay as they are. */
export function compileRule(rule: SigmaRule, fields: FieldMapping = NO_MAPPING): CompiledRule {
  const selections = new Map<string, Predicate>();
  const reads = new Set<string>();
  let needsText = false;
  for (const [name, search] of Object.entries(rule.selections)) {
    selections.set(name, compileSearchNode(search, fields));
    needsText =
      visit(search, (field) => namesOf(field, fields).forEach((one) => reads.add(one))) || needsText;
  }
  const predicate = compileCondition(rule.condition, selections);
  return Object.freeze({
    rule,
    fields,
    reads: Object.freeze([...reads].sort()),
    needsText,
    matches: (get: FieldGetter, keywordText?: KeywordText) => predicate(get, keywordText),
  });
}

/** Makes a closure of a condition over named predicates. A name without predicate never matches. */
export function compileCondition(
  condition: Condition,
  selections: ReadonlyMap<string, Predicate>,
): Predicate {
  const named = (name: string): Predicate => selections.get(name) ?? ((): boolean => false);
  switch (condition.kind) {
    case "selection":
      return named(condition.name);
    case "not": {
      const part = compileCondition(condition.part, selections);
      return (get, text) => !part(get, text);
    }
    case "of":
      return condition.quantifier === "all"
        ? every(condition.names.map(named))
        : some(condition.names.map(named));
    case "and":
      return every(condition.parts.map((part) => compileCondition(part, selections)));
    case "or":
      return some(condition.parts.map((part) => compileCondition(part, selections)));
  }
}

/** Makes a closure of a search identifier's content. */
export function compileSearchNode(search: Search, fields: FieldMapping): Predicate {
  switch (search.kind) {
    case "all-of":
      return every(search.parts.map((part) => compileSearchNode(part, fields)));
    case "any-of":
      return some(search.parts.map((part) => compileSearchNode(part, fields)));
    case "keyword-test": {
      const tests = search.tests.map(compileTextTest);
      return (_get, keywordText) => {
        const text = keywordText?.();
        if (text === undefined) return false;
        return search.link === "all" ? tests.every((test) => test(text)) : tests.some((test) => test(text));
      };
    }
    case "field-test": {
      const read = compileFieldReader(search.field, fields);
      const tests = search.tests.map((test) => compileTest(test, fields));
      const all = search.link === "all";
      return (get) => {
        const value = read(get);
        const passed = all ? tests.every((test) => test(value, get)) : tests.some((test) => test(value, get));
        return passed !== search.negated;
      };
    }
  }
}

function every(parts: readonly Predicate[]): Predicate {
  return (get, text) => parts.every((part) => part(get, text));
}

function some(parts: readonly Predicate[]): Predicate {
  return (get, text) => parts.some((part) => part(get, text));
}

/** Calls `take` with every field; @returns whether there are keywords. */
function visit(search: Search, take: (field: string) => void): boolean {
  if (search.kind === "keyword-test") return true;
  if (search.kind === "field-test") {
    take(search.field);
    for (const test of search.tests) if (test.kind === "field-ref") take(test.field);
    return false;
  }
  return search.parts.map((part) => visit(part, take)).some(Boolean);
}
