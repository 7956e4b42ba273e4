import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from "yaml";

import { type Problem, type ProblemSink, problemSink, type SourceSpan } from "../problem.ts";

/** A rule file being read: its YAML documents, and where each node stands. */
export interface Source {
  readonly origin: string;
  readonly documents: readonly Document[];
  readonly problems: Problem[];
  /** Place of a node; the first line of the file when the node is missing. */
  spanOf(node: unknown): SourceSpan;
  sinkAt(node: unknown): ProblemSink;
}

/** One entry of a mapping, in the order of the file. */
export interface Entry {
  readonly key: string;
  readonly keyNode: unknown;
  readonly value: unknown;
}

/** Reads YAML text; syntax errors become problems. */
export function readSource(text: string, origin: string): Source {
  const lines = new LineCounter();
  const problems: Problem[] = [];
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const spanAt = (offset: number): SourceSpan => {
    const { line, col } = lines.linePos(offset);
    return { file: origin, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const spanOf = (node: unknown): SourceSpan => spanAt(offsetOf(node));
  const list: readonly Document[] = Array.isArray(documents) ? documents : [];
  for (const document of list) {
    for (const error of document.errors) {
      problemSink(problems, spanAt(error.pos[0])).error(
        "SIGMA_YAML",
        `this is not valid YAML: ${error.message}`,
      );
    }
  }
  return { origin, documents: list, problems, spanOf, sinkAt: (node) => problemSink(problems, spanOf(node)) };
}

function offsetOf(node: unknown): number {
  if (typeof node !== "object" || node === null || !("range" in node)) return 0;
  const range: unknown = node.range;
  return Array.isArray(range) && typeof range[0] === "number" ? range[0] : 0;
}

/** Follows an alias to its anchor. */
function resolved(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** The entries of a mapping, or null when the node is no mapping. Keys that are no scalars are left out. */
export function entriesOf(node: unknown, document: Document): readonly Entry[] | null {
  const map = resolved(node, document);
  if (!isMap(map)) return null;
  return map.items.flatMap(({ key, value }) =>
    isScalar(key)
      ? [{ key: String(scalarOf(key) ?? ""), keyNode: key, value: resolved(value, document) }]
      : [],
  );
}

/** The items of a sequence, or null when the node is no sequence. */
export function itemsOf(node: unknown, document: Document): readonly unknown[] | null {
  const list = resolved(node, document);
  return isSeq(list) ? list.items.map((item) => resolved(item, document)) : null;
}

/** What a scalar can hold in YAML's core schema. */
export type ScalarValue = string | number | boolean | null;

/** A scalar's value; undefined when the node is no scalar. */
export function scalarOf(node: unknown): ScalarValue | undefined {
  if (node === null) return null;
  if (!isScalar(node)) return undefined;
  const { value } = node;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return typeof value === "bigint" ? String(value) : null;
}

/** A node as plain data, for keys that this package does not know; aliases that multiply without end are a problem. */
export function plainDataOf(node: unknown, document: Document, source: Source): unknown {
  if (!isNode(node)) return null;
  try {
    return node.toJS(document, { maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    source.sinkAt(node).error("SIGMA_YAML", `the aliases cannot be followed: ${error.message}`);
    return null;
  }
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}
