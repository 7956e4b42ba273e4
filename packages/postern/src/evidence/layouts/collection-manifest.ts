import { MANIFEST_SCHEMA, type NotTaken, type UtcTime } from "../../model/index.ts";
import { asObject, isoTime, jsonLines, textOf } from "./manifest.ts";

/** A file as the manifest of a collection states it. */
export interface StatedFile {
  /** Windows path on the server; untrusted. */
  readonly path: string;
  readonly sha256: string;
  readonly modified: UtcTime | null;
  readonly created: UtcTime | null;
}

/** What one definition gave. */
export interface StatedDefinition {
  readonly id: string;
  readonly files: number;
  /** Reason to the number of things that were not taken for it, and one of them. */
  readonly missing: ReadonlyMap<NotTaken, { readonly count: number; readonly example: string }>;
}

/** What a manifest says. Everything in it is untrusted. */
export interface CollectionManifest {
  readonly server: string | null;
  readonly times: "server" | "copy";
  /** Stored name to file. */
  readonly files: ReadonlyMap<string, StatedFile>;
  /** In order of the definitions. */
  readonly definitions: readonly StatedDefinition[];
  /** False when the last line is not there: the collector was ended before it was ready. */
  readonly ended: boolean;
}

const REASONS: readonly NotTaken[] = [
  "age",
  "size",
  "total",
  "space",
  "link",
  "locked",
  "failed",
  "impossible",
  "absent",
  "left-out",
];

/** More definitions than any version has. */
const MAX_DEFINITIONS = 500;

/** Reads a manifest as far as it can be read; null when it is not one. */
export function parseCollectionManifest(text: string): CollectionManifest | null {
  const files = new Map<string, StatedFile>();
  const definitions = new Map<string, GrowingDefinition>();
  let head: ReadonlyMap<string, unknown> | null = null;
  let ended = false;
  for (const value of jsonLines(text.replace(/^\uFEFF/u, ""))) {
    const row = asObject(value);
    const kind = textOf(row, "kind");
    if (head === null) {
      if (kind !== "collection" || textOf(row, "schema") !== MANIFEST_SCHEMA) return null;
      head = row;
    } else if (kind === "file") takeFile(row, files, definitions);
    else if (kind === "missing") takeMissing(row, definitions);
    else if (kind === "end") ended = true;
  }
  if (head === null) return null;
  return {
    server: textOf(head, "server"),
    times: textOf(head, "times") === "server" ? "server" : "copy",
    files,
    definitions: [...definitions.values()],
    ended,
  };
}

interface GrowingDefinition {
  readonly id: string;
  files: number;
  readonly missing: Map<NotTaken, { count: number; readonly example: string }>;
}

function definitionOf(
  row: ReadonlyMap<string, unknown>,
  definitions: Map<string, GrowingDefinition>,
): GrowingDefinition | null {
  const id = textOf(row, "definition");
  if (id === null) return null;
  const known = definitions.get(id);
  if (known !== undefined || definitions.size >= MAX_DEFINITIONS) return known ?? null;
  const fresh: GrowingDefinition = { id, files: 0, missing: new Map() };
  definitions.set(id, fresh);
  return fresh;
}

function takeFile(
  row: ReadonlyMap<string, unknown>,
  files: Map<string, StatedFile>,
  definitions: Map<string, GrowingDefinition>,
): void {
  const stored = textOf(row, "stored");
  const sha256 = textOf(row, "sha256")?.toLowerCase() ?? "";
  if (stored === null || !/^[0-9a-f]{64}$/u.test(sha256)) return;
  const definition = definitionOf(row, definitions);
  if (definition !== null) {
    definition.files++;
    if (row.get("complete") === false) miss(definition, "failed", textOf(row, "path") ?? stored);
  }
  files.set(stored, {
    path: textOf(row, "path") ?? "",
    sha256,
    modified: isoTime(textOf(row, "modifiedutc")),
    created: isoTime(textOf(row, "createdutc")),
  });
}

function takeMissing(row: ReadonlyMap<string, unknown>, definitions: Map<string, GrowingDefinition>): void {
  const reason = REASONS.find((one) => one === textOf(row, "reason"));
  const definition = reason === undefined ? null : definitionOf(row, definitions);
  if (reason === undefined || definition === null) return;
  miss(definition, reason, textOf(row, "path") ?? "");
}

function miss({ missing }: GrowingDefinition, reason: NotTaken, example: string): void {
  const known = missing.get(reason);
  if (known === undefined) missing.set(reason, { count: 1, example });
  else known.count++;
}
