import { type Document, isMap } from "yaml";

import type { Problem, SigmaProblemCode } from "../problem.ts";
import { type Level, LEVELS, type Logsource, type SigmaRule, type Status, STATUSES } from "../rule/rule.ts";
import { parseDetection } from "./parse-detection.ts";
import { entriesOf, type Entry, itemsOf, plainDataOf, readSource, scalarOf, type Source } from "./source.ts";

/** One rule of a text, or what is wrong with it. A rule is there only when none of its problems is an error. */
export interface ParsedRule {
  readonly rule?: SigmaRule;
  readonly problems: readonly Problem[];
}

/** All rules of a text. */
export interface ParsedRules {
  readonly rules: readonly SigmaRule[];
  readonly problems: readonly Problem[];
}

/** A text longer than this is refused. */
const MAX_CHARACTERS = 2_000_000;
const KNOWN_KEYS = [
  "title id name related taxonomy status description license references author date modified logsource",
  "detection fields falsepositives level tags scope",
].join(" ");

/**
 * Parses the first rule of a text. `origin` (a file name) stands in every problem. All problems are given, never only the
 * first; further documents of the text are told as a warning.
 */
export function parseRule(text: string, origin: string): ParsedRule {
  const { rules, problems, documents } = parseDocuments(text, origin, 1);
  const [rule] = rules;
  const extra: Problem[] =
    documents > 1
      ? [
          {
            code: "SIGMA_UNSUPPORTED",
            severity: "warning",
            at: { file: origin, line: 1, column: 1 },
            message: `the file holds ${documents} documents; only the first is read`,
            advice: "use parseRules",
          },
        ]
      : [];
  return rule === undefined
    ? { problems: [...problems, ...extra] }
    : { rule, problems: [...problems, ...extra] };
}

/** Parses every document of a text; a document with errors gives problems instead of a rule. */
export function parseRules(text: string, origin: string): ParsedRules {
  const { rules, problems } = parseDocuments(text, origin, Number.POSITIVE_INFINITY);
  return { rules, problems };
}

function parseDocuments(
  text: string,
  origin: string,
  most: number,
): ParsedRules & { readonly documents: number } {
  if (text.length > MAX_CHARACTERS) {
    const message = `the text is longer than ${MAX_CHARACTERS} characters`;
    const at = { file: origin, line: 1, column: 1 };
    return { rules: [], problems: [{ code: "SIGMA_LIMIT", severity: "error", at, message }], documents: 0 };
  }
  const source = readSource(text, origin);
  const rules: SigmaRule[] = [];
  for (const document of source.documents.slice(0, most)) {
    if (document.errors.length > 0) continue;
    const rule = parseOne(document, source);
    if (rule !== null) rules.push(rule);
  }
  if (source.documents.length === 0) source.sinkAt(null).error("SIGMA_NOT_A_RULE", "the text is empty");
  return { rules, problems: source.problems, documents: source.documents.length };
}

function parseOne(document: Document, source: Source): SigmaRule | null {
  const before = source.problems.filter(({ severity }) => severity === "error").length;
  const entries = isMap(document.contents) ? entriesOf(document.contents, document) : null;
  if (entries === null) {
    source.sinkAt(document.contents).error("SIGMA_NOT_A_RULE", "a rule is a map that starts with title:");
    return null;
  }
  const reader = new RuleReader(entries, document, source);
  const rule = reader.read();
  const after = source.problems.filter(({ severity }) => severity === "error").length;
  return after > before ? null : rule;
}

class RuleReader {
  private readonly entries: readonly Entry[];
  private readonly document: Document;
  private readonly source: Source;

  constructor(entries: readonly Entry[], document: Document, source: Source) {
    this.entries = entries;
    this.document = document;
    this.source = source;
  }

  read(): SigmaRule | null {
    for (const key of ["correlation", "filter", "action", "global"]) {
      const entry = this.find(key);
      if (entry === undefined) continue;
      this.source
        .sinkAt(entry.keyNode)
        .error("SIGMA_UNSUPPORTED", `"${key}" documents are not supported by this engine`);
      return null;
    }
    const detectionEntry = this.required("detection");
    const logsourceEntry = this.required("logsource");
    const title = this.text("title", true);
    const detection =
      detectionEntry === undefined ? null : parseDetection(detectionEntry.value, this.document, this.source);
    const logsource = logsourceEntry === undefined ? null : this.logsource(logsourceEntry);
    const rest = this.optional();
    if (detection === null || logsource === null) return null;
    return Object.freeze({
      kind: "rule",
      title,
      ...rest,
      logsource,
      ...detection,
      extra: this.extra(),
      origin: this.source.origin,
    });
  }

  private optional(): Omit<
    SigmaRule,
    "kind" | "title" | "logsource" | "selections" | "condition" | "extra" | "origin"
  > {
    return {
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
    };
  }

  private find(key: string): Entry | undefined {
    return this.entries.find((entry) => entry.key === key);
  }

  private required(key: string): Entry | undefined {
    const entry = this.find(key);
    if (entry === undefined) {
      this.source
        .sinkAt(this.document.contents)
        .error("SIGMA_MISSING", `the rule has no ${key}`, `add ${key}:`);
    }
    return entry;
  }

  private text(key: string, required: boolean): string {
    const entry = required ? this.required(key) : this.find(key);
    if (entry === undefined) return "";
    const value = scalarOf(entry.value);
    if (value === null && !required) return "";
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      return String(value);
    this.source.sinkAt(entry.value ?? entry.keyNode).error("SIGMA_WRONG_TYPE", `${key} must be a text`);
    return "";
  }

  private list(key: string): readonly string[] {
    const entry = this.find(key);
    if (entry === undefined) return Object.freeze([]);
    const items =
      itemsOf(entry.value, this.document) ?? (scalarOf(entry.value) === null ? [] : [entry.value]);
    const texts = items.map((item) => scalarOf(item));
    if (texts.some((text) => text === undefined)) {
      this.source
        .sinkAt(entry.value ?? entry.keyNode)
        .warn("SIGMA_WRONG_TYPE", `${key} must be a list of texts`);
    }
    return Object.freeze(texts.filter((text) => text !== undefined).map((text) => String(text ?? "")));
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

  private logsource(entry: Entry): Logsource | null {
    const entries = entriesOf(entry.value, this.document);
    if (entries === null) {
      this.source
        .sinkAt(entry.keyNode)
        .error("SIGMA_WRONG_TYPE", "logsource must be a map", "e.g. product: windows");
      return null;
    }
    const of = (key: string): string | null => {
      const value = scalarOf(entries.find((one) => one.key === key)?.value);
      return typeof value === "string" ? value : null;
    };
    const logsource = { category: of("category"), product: of("product"), service: of("service") };
    if (logsource.category === null && logsource.product === null && logsource.service === null) {
      this.source
        .sinkAt(entry.keyNode)
        .error("SIGMA_MISSING", "logsource names neither category, product nor service");
      return null;
    }
    return Object.freeze(logsource);
  }

  private extra(): Readonly<Record<string, unknown>> {
    const known = KNOWN_KEYS.split(" ");
    const unknown = this.entries.filter(({ key }) => !known.includes(key));
    return Object.freeze(
      Object.fromEntries(
        unknown.map(({ key, value }) => [key, plainDataOf(value, this.document, this.source)]),
      ),
    );
  }
}
