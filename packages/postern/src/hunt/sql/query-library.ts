import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { PosternError } from "../../core/index.ts";
import { findDataFolder } from "../../knowledge/index.ts";

/** A ready query over the events of a case. */
export interface ReadyQuery {
  readonly name: string;
  /** What it answers, in one line. */
  readonly title: string;
  readonly sql: string;
}

/** All ready queries, by name. A query is a `.sql` file whose first line says after `--` what it answers. */
export function readyQueries(
  folder: string = join(findDataFolder("knowledge"), "queries"),
): readonly ReadyQuery[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => {
      const sql = readFileSync(join(folder, file), "utf8");
      return { name: file.replace(/\.sql$/u, ""), title: /^--\s*(.+)$/mu.exec(sql)?.[1]?.trim() ?? "", sql };
    });
}

/** One of them. @throws PosternError USAGE that names all there are */
export function getReadyQuery(name: string): ReadyQuery {
  const all = readyQueries();
  const found = all.find((query) => query.name === name);
  if (found !== undefined) return found;
  const names = all.map((query) => query.name).join(", ");
  throw new PosternError("USAGE", `there is no query ${JSON.stringify(name)}; there are: ${names}`);
}
