import type { Document } from "yaml";

import type { Problem } from "../problem.ts";
import { entriesOf, type Entry, itemsOf, readSource, scalarOf, type Source } from "../parse/source.ts";
import type { LogsourcePattern, Pipeline, RecordSet, Route } from "./pipeline.ts";
import { readStep } from "./read-step.ts";

/** A pipeline, or what is wrong with it. It is there only when none of its problems is an error. */
export interface ParsedPipeline {
  readonly pipeline?: Pipeline;
  readonly problems: readonly Problem[];
}

/** Text longer than this is refused. */
const MAX_CHARACTERS = 500_000;
const KNOWN_KEYS = ["name", "priority", "routes", "transformations", "vars", "allowed_backends"];

/**
 * Parses a processing pipeline in pySigma's form (YAML or JSON), with `routes` beside it. All problems are given. What would
 * change the answer and is not supported here is an error, never passed over.
 */
export function parsePipeline(text: string, origin: string): ParsedPipeline {
  if (text.length > MAX_CHARACTERS) {
    const at = { file: origin, line: 1, column: 1 };
    const message = `the text is longer than ${MAX_CHARACTERS} characters`;
    return { problems: [{ code: "SIGMA_LIMIT", severity: "error", at, message }] };
  }
  const source = readSource(text, origin);
  const [document] = source.documents;
  if (document === undefined) source.sinkAt(null).error("SIGMA_PIPELINE", "the text is empty");
  const pipeline =
    document === undefined || source.problems.length > 0 ? null : readPipeline(document, source);
  const failed = source.problems.some(({ severity }) => severity === "error");
  return pipeline === null || failed
    ? { problems: source.problems }
    : { pipeline, problems: source.problems };
}

function readPipeline(document: Document, source: Source): Pipeline | null {
  const entries = entriesOf(document.contents, document);
  if (entries === null) {
    source.sinkAt(document.contents).error("SIGMA_PIPELINE", "a pipeline is a map with transformations:");
    return null;
  }
  const find = (key: string): unknown => entries.find((entry) => entry.key === key)?.value;
  for (const { key, keyNode } of entries) {
    if (!KNOWN_KEYS.includes(key))
      source.sinkAt(keyNode).error("SIGMA_PIPELINE", `"${key}" is not supported in a pipeline`);
  }
  const priority = scalarOf(find("priority"));
  const reader = { document, source };
  return Object.freeze({
    name: String(scalarOf(find("name")) ?? source.origin),
    priority: typeof priority === "number" ? priority : 0,
    routes: listOf(find("routes"), reader).flatMap((item) => readRoute(item, reader)),
    steps: listOf(find("transformations"), reader).flatMap((item, index) =>
      readStep(item, { ...reader, index }),
    ),
    origin: source.origin,
  });
}

interface Reader {
  readonly document: Document;
  readonly source: Source;
}

function listOf(node: unknown, reader: Reader): readonly unknown[] {
  if (node === undefined || node === null) return [];
  const items = itemsOf(node, reader.document);
  if (items === null) reader.source.sinkAt(node).error("SIGMA_PIPELINE", "a list is needed here");
  return items ?? [];
}

function readRoute(node: unknown, reader: Reader): readonly Route[] {
  const entries = entriesOf(node, reader.document) ?? [];
  const logsource = readLogsource(entries.find(({ key }) => key === "logsource")?.value, reader);
  const records = entriesOf(entries.find(({ key }) => key === "records")?.value, reader.document);
  if (logsource === null || records === null) {
    reader.source.sinkAt(node).error("SIGMA_PIPELINE", "a route has logsource: and records:");
    return [];
  }
  const sources = textsAt(records, "source", reader);
  if (sources === null) reader.source.sinkAt(node).error("SIGMA_PIPELINE", "records need a source:");
  const channels = textsAt(records, "channel", reader);
  const events = textsAt(records, "event", reader);
  return (sources ?? []).map((source) => ({ logsource, records: freezeSet({ source, channels, events }) }));
}

function freezeSet(set: RecordSet): RecordSet {
  return Object.freeze(set);
}

/** Texts of a key that holds one or a list, in lower case; null when it is absent. */
function textsAt(entries: readonly Entry[], key: string, reader: Reader): readonly string[] | null {
  const node = entries.find((entry) => entry.key === key)?.value;
  if (node === undefined || node === null) return null;
  const items = itemsOf(node, reader.document) ?? [node];
  return Object.freeze(items.map((item) => String(scalarOf(item) ?? "").toLowerCase()));
}

/** A log source pattern out of a map; null when the node is no map. */
export function readLogsource(node: unknown, reader: Reader): LogsourcePattern | null {
  const entries = entriesOf(node, reader.document);
  if (entries === null) return null;
  const pattern: { -readonly [K in keyof LogsourcePattern]: LogsourcePattern[K] } = {};
  for (const { key, keyNode, value } of entries) {
    const text = scalarOf(value);
    if (key !== "category" && key !== "product" && key !== "service") {
      if (key !== "type")
        reader.source.sinkAt(keyNode).error("SIGMA_PIPELINE", `a log source has no "${key}"`);
    } else pattern[key] = text === null ? null : String(text ?? "");
  }
  return Object.freeze(pattern);
}
