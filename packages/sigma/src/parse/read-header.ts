import type { SigmaProblemCode } from "../problem.ts";
import {
  type Level,
  LEVELS,
  type Logsource,
  type RelatedRule,
  type RuleHeader,
  type Status,
  STATUSES,
} from "../rule/rule.ts";
import type { Source } from "./source.ts";
import { entriesOf, type Entry, itemsOf, plainDataOf, scalarOf, type Tree } from "./tree.ts";

const KNOWN_KEYS = [
  "title id name related taxonomy status description license references author date modified logsource",
  "detection fields falsepositives level tags scope correlation filter generate",
]
  .join(" ")
  .split(" ");

/** The top level of one document, read key by key; everything wrong goes to the source. */
export class DocumentReader {
  readonly entries: readonly Entry[];
  readonly source: Source;
  private readonly root: Tree;

  constructor(root: Tree, source: Source) {
    this.root = root;
    this.entries = entriesOf(root) ?? [];
    this.source = source;
  }

  header(): RuleHeader {
    return {
      title: this.text("title", true),
      id: this.text("id", false) || null,
      name: this.text("name", false) || null,
      status: this.oneOf<Status>("status", STATUSES, "SIGMA_UNKNOWN_STATUS"),
      level: this.oneOf<Level>("level", LEVELS, "SIGMA_UNKNOWN_LEVEL"),
      description: this.text("description", false),
      author: this.text("author", false),
      date: this.text("date", false),
      modified: this.text("modified", false),
      references: this.list("references"),
      tags: this.list("tags"),
      falsepositives: this.list("falsepositives"),
      fields: this.list("fields"),
      license: this.text("license", false),
      taxonomy: this.text("taxonomy", false) || "sigma",
      scope: this.list("scope"),
      related: this.related(),
      extra: this.extra(),
      origin: this.source.origin,
    };
  }

  find(key: string): Entry | undefined {
    return this.entries.find((entry) => entry.key === key);
  }

  required(key: string): Entry | undefined {
    const entry = this.find(key);
    if (entry === undefined)
      this.source.sinkAt(this.root).error("SIGMA_MISSING", `the rule has no ${key}`, `add ${key}:`);
    return entry;
  }

  logsource(): Logsource | null {
    const entry = this.required("logsource");
    if (entry === undefined) return null;
    const entries = entriesOf(entry.value);
    const sink = this.source.sinkAt(entry);
    if (entries === null) {
      sink.error("SIGMA_WRONG_TYPE", "logsource must be a map", "e.g. product: windows");
      return null;
    }
    const of = (key: string): string | null => {
      const value = scalarOf(entries.find((one) => one.key === key)?.value);
      return typeof value === "string" ? value : null;
    };
    const logsource = { category: of("category"), product: of("product"), service: of("service") };
    if (logsource.category === null && logsource.product === null && logsource.service === null) {
      sink.error("SIGMA_MISSING", "logsource names neither category, product nor service");
      return null;
    }
    return Object.freeze(logsource);
  }

  private text(key: string, required: boolean): string {
    const entry = required ? this.required(key) : this.find(key);
    if (entry === undefined) return "";
    const value = scalarOf(entry.value);
    if (value === null && !required) return "";
    if (value !== null && value !== undefined) return String(value);
    this.source.sinkAt(entry.value).error("SIGMA_WRONG_TYPE", `${key} must be a text`);
    return "";
  }

  private list(key: string): readonly string[] {
    const entry = this.find(key);
    if (entry === undefined) return Object.freeze([]);
    const items = itemsOf(entry.value) ?? (scalarOf(entry.value) === null ? [] : [entry.value]);
    const texts = items.map((item) => scalarOf(item));
    if (texts.some((text) => text === undefined))
      this.source.sinkAt(entry.value).warn("SIGMA_WRONG_TYPE", `${key} must be a list of texts`);
    return Object.freeze(texts.filter((text) => text !== undefined).map((text) => String(text ?? "")));
  }

  private related(): readonly RelatedRule[] {
    const entry = this.find("related");
    if (entry === undefined || scalarOf(entry.value) === null) return Object.freeze([]);
    const items = itemsOf(entry.value) ?? [];
    const found = items.flatMap((item) => {
      const of = (key: string): unknown => scalarOf(entriesOf(item)?.find((one) => one.key === key)?.value);
      const [id, type] = [of("id"), of("type")];
      return typeof id === "string" && typeof type === "string" ? [Object.freeze({ id, type })] : [];
    });
    if (found.length < items.length || items.length === 0)
      this.source.sinkAt(entry.value).warn("SIGMA_WRONG_TYPE", "related must be a list of id and type");
    return Object.freeze(found);
  }

  private oneOf<T extends string>(key: string, known: readonly T[], code: SigmaProblemCode): T | null {
    const value = this.text(key, false);
    if (value === "") return null;
    const found = known.find((name) => name === value);
    if (found === undefined) {
      this.source
        .sinkAt(this.find(key)?.value)
        .error(code, `${key} "${value}" is not known`, `use ${known.join(", ")}`);
    }
    return found ?? null;
  }

  private extra(): Readonly<Record<string, unknown>> {
    const unknown = this.entries.filter(({ key }) => !KNOWN_KEYS.includes(key));
    return Object.freeze(
      Object.fromEntries(
        unknown.map(({ key, value, at }) => {
          const data = plainDataOf(value);
          if (data === undefined)
            this.source.sinkAt({ at }).error("SIGMA_YAML", "the aliases make too much of this");
          return [key, data];
        }),
      ),
    );
  }
}
