import type { Document } from "yaml";

import type { Condition } from "../condition/condition.ts";
import { namesIn, parseCondition } from "../condition/parse-condition.ts";
import type { FieldTest, KeywordTest, Search, Test } from "../rule/search.ts";
import { readModifiers } from "./modifiers.ts";
import { parseValue } from "./parse-value.ts";
import { entriesOf, type Entry, itemsOf, scalarOf, type Source } from "./source.ts";

/** Selections and condition of a rule. */
export interface Detection {
  readonly selections: Readonly<Record<string, Search>>;
  readonly condition: Condition;
}

/** Values of one rule beyond this number are refused. */
const MAX_VALUES = 20_000;
/** Lists of maps of lists deeper than this are refused. */
const MAX_DEPTH = 10;

/** Reads the `detection` section; null when any part of it is wrong. All problems go to the source. */
export function parseDetection(node: unknown, document: Document, source: Source): Detection | null {
  const reader = new DetectionReader(document, source);
  return reader.read(node);
}

class DetectionReader {
  private readonly document: Document;
  private readonly source: Source;
  private values = 0;

  constructor(document: Document, source: Source) {
    this.document = document;
    this.source = source;
  }

  read(node: unknown): Detection | null {
    const entries = entriesOf(node, this.document);
    if (entries === null) {
      this.source.sinkAt(node).error("SIGMA_WRONG_TYPE", "detection must hold selections and a condition");
      return null;
    }
    const names = entries.filter(({ key }) => key !== "condition" && key !== "timeframe");
    let good = this.refuseTimeframe(entries);
    const selections: Record<string, Search> = {};
    for (const { key, keyNode, value } of names) {
      const search = this.search(value, keyNode, 0);
      if (search === null) good = false;
      else Object.defineProperty(selections, key, { value: search, enumerable: true });
    }
    const condition = this.condition(
      entries,
      names.map(({ key }) => key),
      node,
    );
    if (condition === null || !good) return null;
    this.warnUnused(names, condition);
    return Object.freeze({ selections: Object.freeze(selections), condition });
  }

  private refuseTimeframe(entries: readonly Entry[]): boolean {
    const timeframe = entries.find(({ key }) => key === "timeframe");
    if (timeframe === undefined) return true;
    this.source
      .sinkAt(timeframe.keyNode)
      .error("SIGMA_UNSUPPORTED", "timeframe is withdrawn", "write a correlation rule instead");
    return false;
  }

  private condition(entries: readonly Entry[], names: readonly string[], node: unknown): Condition | null {
    const entry = entries.find(({ key }) => key === "condition");
    if (entry === undefined) {
      this.source
        .sinkAt(node)
        .error("SIGMA_MISSING", "detection has no condition", "add e.g. condition: selection");
      return null;
    }
    const text = scalarOf(entry.value);
    const sink = this.source.sinkAt(entry.value ?? entry.keyNode);
    if (typeof text === "string") return parseCondition(text, names, sink);
    // A list of conditions was the old way to write "any of these".
    const list = itemsOf(entry.value, this.document)?.map((item) => scalarOf(item));
    if (list === undefined || list.length === 0) {
      sink.error("SIGMA_WRONG_TYPE", "the condition must be a text");
      return null;
    }
    const parts = list.map((item) => (typeof item === "string" ? parseCondition(item, names, sink) : null));
    const known = parts.filter((part) => part !== null);
    return known.length < parts.length ? null : Object.freeze({ kind: "or", parts: Object.freeze(known) });
  }

  private warnUnused(names: readonly Entry[], condition: Condition): void {
    const used = new Set(namesIn(condition));
    for (const { key, keyNode } of names) {
      if (used.has(key)) continue;
      this.source.sinkAt(keyNode).warn("SIGMA_SELECTION_UNUSED", `the condition does not use "${key}"`);
    }
  }

  private search(node: unknown, keyNode: unknown, depth: number): Search | null {
    // Aliases can repeat a list without end: stop as soon as the limit is passed, and say so once.
    if (this.values > MAX_VALUES) return null;
    if (depth > MAX_DEPTH) return this.refuse(keyNode, "SIGMA_LIMIT", `more than ${MAX_DEPTH} levels deep`);
    const entries = entriesOf(node, this.document);
    if (entries !== null) return this.map(entries, keyNode);
    const items = itemsOf(node, this.document);
    if (items === null) return this.keywords([node], keyNode);
    if (items.length === 0)
      return this.refuse(keyNode, "SIGMA_DETECTION_EMPTY", "an empty list matches nothing");
    const scalars = items.filter((item) => scalarOf(item) !== undefined);
    if (scalars.length === items.length) return this.keywords(items, keyNode);
    const parts = items.map((item) => this.search(item, item, depth + 1));
    return allKnown(parts, "any-of");
  }

  private map(entries: readonly Entry[], keyNode: unknown): Search | null {
    if (entries.length === 0)
      return this.refuse(keyNode, "SIGMA_DETECTION_EMPTY", "an empty map matches nothing");
    return allKnown(
      entries.map((entry) => this.item(entry)),
      "all-of",
    );
  }

  private keywords(items: readonly unknown[], keyNode: unknown): Search | null {
    return this.build("|contains", items, keyNode, "keywords");
  }

  /** One `field|modifiers: values` of a map. A key that starts with `|` looks in the whole text. */
  private item(entry: Entry): Search | null {
    const items = itemsOf(entry.value, this.document) ?? [entry.value];
    if (items.length === 0) {
      return this.refuse(entry.keyNode, "SIGMA_DETECTION_EMPTY", `"${entry.key}" has an empty list`);
    }
    const keyword = entry.key.startsWith("|");
    const places = /\|(contains|startswith|endswith|re)\b/.test(entry.key);
    const key = keyword && !places ? `|contains${entry.key}` : entry.key;
    return this.build(key, items, entry.keyNode, entry.key);
  }

  private build(key: string, items: readonly unknown[], keyNode: unknown, label: string): Search | null {
    const [field = "", ...names] = key.split("|");
    const modifiers = readModifiers(names, this.source.sinkAt(keyNode));
    if (modifiers === null) return null;
    this.values += items.length;
    if (this.values > MAX_VALUES)
      return this.refuse(keyNode, "SIGMA_LIMIT", `more than ${MAX_VALUES} values`);
    if (modifiers.all && items.length === 1) {
      this.source.sinkAt(keyNode).warn("SIGMA_MODIFIER_CONFLICT", `"all" with a single value says nothing`);
    }
    const groups = items.map((item) =>
      parseValue(scalarOf(item), modifiers, this.source.sinkAt(item ?? keyNode)),
    );
    const known = groups.filter((group) => group !== null);
    if (known.length < groups.length) return null;
    const make = (tests: readonly Test[], link: "any" | "all", negated: boolean): FieldTest | KeywordTest =>
      field === ""
        ? Object.freeze({ kind: "keyword-test", tests: Object.freeze(tests), link, label })
        : Object.freeze({ kind: "field-test", field, tests: Object.freeze(tests), link, negated, label });
    if (modifiers.negated && field === "") {
      return this.refuse(
        keyNode,
        "SIGMA_MODIFIER_CONFLICT",
        '"neq" needs a field',
        "use not in the condition",
      );
    }
    // "all" over values with several forms (base64offset): each value in any of its forms.
    const several = modifiers.all && known.some((group) => group.length > 1);
    if (several && modifiers.negated) {
      return this.refuse(
        keyNode,
        "SIGMA_MODIFIER_CONFLICT",
        '"neq" cannot stand beside "all" and base64offset',
      );
    }
    if (!several) return make(known.flat(), modifiers.all ? "all" : "any", modifiers.negated);
    return Object.freeze({
      kind: "all-of",
      parts: Object.freeze(known.map((group) => make(group, "any", false))),
    });
  }

  private refuse(
    node: unknown,
    code: "SIGMA_LIMIT" | "SIGMA_DETECTION_EMPTY" | "SIGMA_MODIFIER_CONFLICT",
    message: string,
    advice?: string,
  ): null {
    this.source.sinkAt(node).error(code, message, advice);
    return null;
  }
}

function allKnown(parts: readonly (Search | null)[], kind: "all-of" | "any-of"): Search | null {
  const known = parts.filter((part) => part !== null);
  if (known.length < parts.length) return null;
  const [only] = known;
  return known.length === 1 && only !== undefined
    ? only
    : Object.freeze({ kind, parts: Object.freeze(known) });
}
