import type { Condition } from "../condition/condition.ts";
import type { SigmaRule } from "../rule/rule.ts";
import type { FieldTest, Search } from "../rule/search.ts";
import { compileTest } from "./compile-test.ts";
import { compileFieldReader, type FieldMapping, type FieldValue, namesOf } from "./field-values.ts";

/** Stands for the value of a field that is not known yet. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** Reads what is known of an event: a field's value, or {@link UNKNOWN}. */
export type PartialGetter = (field: string) => FieldValue | typeof UNKNOWN;

/** What is known of a condition: it holds, it does not, or (null) that depends on what is not known. */
export type Outcome = boolean | null;
type Part = (get: PartialGetter) => Outcome;

const NO_MAPPING: FieldMapping = Object.freeze({});

/**
 * Compiles a question: does an event of which only some fields are known match the rule? True and false are sure; null means that the rule
 * must be asked with the whole event. Keywords count as not known.
 */
export function compilePossibility(
  rule: SigmaRule,
  fields: FieldMapping = NO_MAPPING,
): (get: PartialGetter) => Outcome {
  const selections = new Map(
    Object.entries(rule.selections).map(([name, search]) => [name, compileSearch(search, fields)] as const),
  );
  return compileCondition(rule.condition, selections);
}

function compileCondition(condition: Condition, selections: ReadonlyMap<string, Part>): Part {
  const named = (name: string): Part => selections.get(name) ?? ((): Outcome => false);
  switch (condition.kind) {
    case "selection":
      return named(condition.name);
    case "not": {
      const part = compileCondition(condition.part, selections);
      return (get) => negated(part(get));
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

function compileSearch(search: Search, fields: FieldMapping): Part {
  switch (search.kind) {
    case "all-of":
      return every(search.parts.map((part) => compileSearch(part, fields)));
    case "any-of":
      return some(search.parts.map((part) => compileSearch(part, fields)));
    case "keyword-test":
      return () => null;
    case "field-test":
      return compileFieldTest(search, fields);
  }
}

function compileFieldTest(search: FieldTest, fields: FieldMapping): Part {
  const refers = search.tests.flatMap((test) =>
    test.kind === "field-ref" ? namesOf(test.field, fields) : [],
  );
  const asked = [...namesOf(search.field, fields), ...refers];
  const read = compileFieldReader(search.field, fields);
  const tests = search.tests.map((test) => compileTest(test, fields));
  return (get) => {
    if (asked.some((name) => get(name) === UNKNOWN)) return null;
    const known = (name: string): FieldValue => {
      const value = get(name);
      return value === UNKNOWN ? undefined : value;
    };
    const value = read(known);
    const passes = (test: (typeof tests)[number]): boolean => test(value, known);
    const passed = search.link === "all" ? tests.every(passes) : tests.some(passes);
    return passed !== search.negated;
  };
}

function negated(outcome: Outcome): Outcome {
  return outcome === null ? null : !outcome;
}

function every(parts: readonly Part[]): Part {
  return (get) => {
    let all: Outcome = true;
    for (const part of parts) {
      const outcome = part(get);
      if (outcome === false) return false;
      if (outcome === null) all = null;
    }
    return all;
  };
}

function some(parts: readonly Part[]): Part {
  return (get) => {
    let any: Outcome = false;
    for (const part of parts) {
      const outcome = part(get);
      if (outcome === true) return true;
      if (outcome === null) any = null;
    }
    return any;
  };
}
