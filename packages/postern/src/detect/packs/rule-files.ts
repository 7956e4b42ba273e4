import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import type { Pack } from "./pack.ts";

/** Absolute paths of a pack's YARA files, in order of name; a pack need not have any. */
export function ruleFilesOf(pack: Pack): readonly string[] {
  const folder = join(pack.folder, "files");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yar.b64") || name.endsWith(".yar"))
    .sort()
    .map((name) => join(folder, name));
}
