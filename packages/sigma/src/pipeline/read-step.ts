import type { Placed, Source } from "../parse/source.ts";
import { entriesOf, type Entry, itemsOf, scalarOf, type Tree } from "../parse/tree.ts";
import type {
  FieldChoice,
  FieldNames,
  LogsourcePattern,
  PipelineAction,
  PipelineStep,
  PipelineValue,
} from "./pipeline.ts";

interface Reader {
  readonly source: Source;
  /** Position of the step, for steps without an id. */
  readonly index: number;
}

const STEP_KEYS = [
  "id type mapping prefix suffix conditions negated message category product service",
  "rule_conditions rule_cond_op field_name_conditions",
]
  .join(" ")
  .split(" ");

/** Reads one transformation; an empty list when it cannot be honoured, the reasons being problems of the source. */
export function readStep(node: Tree, reader: Reader): readonly PipelineStep[] {
  const entries = entriesOf(node);
  if (entries === null) return refuse(node, reader, "a transformation is a map with type:");
  const map = new StepMap(entries, reader);
  for (const { key, at } of entries) {
    if (!STEP_KEYS.includes(key)) refuse({ at }, reader, `"${key}" is not supported in a transformation`);
  }
  const action = readAction(map, node, reader);
  const conditions = map.items("rule_conditions").map((item) => readRuleCondition(item, reader));
  const operator = map.text("rule_cond_op") ?? "and";
  const fields = readFieldChoice(map, reader);
  if (action === null || fields === null) return [];
  return [
    Object.freeze({
      id: map.text("id") ?? `step-${reader.index + 1}`,
      action,
      logsources: conditions.filter((one) => one !== null),
      allLogsources: operator.toLowerCase() !== "or",
      fields,
    }),
  ];
}

function refuse(node: Placed | undefined, reader: Reader, message: string, advice?: string): [] {
  reader.source.sinkAt(node).error("SIGMA_PIPELINE", message, advice);
  return [];
}

const TYPES =
  "field_name_mapping field_name_prefix_mapping field_name_prefix field_name_suffix add_condition drop_detection_item map_string change_logsource rule_failure";

function readAction(map: StepMap, node: Tree, reader: Reader): PipelineAction | null {
  const type = map.text("type") ?? "";
  switch (type) {
    case "field_name_mapping":
    case "field_name_prefix_mapping":
      return { type, mapping: map.names("mapping") };
    case "field_name_prefix":
      return { type, text: map.text("prefix") ?? "" };
    case "field_name_suffix":
      return { type, text: map.text("suffix") ?? "" };
    case "add_condition":
      return { type, conditions: map.values("conditions"), negated: map.scalar("negated") === true };
    case "drop_detection_item":
      return { type };
    case "map_string":
      return { type, mapping: map.names("mapping") };
    case "change_logsource": {
      const of = (key: string): string | null => map.text(key) ?? null;
      return {
        type,
        logsource: { category: of("category"), product: of("product"), service: of("service") },
      };
    }
    case "rule_failure":
      return { type, message: map.text("message") ?? "the pipeline refuses this rule" };
    default:
      refuse(node, reader, `the transformation "${type}" is not supported`, `supported are: ${TYPES}`);
      return null;
  }
}

function readRuleCondition(node: Tree, reader: Reader): LogsourcePattern | null {
  const entries = entriesOf(node) ?? [];
  const map = new StepMap(entries, reader);
  if (map.text("type") !== "logsource") {
    refuse(node, reader, `rule conditions of type "${map.text("type") ?? ""}" are not supported`);
    return null;
  }
  const pattern: { category?: string; product?: string; service?: string } = {};
  for (const key of ["category", "product", "service"] as const) {
    const text = map.text(key);
    if (text !== undefined) pattern[key] = text;
  }
  return Object.freeze(pattern);
}

function readFieldChoice(map: StepMap, reader: Reader): FieldChoice | null {
  const items = map.items("field_name_conditions");
  const [first] = items;
  if (first === undefined) return { kind: "all" };
  if (items.length > 1) refuse(first, reader, "only one field name condition is supported");
  const condition = new StepMap(entriesOf(first) ?? [], reader);
  const names = condition.items("fields").map((item) => String(scalarOf(item) ?? ""));
  const type = condition.text("type");
  if (type === "include_fields") return { kind: "include", names };
  if (type === "exclude_fields") return { kind: "exclude", names };
  refuse(first, reader, `field name conditions of type "${type ?? ""}" are not supported`);
  return null;
}

/** The entries of one map of a pipeline. */
class StepMap {
  private readonly entries: readonly Entry[];
  private readonly reader: Reader;

  constructor(entries: readonly Entry[], reader: Reader) {
    this.entries = entries;
    this.reader = reader;
  }

  private node(key: string): Tree | undefined {
    return this.entries.find((entry) => entry.key === key)?.value;
  }

  scalar(key: string): unknown {
    return scalarOf(this.node(key));
  }

  text(key: string): string | undefined {
    const value = this.scalar(key);
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  }

  items(key: string): readonly Tree[] {
    const node = this.node(key);
    if (node === undefined || scalarOf(node) === null) return [];
    return itemsOf(node) ?? refuse(node, this.reader, `${key} must be a list`);
  }

  /** A map of one or more texts. */
  names(key: string): FieldNames {
    const all = this.values(key);
    return Object.freeze(
      Object.fromEntries(Object.entries(all).map(([name, values]) => [name, values.map(String)])),
    );
  }

  /** A map of one or more scalars. */
  values(key: string): Readonly<Record<string, readonly PipelineValue[]>> {
    const node = this.node(key);
    const entries = node === undefined ? null : entriesOf(node);
    if (entries === null) {
      refuse(node, this.reader, `${key} must be a map`);
      return {};
    }
    return Object.freeze(
      Object.fromEntries(entries.map((entry) => [entry.key, Object.freeze(this.scalarsOf(entry))])),
    );
  }

  private scalarsOf(entry: Entry): PipelineValue[] {
    const items = itemsOf(entry.value) ?? [entry.value];
    return items.flatMap((item) => {
      const value = scalarOf(item);
      if (typeof value === "string" || typeof value === "number") return [value];
      if (typeof value === "boolean") return [String(value)];
      return refuse(entry, this.reader, `${entry.key} needs texts or numbers`);
    });
  }
}
