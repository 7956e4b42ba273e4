import type { Condition } from "../condition/condition.ts";
import { namesIn } from "../condition/parse-condition.ts";
import type { FilterRule } from "../rule/rule.ts";
import { parseDetection } from "./parse-detection.ts";
import type { Placeholders } from "./placeholders.ts";
import type { DocumentReader } from "./read-header.ts";
import { entriesOf, type Entry, itemsOf, scalarOf, without } from "./tree.ts";

/** Reads a filter document. Source: Sigma filters specification 2.1.0. */
export function parseFilter(
  reader: DocumentReader,
  placeholders: Placeholders | undefined,
): FilterRule | null {
  const { source } = reader;
  const header = reader.header();
  const logsource = reader.logsource();
  const entry = reader.required("filter");
  if (entry === undefined) return null;
  const entries = entriesOf(entry.value);
  if (entries === null) {
    source.sinkAt(entry).error("SIGMA_WRONG_TYPE", "filter must hold rules, selections and a condition");
    return null;
  }
  const rules = rulesOf(
    entries.find(({ key }) => key === "rules"),
    entry,
    reader,
  );
  const detection = parseDetection(without(entry.value, "rules"), { source, placeholders });
  if (logsource === null || detection === null || rules === undefined) return null;
  if (namesIn(detection.condition).every((name) => standsPlain(detection.condition, name))) {
    const advice = "write condition: not selection to drop what fits, or give applyFilters its option";
    source
      .sinkAt(entry)
      .warn("SIGMA_FILTER_KEEPS", "this filter keeps only the events that fit its selections", advice);
  }
  return Object.freeze({
    kind: "filter",
    ...header,
    logsource,
    rules,
    ...detection,
    at: source.spanOf(entry),
  });
}

/** Ids or names; null for `any`; undefined when something is wrong. */
function rulesOf(
  entry: Entry | undefined,
  filter: Entry,
  { source }: DocumentReader,
): readonly string[] | null | undefined {
  if (entry === undefined) {
    source.sinkAt(filter).error("SIGMA_MISSING", "the filter names no rules", "add rules: with ids or names");
    return undefined;
  }
  if (scalarOf(entry.value) === "any") return null;
  const names = (itemsOf(entry.value) ?? [entry.value]).map((item) => scalarOf(item));
  const texts = names.filter((name) => typeof name === "string" && name !== "");
  if (texts.length === names.length && names.length > 0) return Object.freeze(texts.map(String));
  source.sinkAt(entry.value).error("SIGMA_WRONG_TYPE", "rules must be a list of ids or names, or any");
  return undefined;
}

function standsPlain(condition: Condition, name: string): boolean {
  switch (condition.kind) {
    case "not":
      return !namesIn(condition.part).includes(name);
    case "selection":
    case "of":
      return true;
    case "and":
    case "or":
      return condition.parts.every((part) => standsPlain(part, name));
  }
}
