import { isMap, isScalar, isSeq, LineCounter, type Document, parseDocument } from "yaml";

import { CONFIDENCES, type Problem, RUNGS, SEVERITIES, type SourceSpan } from "../../model/index.ts";

/** A YAML file that somebody wrote, and the problems found in it. */
export interface YamlFile {
  readonly root: YamlPlace;
  readonly problems: Problem[];
}

/** Opens a YAML text. `file` is the name that problems carry. */
export function openYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const problems: Problem[] = [];
  const spanAt = (offset: number): SourceSpan => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  for (const error of document.errors) {
    problems.push({ code: "PACK_YAML", severity: "error", at: spanAt(error.pos[0]), message: error.message });
  }
  const context = { document, problems, spanAt };
  return { root: new YamlPlace("", document.contents, 0, context), problems };
}

interface Context {
  readonly document: Document;
  readonly problems: Problem[];
  spanAt(offset: number): SourceSpan;
}

/** A value of a YAML file with its place. Asking for what is not there notes a problem and gives an empty value. */
export class YamlPlace {
  readonly #name: string;
  readonly #node: unknown;
  readonly #offset: number;
  readonly #context: Context;

  constructor(name: string, node: unknown, offset: number, context: Context) {
    this.#name = name;
    this.#node = node;
    this.#offset = offsetOf(node) ?? offset;
    this.#context = context;
  }

  get given(): boolean {
    return (
      this.#node !== undefined && this.#node !== null && !(isScalar(this.#node) && this.#node.value === null)
    );
  }

  get span(): SourceSpan {
    return this.#context.spanAt(this.#offset);
  }

  /** Notes a problem at this place. */
  wrong(expected: string, code = "PACK_VALUE"): void {
    const message = `${this.#name === "" ? "the file" : this.#name} must be ${expected}`;
    this.#context.problems.push({ code, severity: "error", at: this.span, message });
  }

  at(key: string): YamlPlace {
    const name = this.#name === "" ? key : `${this.#name}.${key}`;
    const pair = isMap(this.#node) ? this.#node.items.find((item) => keyOf(item.key) === key) : undefined;
    return new YamlPlace(name, pair?.value, this.#offset, this.#context);
  }

  members(): readonly { readonly key: string; readonly value: YamlPlace }[] {
    if (!isMap(this.#node)) {
      this.wrong("a map");
      return [];
    }
    return this.#node.items.map((item) => ({ key: keyOf(item.key), value: this.at(keyOf(item.key)) }));
  }

  list(): readonly YamlPlace[] {
    if (!isSeq(this.#node)) {
      this.wrong("a list");
      return [];
    }
    return this.#node.items.map(
      (item, i) => new YamlPlace(`${this.#name}[${String(i)}]`, item, this.#offset, this.#context),
    );
  }

  text(): string {
    const text = this.textOrNull();
    if (text === null || text.trim() === "") this.wrong("a text");
    return text ?? "";
  }

  /** A scalar as text; null when there is none. */
  textOrNull(): string | null {
    if (!isScalar(this.#node)) return null;
    const { value } = this.#node;
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : null;
  }

  texts(): readonly string[] {
    return this.list().map((item) => item.text());
  }

  day(): string {
    const text = this.textOrNull() ?? "";
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) this.wrong("a day, YYYY-MM-DD");
    return text;
  }

  oneOf<T extends string>(words: readonly T[], otherwise: T): T {
    const found = words.find((word) => word === this.textOrNull());
    if (found === undefined) this.wrong(`one of ${words.join(", ")}`);
    return found ?? otherwise;
  }

  rung(): (typeof RUNGS)[number] | null {
    return this.given ? this.oneOf(RUNGS, "L0") : null;
  }

  severity(): (typeof SEVERITIES)[number] {
    return this.oneOf(SEVERITIES, "info");
  }

  confidence(): (typeof CONFIDENCES)[number] {
    return this.oneOf(CONFIDENCES, "low");
  }
}

function keyOf(key: unknown): string {
  if (!isScalar(key)) return "";
  return typeof key.value === "string" || typeof key.value === "number" ? String(key.value) : "";
}

function offsetOf(node: unknown): number | null {
  if (typeof node !== "object" || node === null || !("range" in node)) return null;
  const range: unknown = node.range;
  return Array.isArray(range) && typeof range[0] === "number" ? range[0] : null;
}
