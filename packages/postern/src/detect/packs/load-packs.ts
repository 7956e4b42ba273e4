import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { messageOf, PosternError } from "../../core/index.ts";
import type { Problem } from "../../model/index.ts";
import { checkPackLinks } from "./check-packs.ts";
import type { Pack } from "./pack.ts";
import { readPack } from "./read-pack.ts";
import { readReadPacks } from "./read-packs-file.ts";

/** All packs of a folder, and everything that their authors must correct. */
export interface LoadedPacks {
  /** In order of id. */
  readonly packs: readonly Pack[];
  readonly problems: readonly Problem[];
}

/**
 * The packs as they were read when Postern was bundled; lies beside the bundle only, whose code wrote it. Reading it takes a tenth of the
 * time of reading YAML.
 */
const READ_PACKS = fileURLToPath(new URL("./packs.json", import.meta.url));

/**
 * Reads every pack below `folder`: each sub-folder that holds a `pack.yml`.
 * @throws PosternError PACK_INVALID when the folder cannot be read.
 */
export function loadPacks(folder: string): LoadedPacks {
  const problems: Problem[] = [];
  try {
    const names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "pack.yml")))
      .map((entry) => entry.name)
      .sort();
    const known = readReadPacks(READ_PACKS, folder, names);
    if (known !== null) return { packs: known, problems: [] };
    const packs = names.map((name) => readPack(join(folder, name), problems));
    return { packs, problems: [...problems, ...checkPackLinks(packs)] };
  } catch (error) {
    throw new PosternError(
      "PACK_INVALID",
      `The packs in ${folder} cannot be read: ${messageOf(error)}`,
      { folder },
      error,
    );
  }
}
