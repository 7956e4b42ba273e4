import type { Condition } from "../condition/condition.ts";
import { namesIn, parseCondition } from "../condition/parse-condition.ts";
import { aggregationAdvice } from "../condition/aggregation.ts";
import type { FieldTest, KeywordTest, Search, Test } from "../rule/search.ts";
import { type Modifiers, readModifiers } from "./modifiers.ts";
import { parseValue } from "./parse-value.ts";
import { expandPlaceholders, type Placeholders } from "./placeholders.ts";
import type { Placed, Source } from "./source.ts";
import { entriesOf, type Entry, itemsOf, scalarOf, type Tree } from "./tree.ts";

/** Selections and condition of a rule. */
export interface Detection {
  readonly selections: Readonly<Record<string, Search>>;
  readonly condition: Condition;
}

/** Values of one rule beyond this number are refused. */
const MAX_VALUES = 20_000;
/** Lists of maps of lists deeper than this are refused. */
const MAX_DEPTH = 10;

/** What reading a detection needs beside the section itself. */
export interface DetectionContext {
  readonly source: Source;
  readonly placeholders: Placeholders | undefined;
}

/** Reads the `detection` section; null when any part of it is wrong. All problems go to the source. */
export function parseDetection(tree: Tree, context: DetectionContext): Detection | null {
  return new DetectionReader(context).read(tree);
}

class DetectionReader {
  private readonly source: Source;
  private readonly placeholders: Placeholders;
  private values = 0;

  constructor({ source, placeholders }: DetectionContext) {
    this.source = source;
    this.placeholders = placeholders ?? {};
  }

  read(tree: Tree): Detection | null {
    const entries = entriesOf(tree);
    if (entries === null) {
      this.source.sinkAt(tree).error("SIGMA_WRONG_TYPE", "detection must hold selections and a condition");
      return null;
    }
    const names = entries.filter(({ key }) => key !== "condition" && key !== "timeframe");
    const selections: Record<string, Search> = {};
    let good = true;
    for (const entry of names) {
      const search = this.search(entry.value, entry, 0);
      if (search === null) good = false;
      else Object.defineProperty(selections, entry.key, { value: search, enumerable: true });
    }
    const condition = this.condition(entries, tree);
    if (condition === null || !good) return null;
    this.warnUnused(names, condition);
    return Object.freeze({ selections: Object.freeze(selections), condition });
  }

  private condition(entries: readonly Entry[], tree: Tree): Condition | null {
    const entry = entries.find(({ key }) => key === "condition");
    if (entry === undefined) {
      this.source
        .sinkAt(tree)
        .error("SIGMA_MISSING", "detection has no condition", "add e.g. condition: selection");
      return null;
    }
    const items = itemsOf(entry.value) ?? [entry.value];
    const texts = items.map((item) => scalarOf(item));
    if (texts.length === 0 || texts.some((text) => typeof text !== "string")) {
      this.source.sinkAt(entry.value).error("SIGMA_WRONG_TYPE", "the condition must be a text");
      return null;
    }
    const timeframe = entries.find(({ key }) => key === "timeframe");
    if (this.refuseAggregation(texts.map(String), items, timeframe)) return null;
    const names = entries.map(({ key }) => key).filter((key) => key !== "condition" && key !== "timeframe");
    const parts = items.map((item) =>
      parseCondition(String(scalarOf(item)), names, this.source.sinkAt(item)),
    );
    const known = parts.filter((part) => part !== null);
    const [only] = known;
    if (known.length < parts.length) return null;
    // Source: rules specification, section Condition: a list of conditions is linked with "or".
    return known.length === 1 && only !== undefined
      ? only
      : Object.freeze({ kind: "or", parts: Object.freeze(known) });
  }

  /** Aggregations and `near` are withdrawn from Sigma: tells what to write today. @returns whether there are some. */
  private refuseAggregation(
    texts: readonly string[],
    items: readonly Tree[],
    timeframe: Entry | undefined,
  ): boolean {
    const timespan = scalarOf(timeframe?.value);
    const found = texts.map((text) =>
      aggregationAdvice(text, typeof timespan === "string" ? timespan : null),
    );
    found.forEach((told, i) => {
      if (told !== null) this.source.sinkAt(items[i]).error("SIGMA_AGGREGATION", told.message, told.advice);
    });
    if (found.some((told) => told !== null)) return true;
    if (timeframe === undefined) return false;
    const advice = "write a correlation rule with timespan, or leave it out";
    this.source.sinkAt(timeframe).error("SIGMA_AGGREGATION", "timeframe is withdrawn from Sigma", advice);
    return true;
  }

  private warnUnused(names: readonly Entry[], condition: Condition): void {
    const used = new Set(namesIn(condition));
    for (const entry of names) {
      if (used.has(entry.key)) continue;
      this.source.sinkAt(entry).warn("SIGMA_SELECTION_UNUSED", `the condition does not use "${entry.key}"`);
    }
  }

  private search(node: Tree, keyNode: Placed, depth: number): Search | null {
    // Aliases can repeat a list without end: stop as soon as the limit is passed, and say so once.
    if (this.values > MAX_VALUES) return null;
    if (depth > MAX_DEPTH) return this.refuse(keyNode, "SIGMA_LIMIT", `more than ${MAX_DEPTH} levels deep`);
    const entries = entriesOf(node);
    if (entries !== null) return this.map(entries, keyNode);
    const items = itemsOf(node);
    if (items === null) return this.keywords([node], keyNode);
    if (items.length === 0)
      return this.refuse(keyNode, "SIGMA_DETECTION_EMPTY", "an empty list matches nothing");
    const scalars = items.filter((item) => scalarOf(item) !== undefined);
    if (scalars.length === items.length) return this.keywords(items, keyNode);
    const parts = items.map((item) => this.search(item, item, depth + 1));
    return allKnown(parts, "any-of");
  }

  private map(entries: readonly Entry[], keyNode: Placed): Search | null {
    if (entries.length === 0)
      return this.refuse(keyNode, "SIGMA_DETECTION_EMPTY", "an empty map matches nothing");
    return allKnown(
      entries.map((entry) => this.item(entry)),
      "all-of",
    );
  }

  private keywords(items: readonly Tree[], keyNode: Placed): Search | null {
    return this.build("|contains", items, keyNode, "keywords");
  }

  /** One `field|modifiers: values` of a map. A key that starts with `|` looks in the whole text. */
  private item(entry: Entry): Search | null {
    const items = itemsOf(entry.value) ?? [entry.value];
    if (items.length === 0) {
      return this.refuse(entry, "SIGMA_DETECTION_EMPTY", `"${entry.key}" has an empty list`);
    }
    const keyword = entry.key.startsWith("|");
    const places = /\|(contains|startswith|endswith|re)\b/.test(entry.key);
    const key = keyword && !places ? `|contains${entry.key}` : entry.key;
    return this.build(key, items, entry, entry.key);
  }

  private build(key: string, items: readonly Tree[], keyNode: Placed, label: string): Search | null {
    const [field = "", ...names] = key.split("|");
    const modifiers = readModifiers(names, this.source.sinkAt(keyNode));
    if (modifiers === null) return null;
    this.values += items.length;
    if (this.values > MAX_VALUES)
      return this.refuse(keyNode, "SIGMA_LIMIT", `more than ${MAX_VALUES} values`);
    if (modifiers.all && items.length === 1) {
      this.source.sinkAt(keyNode).warn("SIGMA_MODIFIER_CONFLICT", `"all" with a single value says nothing`);
    }
    const truth = items.find((item) => typeof scalarOf(item) === "boolean");
    if (field === "" && truth !== undefined) {
      const advice = "put it in quotes to look for the word";
      return this.refuse(truth, "SIGMA_MODIFIER_VALUE", "true and false are no text to look for", advice);
    }
    const groups = items.flatMap((item) => this.testsOf(item, modifiers));
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

  /** The tests of one value: one group for each value that its placeholders make of it. */
  private testsOf(item: Tree, modifiers: Modifiers): readonly (readonly Test[] | null)[] {
    const sink = this.source.sinkAt(item);
    const value = scalarOf(item);
    const values = modifiers.expand ? expandPlaceholders(value, this.placeholders, sink) : [value];
    this.values += values === null ? 0 : values.length - 1;
    return values?.map((one) => parseValue(one, modifiers, sink)) ?? [null];
  }

  private refuse(
    node: Placed,
    code: "SIGMA_LIMIT" | "SIGMA_DETECTION_EMPTY" | "SIGMA_MODIFIER_CONFLICT" | "SIGMA_MODIFIER_VALUE",
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
