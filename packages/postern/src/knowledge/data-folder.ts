import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PosternError } from "../core/index.ts";

/** The folders of data that come with Postern beside its code. */
export type DataFolder = "knowledge" | "packs";

/**
 * Finds a folder of data by walking up from this module, so that it works from `src`, from `dist` and installed.
 * @returns the absolute path of the folder.
 * @throws PosternError KNOWLEDGE_INVALID or PACK_INVALID when no folder above holds it.
 */
export function findDataFolder(name: DataFolder): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = dirname(folder)) {
    const candidate = join(folder, name);
    if (holdsData(candidate, name)) return candidate;
    if (dirname(folder) === folder) break;
  }
  const code = name === "knowledge" ? "KNOWLEDGE_INVALID" : "PACK_INVALID";
  throw new PosternError(code, `The folder "${name}" that belongs to Postern was not found above ${here}.`, {
    name,
  });
}

/** A code folder may have the same name (`src/knowledge`), so a mark inside decides. */
function holdsData(candidate: string, name: DataFolder): boolean {
  if (name === "knowledge") return existsSync(join(candidate, "builds.json"));
  return (
    existsSync(candidate) &&
    readdirSync(candidate, { withFileTypes: true }).some((entry) => entry.isDirectory())
  );
}
