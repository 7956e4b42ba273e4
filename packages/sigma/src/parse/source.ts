import { LineCounter, parseAllDocuments } from "yaml";

import { type Problem, type ProblemSink, problemSink, type SourceSpan } from "../problem.ts";
import { treeOf, type Tree } from "./tree.ts";

/** Something that stands at a place of the text (an offset in characters). */
export interface Placed {
  readonly at: number;
}

/** A rule file being read: its YAML documents, and where each node stands. */
export interface Source {
  readonly origin: string;
  /** One for each document; null when the document is no valid YAML (which is told already). */
  readonly documents: readonly (Tree | null)[];
  readonly problems: Problem[];
  /** Place of a node; the first line of the file when there is none. */
  spanOf(node: Placed | undefined): SourceSpan;
  sinkAt(node: Placed | undefined): ProblemSink;
}

/** Reads YAML text; syntax errors become problems. */
export function readSource(text: string, origin: string): Source {
  const lines = new LineCounter();
  const problems: Problem[] = [];
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const spanAt = (offset: number): SourceSpan => {
    const { line, col } = lines.linePos(offset);
    return { file: origin, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const documents = (Array.isArray(parsed) ? parsed : []).map((document) => {
    const refuse = (message: string, offset: number): void => {
      problemSink(problems, spanAt(offset)).error("SIGMA_YAML", `this is not valid YAML: ${message}`);
    };
    for (const error of document.errors) refuse(error.message, error.pos[0]);
    return document.errors.length > 0 ? null : treeOf(document, refuse);
  });
  const spanOf = (node: Placed | undefined): SourceSpan => spanAt(node?.at ?? 0);
  return { origin, documents, problems, spanOf, sinkAt: (node) => problemSink(problems, spanOf(node)) };
}
