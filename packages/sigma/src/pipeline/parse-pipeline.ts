import type { Problem } from "../problem.ts";
import { readSource, type Source } from "../parse/source.ts";
import { entriesOf, type Entry, itemsOf, scalarOf, type Tree } from "../parse/tree.ts";
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
  if (document === undefined) source.sinkAt(undefined).error("SIGMA_PIPELINE", "the text is empty");
  const pipeline =
    document === undefined || document === null || source.problems.length > 0
      ? null
      : readPipeline(document, source);
  const failed = source.problems.some(({ severity }) => severity === "error");
  return pipeline === null || failed
    ? { problems: source.problems }
    : { pipeline, problems: source.problems };
}

function readPipeline(document: Tree, source: Source): Pipeline | null {
  const entries = entriesOf(document);
  if (entries === null) {
    source.sinkAt(document).error("SIGMA_PIPELINE", "a pipeline is a map with transformations:");
    return null;
  }
  const find = (key: string): Tree | undefined => entries.find((entry) => entry.key === key)?.value;
  for (const { key, at } of entries) {
    if (!KNOWN_KEYS.includes(key))
      source.sinkAt({ at }).error("SIGMA_PIPELINE", `"${key}" is not supported in a pipeline`);
  }
  const priority = scalarOf(find("priority"));
  const reader = { source };
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
  readonly source: Source;
}

function listOf(node: Tree | undefined, reader: Reader): readonly Tree[] {
  if (node === undefined || scalarOf(node) === null) return [];
  const items = itemsOf(node);
  if (items === null) reader.source.sinkAt(node).error("SIGMA_PIPELINE", "a list is needed here");
  return items ?? [];
}

function readRoute(node: Tree, reader: Reader): readonly Route[] {
  const entries = entriesOf(node) ?? [];
  const logsource = readLogsource(entries.find(({ key }) => key === "logsource")?.value, reader);
  const recordsNode = entries.find(({ key }) => key === "records")?.value;
  const records = recordsNode === undefined ? null : entriesOf(recordsNode);
  if (logsource === null || records === null) {
    reader.source.sinkAt(node).error("SIGMA_PIPELINE", "a route has logsource: and records:");
    return [];
  }
  const sources = textsAt(records, "source");
  if (sources === null) reader.source.sinkAt(node).error("SIGMA_PIPELINE", "records need a source:");
  const channels = textsAt(records, "channel");
  const events = textsAt(records, "event");
  return (sources ?? []).map((source) => ({ logsource, records: freezeSet({ source, channels, events }) }));
}

function freezeSet(set: RecordSet): RecordSet {
  return Object.freeze(set);
}

/** Texts of a key that holds one or a list, in lower case; null when it is absent. */
function textsAt(entries: readonly Entry[], key: string): readonly string[] | null {
  const node = entries.find((entry) => entry.key === key)?.value;
  if (node === undefined || scalarOf(node) === null) return null;
  const items = itemsOf(node) ?? [node];
  return Object.freeze(items.map((item) => String(scalarOf(item) ?? "").toLowerCase()));
}

/** A log source pattern out of a map; null when the node is no map. */
function readLogsource(node: Tree | undefined, reader: Reader): LogsourcePattern | null {
  const entries = node === undefined ? null : entriesOf(node);
  if (entries === null) return null;
  const pattern: { -readonly [K in keyof LogsourcePattern]: LogsourcePattern[K] } = {};
  for (const { key, at, value } of entries) {
    const text = scalarOf(value);
    if (key !== "category" && key !== "product" && key !== "service") {
      if (key !== "type")
        reader.source.sinkAt({ at }).error("SIGMA_PIPELINE", `a log source has no "${key}"`);
    } else pattern[key] = text === null ? null : String(text ?? "");
  }
  return Object.freeze(pattern);
}
