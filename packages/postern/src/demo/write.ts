import { mkdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { buildScenario } from "./scenarios.ts";
import type { ScenarioId, ScenarioOptions, ScenarioTruth } from "./scenarios.ts";

/**
 * Writes a scenario's files below `folder` (made when missing), each with the modified time that it had on the server.
 * @returns what was planted. Throws RangeError for an unknown id and Node's own errors when the disk refuses.
 */
export async function writeScenario(
  id: ScenarioId,
  folder: string,
  options: ScenarioOptions = {},
): Promise<ScenarioTruth> {
  const { files, truth } = buildScenario(id, options);
  const made = new Set<string>();
  for (const file of files) {
    const path = join(folder, ...file.path.split("/"));
    const parent = dirname(path);
    if (!made.has(parent)) {
      await mkdir(parent, { recursive: true });
      made.add(parent);
    }
    await writeFile(path, file.bytes);
    await utimes(path, file.modifiedMs / 1000, file.modifiedMs / 1000);
  }
  return truth;
}

/** What is planted in a scenario, without writing it: the same as {@link writeScenario} gives for the same options. */
export function scenarioTruth(id: ScenarioId, options: ScenarioOptions = {}): ScenarioTruth {
  return buildScenario(id, options).truth;
}
