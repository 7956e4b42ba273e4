import type { FieldMapping, FieldValue } from "../compile/field-values.ts";
import { compileTest, compileTextTest } from "../compile/compile-test.ts";
import type { Condition } from "../condition/condition.ts";
import { compilePattern, fold } from "../rule/glob.ts";
import type { Pattern } from "../rule/pattern.ts";
import type { SigmaRule } from "../rule/rule.ts";
import type { FieldTest, KeywordTest, Search, Test } from "../rule/search.ts";
import { type EventSlots, TEXT_SLOT } from "./event-slots.ts";
import { compileRun, shortestMatch } from "./regex-shortcuts.ts";

/** A rule, or a part of one, over the slots of the event at hand. */
export type SlotPredicate = () => boolean;

/** Compiles a rule over slots. Means the same as `compileRule`, but shares reading and folding with all other rules. */
export function compileSlotRule(rule: SigmaRule, fields: FieldMapping, slots: EventSlots): SlotPredicate {
  const selections = new Map<string, SlotPredicate>();
  for (const [name, search] of Object.entries(rule.selections))
    selections.set(name, compileSearch(search, fields, slots));
  return compileCondition(rule.condition, selections);
}

function compileCondition(
  condition: Condition,
  selections: ReadonlyMap<string, SlotPredicate>,
): SlotPredicate {
  const named = (name: string): SlotPredicate => selections.get(name) ?? never;
  switch (condition.kind) {
    case "selection":
      return named(condition.name);
    case "not": {
      const part = compileCondition(condition.part, selections);
      return () => !part();
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

function compileSearch(search: Search, fields: FieldMapping, slots: EventSlots): SlotPredicate {
  switch (search.kind) {
    case "all-of":
      return every(search.parts.map((part) => compileSearch(part, fields, slots)));
    case "any-of":
      return some(search.parts.map((part) => compileSearch(part, fields, slots)));
    case "keyword-test":
      return compileKeywords(search, slots);
    case "field-test":
      return compileField(search, fields, slots);
  }
}

function compileKeywords(search: KeywordTest, slots: EventSlots): SlotPredicate {
  const tests = search.tests.map((test): SlotPredicate => {
    const one = uncased(test) ?? compileTextTest(test);
    const isFolded = uncased(test) !== null;
    return () => {
      const text = isFolded ? slots.folded(TEXT_SLOT) : slots.value(TEXT_SLOT);
      return typeof text === "string" && one(text);
    };
  });
  return search.link === "all" ? every(tests) : some(tests);
}

function compileField(search: FieldTest, fields: FieldMapping, slots: EventSlots): SlotPredicate {
  const slot = slots.slotOf(search.field, fields);
  const tests = search.tests.map((test) => compileFieldTest(test, fields, { slot, slots }));
  const passed = search.link === "all" ? every(tests) : some(tests);
  return search.negated ? () => !passed() : passed;
}

function compileFieldTest(
  test: Test,
  fields: FieldMapping,
  { slot, slots }: { readonly slot: number; readonly slots: EventSlots },
): SlotPredicate {
  const pattern = uncased(test);
  if (pattern !== null) {
    return () => {
      const value = slots.folded(slot);
      return typeof value === "string" ? pattern(value) : anyOf(value, pattern);
    };
  }
  if (test.kind === "regex") return compileRegex(test, { slot, slots });
  const plain = compileTest(test, fields);
  return () => plain(slots.value(slot), slots.getter);
}

function compileRegex(
  test: Test & { readonly kind: "regex" },
  { slot, slots }: { readonly slot: number; readonly slots: EventSlots },
): SlotPredicate {
  const search = compileRun(test.node) ?? compileTextTest(test);
  const least = shortestMatch(test.node);
  const one = (text: string): boolean => text.length >= least && search(text);
  return () => {
    const value = slots.value(slot);
    if (typeof value === "string") return one(value);
    return typeof value === "number" ? one(String(value)) : anyOf(value, one);
  };
}

function anyOf(value: FieldValue, test: (text: string) => boolean): boolean {
  return typeof value === "object" && value !== null && value.some(test);
}

/** The test of a folded value, for patterns that do not regard case; null for all other tests. */
function uncased(test: Test): ((folded: string) => boolean) | null {
  if (test.kind !== "text" || test.cased) return null;
  const folded: Pattern = test.pattern.map((part) =>
    part.kind === "plain" ? { kind: "plain", text: fold(part.text) } : part,
  );
  return compilePattern(folded, true);
}

function never(): boolean {
  return false;
}

function every(parts: readonly SlotPredicate[]): SlotPredicate {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return () => {
    for (const part of parts) if (!part()) return false;
    return true;
  };
}

function some(parts: readonly SlotPredicate[]): SlotPredicate {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return () => {
    for (const part of parts) if (part()) return true;
    return false;
  };
}
