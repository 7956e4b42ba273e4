import { type FieldMapping, namesOf } from "../compile/field-values.ts";
import type { Condition } from "../condition/condition.ts";
import { fixedTexts, longestChoice } from "../literals/regex-factor.ts";
import { fold } from "../rule/glob.ts";
import { type Pattern, plainTextOf } from "../rule/pattern.ts";
import type { RegexNode } from "../regex/syntax.ts";
import type { SigmaRule } from "../rule/rule.ts";
import type { FieldTest, KeywordTest, Search, Test } from "../rule/search.ts";
import { BEYOND_ASCII } from "./text-scanner.ts";

/** Something that must hold before a rule can match: at least one of the members of every clause. */
export type Clauses<T> = readonly (readonly T[])[];

/** A literal (folded, ASCII) that a field must hold. The empty field means the whole text of the record. */
export interface FieldLiteral {
  readonly field: string;
  readonly text: string;
}

/** How a kind of necessity is read off a test and which of several clauses serves best. */
interface Reading<T> {
  ofTests(search: FieldTest | KeywordTest): Clauses<T>;
  /** Larger is better: used where only one clause of an alternative can be kept. */
  quality(clause: readonly T[]): number;
}

/** More members than this make a clause cost more than it saves. */
const MAX_MEMBERS = 3000;
/** Longer literals only make the tables larger. */
const MAX_LITERAL = 12;

/** Literals that every record must hold which the rule matches, as clauses; an empty list when nothing is sure. */
export function necessaryLiterals(rule: SigmaRule): Clauses<FieldLiteral> {
  return ofCondition(rule, rule.condition, LITERALS);
}

/** Fields that a record must have for the rule to match, as clauses. */
export function necessaryFields(rule: SigmaRule): Clauses<string> {
  return ofCondition(rule, rule.condition, FIELDS);
}

/**
 * The values of which a record's field must have one, folded; null when the rule does not say.
 * @param name the field as the records call it
 */
export function necessaryValues(
  rule: SigmaRule,
  fields: FieldMapping,
  name: string,
): readonly string[] | null {
  const reading: Reading<string> = {
    ofTests: (search) => {
      if (search.kind !== "field-test" || search.negated || search.link === "all") return [];
      if (namesOf(search.field, fields).join() !== name) return [];
      const values = search.tests.map(exactValue);
      const known = values.filter((value) => value !== null);
      return known.length < values.length ? [] : [known];
    },
    quality: (clause) => -clause.length,
  };
  const clauses = ofCondition(rule, rule.condition, reading);
  return [...clauses].sort((a, b) => a.length - b.length)[0] ?? null;
}

function exactValue(test: Test): string | null {
  // A number is compared as a number: only in plain form its text is sure. Event numbers are written plainly.
  if (test.kind === "number") return String(test.value);
  const text = test.kind === "text" ? plainTextOf(test.pattern) : null;
  return text === null ? null : fold(text);
}

function ofCondition<T>(rule: SigmaRule, condition: Condition, reading: Reading<T>): Clauses<T> {
  switch (condition.kind) {
    case "not":
      return [];
    case "selection":
      return ofSelection(rule, condition.name, reading);
    case "of": {
      const all = condition.names.map((name) => ofSelection(rule, name, reading));
      return condition.quantifier === "all" ? all.flat() : either(all, reading);
    }
    case "and":
      return condition.parts.flatMap((part) => ofCondition(rule, part, reading));
    case "or":
      return either(
        condition.parts.map((part) => ofCondition(rule, part, reading)),
        reading,
      );
  }
}

function ofSelection<T>(rule: SigmaRule, name: string, reading: Reading<T>): Clauses<T> {
  const search = Object.hasOwn(rule.selections, name) ? rule.selections[name] : undefined;
  return search === undefined ? [] : ofSearch(search, reading);
}

function ofSearch<T>(search: Search, reading: Reading<T>): Clauses<T> {
  if (search.kind === "all-of") return search.parts.flatMap((part) => ofSearch(part, reading));
  if (search.kind === "any-of")
    return either(
      search.parts.map((part) => ofSearch(part, reading)),
      reading,
    );
  return reading.ofTests(search);
}

/** One of the alternatives must hold: its best clause stands for each, and nothing is sure when one of them has none. */
function either<T>(alternatives: readonly Clauses<T>[], reading: Reading<T>): Clauses<T> {
  const members: T[] = [];
  for (const clauses of alternatives) {
    const [first, ...more] = clauses;
    if (first === undefined) return [];
    const best = more.reduce((a, b) => (reading.quality(b) > reading.quality(a) ? b : a), first);
    members.push(...best);
    if (members.length > MAX_MEMBERS) return [];
  }
  return alternatives.length === 0 ? [] : [members];
}

const LITERALS: Reading<FieldLiteral> = {
  ofTests: (search) => {
    if (search.kind === "field-test" && search.negated) return [];
    const field = search.kind === "field-test" ? search.field : "";
    const choices = search.tests.map((test) => literalsOf(test)?.map((text) => ({ field, text })) ?? null);
    if (search.link === "all") return choices.filter((choice) => choice !== null);
    const known = choices.filter((choice) => choice !== null);
    const members = known.flat();
    return known.length < choices.length || members.length > MAX_MEMBERS ? [] : [members];
  },
  quality: (clause) => Math.min(MAX_LITERAL, ...clause.map(({ text }) => text.length)) * 1000 - clause.length,
};

/** Literals of which a value that passes must hold one (folded); null when none is sure. */
function literalsOf(test: Test): readonly string[] | null {
  if (test.kind === "text") {
    const literal = longestLiteral(test.pattern);
    return literal === "" ? null : [literal];
  }
  if (test.kind !== "regex") return null;
  if (asksBeyondAscii(test.node)) return [BEYOND_ASCII];
  const choices = fixedTexts(test.node).map((choice) => choice.map((text) => toLiteral(fold(text))));
  return longestChoice(choices.filter((choice) => choice.every((text) => text !== ""))) ?? null;
}

/** Whether every match of an expression has a character beyond ASCII. */
function asksBeyondAscii(node: RegexNode): boolean {
  switch (node.kind) {
    case "set":
      return node.ranges.length > 0 && node.ranges.every((unit) => unit > 0x7f);
    case "assert":
      return false;
    case "sequence":
      return node.parts.some(asksBeyondAscii);
    case "choice":
      return node.parts.every(asksBeyondAscii);
    case "repeat":
      return node.min > 0 && asksBeyondAscii(node.part);
  }
}

function longestLiteral(pattern: Pattern): string {
  const runs = pattern.map((part) => (part.kind === "plain" ? toLiteral(fold(part.text)) : ""));
  return runs.reduce((a, b) => (b.length > a.length ? b : a), "");
}

/** Lower-casing a character beyond ASCII may depend on its neighbours, but it stays one character beyond ASCII. */
function toLiteral(text: string): string {
  // The end tells more than the beginning: `\powershell.exe` ends like few others, `hkey_local_machine` begins like many.
  return text.replace(/[^\x00-\x7f]/g, BEYOND_ASCII).slice(-MAX_LITERAL);
}

const FIELDS: Reading<string> = {
  ofTests: (search) => {
    if (search.kind === "keyword-test" || search.negated) return [];
    const absentPasses = search.tests.map(
      (test) => test.kind === "null" || (test.kind === "exists" && !test.expected),
    );
    const sure = search.link === "all" ? !absentPasses.every(Boolean) : !absentPasses.some(Boolean);
    return sure ? [[search.field]] : [];
  },
  quality: (clause) => -clause.length,
};
