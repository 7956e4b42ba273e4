import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { parsePipeline, type Pipeline } from "@postern/sigma";

import { PosternError } from "../../core/index.ts";
import { findDataFolder } from "../../knowledge/index.ts";

/** A pipeline as it was read from a file with this hash. */
export interface KeptPipeline {
  readonly name: string;
  readonly sha256: string;
  readonly pipeline: Pipeline;
}

/** Pipelines as they were read when Postern was bundled, as with packs: see load-packs.ts. */
const KEPT_PIPELINES = fileURLToPath(new URL("./pipelines.json", import.meta.url));

/**
 * Loads the pipelines that fit rules to the records that Postern reads.
 * @param kept file that {@link keepPipelines} filled; what is in it is used for files that are still the same
 * @throws PosternError KNOWLEDGE_INVALID
 */
export function loadPipelines(
  folder: string = join(findDataFolder("knowledge"), "pipelines"),
  kept: string = KEPT_PIPELINES,
): readonly Pipeline[] {
  const known = readKept(kept);
  return filesOf(folder).map((name) => {
    const file = join(folder, name);
    const same = known.find((one) => one.name === name && one.sha256 === hashFile(file));
    return same === undefined ? readPipeline(file) : { ...same.pipeline, origin: file };
  });
}

/** The pipelines of a folder, for a file from which {@link loadPipelines} takes them faster. */
export function keepPipelines(folder: string): readonly KeptPipeline[] {
  return filesOf(folder).map((name) => {
    const file = join(folder, name);
    return { name, sha256: hashFile(file), pipeline: readPipeline(file) };
  });
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yml"))
    .sort();
}

function readKept(file: string): readonly KeptPipeline[] {
  if (!existsSync(file)) return [];
  // eslint-disable-next-line postern/no-type-assertion -- written by scripts/build-bundle.js with the code of the same bundle
  return JSON.parse(readFileSync(file, "utf8")) as readonly KeptPipeline[];
}

function hashFile(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** Reads one pipeline. @throws PosternError KNOWLEDGE_INVALID with every problem of the file */
export function readPipeline(file: string): Pipeline {
  const { pipeline, problems } = parsePipeline(readFileSync(file, "utf8"), file);
  if (pipeline !== undefined) return pipeline;
  const lines = problems.map(({ at, message, advice }) => {
    const place = `${at.file}:${String(at.line)}:${String(at.column)}`;
    return `${place} ${message}${advice === undefined ? "" : ` (${advice})`}`;
  });
  throw new PosternError("KNOWLEDGE_INVALID", `a pipeline cannot be used:\n${lines.join("\n")}`, {
    problems,
  });
}
