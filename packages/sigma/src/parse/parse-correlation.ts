import {
  type Bound,
  CORRELATION_TYPES,
  type CorrelationCondition,
  type CorrelationRule,
  type CorrelationType,
} from "../rule/rule.ts";
import type { DocumentReader } from "./read-header.ts";
import type { Placed, Source } from "./source.ts";
import { entriesOf, type Entry, itemsOf, scalarOf, type Tree } from "./tree.ts";

const BOUNDS: readonly Bound[] = ["gt", "gte", "lt", "lte", "eq", "neq"];
const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const KNOWN_KEYS = ["type", "rules", "group-by", "timespan", "condition", "aliases", "generate"];
/** More rules in one correlation than this are refused. */
const MAX_RULES = 100;

/** Reads a correlation document. Source: Sigma correlation rules specification 2.1.0. */
export function parseCorrelation(reader: DocumentReader): CorrelationRule | null {
  const header = reader.header();
  const entry = reader.required("correlation");
  if (entry === undefined) return null;
  const entries = entriesOf(entry.value);
  if (entries === null) {
    const message = "correlation must hold type, rules, timespan and a condition";
    reader.source.sinkAt(entry).error("SIGMA_WRONG_TYPE", message);
    return null;
  }
  const section = new CorrelationReader(entry, entries, reader.source);
  const type = section.type();
  const rules = section.names("rules", true);
  const groupBy = section.names("group-by", false);
  const timespanMs = section.timespan();
  const condition = type === null ? null : section.condition(type, rules.length);
  const aliases = section.aliases();
  // The specification names the key at the top of the document, its reference implementation inside of the section.
  const generate = section.flag("generate") || scalarOf(reader.find("generate")?.value) === true;
  section.tellUnknown();
  if (type === null || condition === null || timespanMs === null) return null;
  return Object.freeze({
    kind: "correlation",
    ...header,
    type,
    rules,
    groupBy,
    timespanMs,
    condition,
    aliases,
    generate,
    at: reader.source.spanOf(section.find("rules") ?? entry),
  });
}

class CorrelationReader {
  private readonly section: Placed;
  private readonly entries: readonly Entry[];
  private readonly source: Source;

  constructor(section: Placed, entries: readonly Entry[], source: Source) {
    this.section = section;
    this.entries = entries;
    this.source = source;
  }

  find(key: string): Entry | undefined {
    return this.entries.find((entry) => entry.key === key);
  }

  flag(key: string): boolean {
    return scalarOf(this.find(key)?.value) === true;
  }

  tellUnknown(): void {
    for (const entry of this.entries) {
      if (KNOWN_KEYS.includes(entry.key)) continue;
      const message = `"${entry.key}" is not known in a correlation`;
      this.source.sinkAt(entry).warn("SIGMA_CORRELATION", message, `known are: ${KNOWN_KEYS.join(" ")}`);
    }
  }

  type(): CorrelationType | null {
    const entry = this.required("type");
    if (entry === undefined) return null;
    const found = CORRELATION_TYPES.find((type) => type === scalarOf(entry.value));
    if (found === undefined)
      this.wrong(entry.value, "there is no such type of correlation", `use ${CORRELATION_TYPES.join(", ")}`);
    return found ?? null;
  }

  /** One text or a list of texts. */
  names(key: string, required: boolean): readonly string[] {
    const entry = required ? this.required(key) : this.find(key);
    if (entry === undefined) return Object.freeze([]);
    const texts = (itemsOf(entry.value) ?? [entry.value]).map((item) => scalarOf(item));
    const good = texts.filter((text) => text !== null && text !== undefined && text !== "").map(String);
    if (good.length < texts.length || (required && good.length === 0))
      this.source.sinkAt(entry.value).error("SIGMA_WRONG_TYPE", `${key} must be a list of texts`);
    if (good.length > MAX_RULES)
      this.source.sinkAt(entry.value).error("SIGMA_LIMIT", `${key} holds more than ${MAX_RULES} names`);
    return Object.freeze(good);
  }

  /** Milliseconds. */
  timespan(): number | null {
    const entry = this.required("timespan");
    if (entry === undefined) return null;
    const hit = /^(\d{1,6})([smhdw])$/.exec(String(scalarOf(entry.value) ?? ""));
    const ms = Number(hit?.[1] ?? 0) * (UNITS_MS[hit?.[2] ?? ""] ?? 0);
    if (ms > 0) return ms;
    this.wrong(entry.value, "timespan must be a number and one of s m h d", "e.g. timespan: 90m");
    return null;
  }

  condition(type: CorrelationType, rules: number): CorrelationCondition | null {
    const isTemporal = type === "temporal" || type === "temporal_ordered";
    const entry = isTemporal ? this.find("condition") : this.required("condition");
    if (entry === undefined) {
      const all = [Object.freeze({ comparison: "gte", value: rules } as const)];
      return isTemporal ? Object.freeze({ bounds: Object.freeze(all), fields: [], percentile: null }) : null;
    }
    const entries = entriesOf(entry.value);
    if (entries === null) {
      this.wrong(entry.value, "the condition must be a map", "e.g. condition: {gte: 10}");
      return null;
    }
    const bounds = this.bounds(entries);
    const field = entries.find(({ key }) => key === "field");
    const fields = field === undefined ? [] : this.fieldNames(field);
    const percentile = this.percentile(entries, type);
    if (bounds === null || percentile === undefined) return null;
    if (bounds.length === 0)
      return this.none(entry, "the condition compares with nothing", `add one of ${BOUNDS.join(" ")}`);
    const needsField = !isTemporal && type !== "event_count";
    if (needsField && fields.length === 0)
      return this.none(entry, `${type} needs the name of a field`, "add field: to the condition");
    if (needsField && type !== "value_count" && fields.length > 1)
      return this.none(entry, `${type} takes one field, not ${fields.length}`);
    return Object.freeze({ bounds, fields: Object.freeze(fields), percentile });
  }

  private bounds(entries: readonly Entry[]): CorrelationCondition["bounds"] | null {
    const bounds: { readonly comparison: Bound; readonly value: number }[] = [];
    let good = true;
    for (const entry of entries) {
      const comparison = BOUNDS.find((bound) => bound === entry.key);
      if (comparison === undefined) {
        if (entry.key === "field" || entry.key === "percentile") continue;
        good = false;
        this.wrong(entry, `there is no "${entry.key}" in a condition`, `use ${BOUNDS.join(" ")}`);
        continue;
      }
      const value = scalarOf(entry.value);
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      if (typeof number === "number" && Number.isFinite(number))
        bounds.push(Object.freeze({ comparison, value: number }));
      else {
        good = false;
        this.wrong(entry.value, `${comparison} needs a number`);
      }
    }
    return good ? Object.freeze(bounds) : null;
  }

  private fieldNames(entry: Entry): readonly string[] {
    const names = (itemsOf(entry.value) ?? [entry.value]).map((item) => scalarOf(item));
    const good = names.filter((name) => typeof name === "string" && name !== "").map(String);
    if (good.length < names.length) this.wrong(entry.value, "field must be the name of a field");
    return good;
  }

  /** Undefined when it is wrong. */
  private percentile(entries: readonly Entry[], type: CorrelationType): number | null | undefined {
    const entry = entries.find(({ key }) => key === "percentile");
    if (entry === undefined || type !== "value_percentile") return null;
    const value = scalarOf(entry.value);
    if (typeof value === "number" && value >= 0 && value <= 100) return value;
    this.wrong(entry.value, "percentile must be a number between 0 and 100");
    return undefined;
  }

  aliases(): CorrelationRule["aliases"] {
    const entry = this.find("aliases");
    if (entry === undefined) return Object.freeze({});
    const aliases = entriesOf(entry.value);
    if (aliases === null) this.wrong(entry.value, "aliases must be a map of maps");
    return Object.freeze(Object.fromEntries((aliases ?? []).map((alias) => [alias.key, this.alias(alias)])));
  }

  private alias(alias: Entry): Readonly<Record<string, string>> {
    const entries = entriesOf(alias.value);
    if (entries === null)
      this.wrong(alias.value, `the alias "${alias.key}" must name rules and their fields`);
    for (const entry of entries ?? []) {
      if (typeof scalarOf(entry.value) !== "string") this.wrong(entry.value, "the name of a field is needed");
    }
    return Object.freeze(
      Object.fromEntries((entries ?? []).map(({ key, value }) => [key, String(scalarOf(value))])),
    );
  }

  private required(key: string): Entry | undefined {
    const entry = this.find(key);
    if (entry === undefined)
      this.source.sinkAt(this.section).error("SIGMA_MISSING", `the correlation has no ${key}`, `add ${key}:`);
    return entry;
  }

  private wrong(node: Tree | Entry, message: string, advice?: string): void {
    this.source.sinkAt(node).error("SIGMA_CORRELATION", message, advice);
  }

  private none(entry: Entry, message: string, advice?: string): null {
    this.wrong(entry, message, advice);
    return null;
  }
}
