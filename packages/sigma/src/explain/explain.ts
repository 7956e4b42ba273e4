import {
  compileCondition,
  compileSearchNode,
  type KeywordText,
  type Predicate,
} from "../compile/compile-rule.ts";
import {
  compileFieldReader,
  type FieldGetter,
  type FieldMapping,
  type FieldValue,
} from "../compile/field-values.ts";
import type { Condition } from "../condition/condition.ts";
import { patternToText } from "../rule/pattern.ts";
import type { SigmaRule } from "../rule/rule.ts";
import type { FieldTest, KeywordTest, Search, Test } from "../rule/search.ts";

/** One part of a rule that held. Values come from the event and are untrusted. */
export interface ExplainedPart {
  readonly selection: string;
  /** The key as the rule writes it, e.g. `Image|endswith`. */
  readonly label: string;
  /** Null for keywords. */
  readonly field: string | null;
  /** What the rule asked for, as the rule would write it; the first value that fits, or all of them under `all`. */
  readonly wanted: readonly string[];
  /** What the event held, at most 500 characters of each value. */
  readonly found: readonly string[];
}

/** Why a rule matched, or that it did not. */
export interface Explanation {
  readonly matched: boolean;
  /** The parts that held, of the selections that count towards the match, in the order of the file. */
  readonly parts: readonly ExplainedPart[];
  /** Selections that would have excluded the event and did not. */
  readonly excludedBy: readonly string[];
}

const NO_MAPPING: FieldMapping = Object.freeze({});
const MAX_FOUND = 500;

/** Says which parts of a rule an event met. */
export function explain(
  rule: SigmaRule,
  get: FieldGetter,
  keywordText?: KeywordText,
  fields: FieldMapping = NO_MAPPING,
): Explanation {
  const predicates = new Map<string, Predicate>();
  for (const [name, search] of Object.entries(rule.selections))
    predicates.set(name, compileSearchNode(search, fields));
  const matched = compileCondition(rule.condition, predicates)(get, keywordText);
  const sides = sidesOf(rule.condition, true);
  const holds = (name: string): boolean => predicates.get(name)?.(get, keywordText) ?? false;
  const parts = Object.entries(rule.selections)
    .filter(([name]) => sides.for.has(name) && holds(name))
    .flatMap(([name, search]) => explainSearch(name, search, { get, text: keywordText, fields }));
  const excludedBy = [...sides.against].filter((name) => !holds(name)).sort();
  return Object.freeze({ matched, parts: matched ? parts : [], excludedBy: matched ? excludedBy : [] });
}

interface Context {
  readonly get: FieldGetter;
  readonly text: KeywordText | undefined;
  readonly fields: FieldMapping;
}

function explainSearch(selection: string, search: Search, context: Context): readonly ExplainedPart[] {
  if (search.kind === "all-of" || search.kind === "any-of") {
    return search.parts.flatMap((part) => explainSearch(selection, part, context));
  }
  if (!compileSearchNode(search, context.fields)(context.get, context.text)) return [];
  const isField = search.kind === "field-test";
  const found = isField ? textsOf(compileFieldReader(search.field, context.fields)(context.get)) : [];
  const wanted = wantedOf(search, context);
  return [{ selection, label: search.label, field: isField ? search.field : null, wanted, found }];
}

function wantedOf(search: FieldTest | KeywordTest, context: Context): readonly string[] {
  const held = search.tests.filter((test) =>
    compileSearchNode(
      { ...search, tests: [test], ...(search.kind === "field-test" ? { negated: false } : {}) },
      context.fields,
    )(context.get, context.text),
  );
  if (search.kind === "field-test" && search.negated)
    return search.tests.map((test) => `not ${testToText(test)}`);
  return (search.link === "all" ? held : held.slice(0, 1)).map(testToText);
}

function textsOf(value: FieldValue): readonly string[] {
  if (value === null || value === undefined) return [];
  const list = typeof value === "string" || typeof value === "number" ? [String(value)] : value;
  return list.map((text) => (text.length > MAX_FOUND ? text.slice(0, MAX_FOUND) : text));
}

/** A test as a rule would write its value. */
function testToText(test: Test): string {
  switch (test.kind) {
    case "text":
      return patternToText(test.pattern);
    case "number":
      return String(test.value);
    case "null":
      return "null";
    case "regex":
    case "cidr":
      return test.source;
    case "compare":
      return `${test.comparison} ${test.value}`;
    case "time-part":
      return test.comparison === "eq" ? String(test.value) : `${test.comparison} ${test.value}`;
    case "exists":
      return String(test.expected);
    case "field-ref":
      return test.field;
  }
}

function sidesOf(
  condition: Condition,
  positive: boolean,
): { readonly for: ReadonlySet<string>; readonly against: ReadonlySet<string> } {
  const sides = { for: new Set<string>(), against: new Set<string>() };
  const walk = (node: Condition, side: boolean): void => {
    if (node.kind === "selection") (side ? sides.for : sides.against).add(node.name);
    else if (node.kind === "of") node.names.forEach((name) => (side ? sides.for : sides.against).add(name));
    else if (node.kind === "not") walk(node.part, !side);
    else node.parts.forEach((part) => walk(part, side));
  };
  walk(condition, positive);
  return sides;
}
