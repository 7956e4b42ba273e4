import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parsePipeline, type Pipeline } from "@postern/sigma";

import { PosternError } from "../../core/index.ts";
import { findDataFolder } from "../../knowledge/index.ts";

/** Loads the pipelines that fit rules to the records that Postern reads. @throws PosternError KNOWLEDGE_INVALID */
export function loadPipelines(
  folder: string = join(findDataFolder("knowledge"), "pipelines"),
): readonly Pipeline[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yml"))
    .sort()
    .map((name) => readPipeline(join(folder, name)));
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
