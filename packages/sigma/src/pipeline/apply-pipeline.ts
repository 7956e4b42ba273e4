import type { FieldMapping } from "../compile/field-values.ts";
import type { Condition } from "../condition/condition.ts";
import { parsePattern, plainTextOf } from "../rule/pattern.ts";
import type { Logsource, SigmaRule } from "../rule/rule.ts";
import type { FieldTest, Search, Test } from "../rule/search.ts";
import { type FieldChoice, fitsLogsource, type Pipeline, type PipelineStep } from "./pipeline.ts";

/** A rule as a pipeline leaves it. */
export interface FittedRule {
  readonly rule: SigmaRule;
  /** How the rule's fields are called in the records: for `compileRule`. */
  readonly fields: FieldMapping;
  /** Why the pipeline refuses the rule; null when it does not. */
  readonly refused: string | null;
}

interface State {
  rule: SigmaRule;
  logsource: Logsource;
  readonly names: Map<string, readonly string[]>;
  refused: string | null;
  added: number;
}

/**
 * Applies the steps of pipelines, one after the other, to a rule. The rule's log source stays as the rule says.
 * @param also further fields to give the records' names of, e.g. those by which a correlation groups
 */
export function applyPipelines(
  rule: SigmaRule,
  pipelines: readonly Pipeline[],
  also: readonly string[] = [],
): FittedRule {
  const names = new Map([...fieldsOf(rule), ...also].map((field) => [field, [field]] as const));
  const state: State = { rule, logsource: rule.logsource, names, refused: null, added: 0 };
  for (const step of pipelines.flatMap((pipeline) => pipeline.steps))
    if (isFor(step, state.logsource)) applyStep(state, step);
  return Object.freeze({
    rule: state.rule,
    fields: Object.freeze(
      Object.fromEntries(
        [...state.names].filter(([field, [only, ...more]]) => more.length > 0 || only !== field),
      ),
    ),
    refused: state.refused,
  });
}

function isFor(step: PipelineStep, logsource: Logsource): boolean {
  const fits = step.logsources.map((pattern) => fitsLogsource(logsource, pattern));
  return fits.length === 0 || (step.allLogsources ? fits.every(Boolean) : fits.some(Boolean));
}

function applyStep(state: State, step: PipelineStep): void {
  const { action } = step;
  switch (action.type) {
    case "field_name_mapping":
      rename(state, step.fields, (name) => own(action.mapping, name) ?? [name]);
      return;
    case "field_name_prefix_mapping":
      rename(state, step.fields, (name) => withOtherPrefix(name, action.mapping));
      return;
    case "field_name_prefix":
      rename(state, step.fields, (name) => [action.text + name]);
      return;
    case "field_name_suffix":
      rename(state, step.fields, (name) => [name + action.text]);
      return;
    case "add_condition":
      addCondition(state, action.conditions, action.negated);
      return;
    case "drop_detection_item":
      state.rule = withSearches(state.rule, (test) => (chosen(step.fields, test.field) ? null : test));
      return;
    case "map_string":
      state.rule = withSearches(state.rule, (test) =>
        chosen(step.fields, test.field) ? withMappedValues(test, action.mapping) : test,
      );
      return;
    case "change_logsource":
      state.logsource = action.logsource;
      return;
    case "rule_failure":
      state.refused ??= action.message;
  }
}

/** Names are renamed as they stand after the steps before, so that steps build on each other. */
function rename(state: State, fields: FieldChoice, to: (name: string) => readonly string[]): void {
  for (const [field, names] of state.names) {
    if (field.startsWith(ADDED)) continue;
    const renamed = names.flatMap((name) => (chosen(fields, name) ? to(name) : [name]));
    state.names.set(field, [...new Set(renamed)]);
  }
}

function withOtherPrefix(
  name: string,
  mapping: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const prefix = Object.keys(mapping).find((one) => name.startsWith(one));
  return prefix === undefined
    ? [name]
    : (mapping[prefix] ?? []).map((text) => text + name.slice(prefix.length));
}

function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function chosen(choice: FieldChoice, name: string): boolean {
  if (choice.kind === "all") return true;
  return choice.names.includes(name) === (choice.kind === "include");
}

/** How names of added selections and their fields begin: no rule can have them, because a field name ends at the first `|`. */
export const ADDED = "|added ";

/** An added condition names the fields of the records themselves, so later renaming steps must not touch it. */
function addCondition(
  state: State,
  conditions: Readonly<Record<string, readonly (string | number)[]>>,
  negated: boolean,
): void {
  const parts = Object.entries(conditions).map(([field, values]): FieldTest => {
    const name = ADDED + field;
    state.names.set(name, [field]);
    const tests = values.map((value): Test => {
      if (typeof value === "number") return { kind: "number", value };
      return { kind: "text", pattern: parsePattern(value), cased: false };
    });
    return { kind: "field-test", field: name, tests, link: "any", negated: false, label: field };
  });
  const name = `${ADDED}${++state.added}`;
  const selection: Condition = { kind: "selection", name };
  const part: Condition = negated ? { kind: "not", part: selection } : selection;
  const condition: Condition = { kind: "and", parts: [part, state.rule.condition] };
  const added: Search = { kind: "all-of", parts };
  const selections = Object.freeze({ ...state.rule.selections, [name]: added });
  state.rule = Object.freeze({ ...state.rule, selections, condition });
}

/** The rule with every field test replaced; null drops it, and what is empty then with it. */
function withSearches(rule: SigmaRule, change: (test: FieldTest) => FieldTest | null): SigmaRule {
  const selections: Record<string, Search> = {};
  for (const [name, search] of Object.entries(rule.selections)) {
    const changed = changeSearch(search, change);
    if (changed !== null) Object.defineProperty(selections, name, { value: changed, enumerable: true });
  }
  return Object.freeze({
    ...rule,
    selections: Object.freeze(selections),
    condition: pruned(rule.condition, selections) ?? rule.condition,
  });
}

function changeSearch(search: Search, change: (test: FieldTest) => FieldTest | null): Search | null {
  if (search.kind === "keyword-test") return search;
  if (search.kind === "field-test") return change(search);
  const parts = search.parts.map((part) => changeSearch(part, change)).filter((part) => part !== null);
  return parts.length === 0 ? null : Object.freeze({ kind: search.kind, parts: Object.freeze(parts) });
}

/** A condition without the selections that are gone; null when nothing is left of it. */
function pruned(condition: Condition, selections: Readonly<Record<string, Search>>): Condition | null {
  const there = (name: string): boolean => Object.hasOwn(selections, name);
  switch (condition.kind) {
    case "selection":
      return there(condition.name) ? condition : null;
    case "of": {
      const names = condition.names.filter(there);
      return names.length === 0 ? null : { ...condition, names };
    }
    case "not": {
      const part = pruned(condition.part, selections);
      return part === null ? null : { kind: "not", part };
    }
    case "and":
    case "or": {
      const parts = condition.parts.map((part) => pruned(part, selections)).filter((part) => part !== null);
      return parts.length === 0 ? null : { kind: condition.kind, parts };
    }
  }
}

function withMappedValues(test: FieldTest, mapping: Readonly<Record<string, readonly string[]>>): FieldTest {
  const tests = test.tests.flatMap((one): readonly Test[] => {
    const text =
      one.kind === "text" ? plainTextOf(one.pattern) : one.kind === "number" ? String(one.value) : null;
    const mapped = text === null ? undefined : own(mapping, text);
    if (mapped === undefined) return [one];
    const cased = one.kind === "text" && one.cased;
    return mapped.map((value) => ({ kind: "text", pattern: parsePattern(value), cased }));
  });
  return Object.freeze({ ...test, tests: Object.freeze(tests) });
}

/** Every field that a rule names. */
function fieldsOf(rule: SigmaRule): ReadonlySet<string> {
  const fields = new Set<string>();
  const walk = (search: Search): void => {
    if (search.kind === "field-test") {
      fields.add(search.field);
      for (const test of search.tests) if (test.kind === "field-ref") fields.add(test.field);
    } else if (search.kind !== "keyword-test") search.parts.forEach(walk);
  };
  Object.values(rule.selections).forEach(walk);
  return fields;
}
