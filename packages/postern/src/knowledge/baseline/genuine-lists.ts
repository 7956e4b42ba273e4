import { compareBuilds, parseBuild } from "../build.ts";
import type { FileList, ShippedAt, ShippedThere } from "./file-list.ts";

/** What several lists of genuine files say together. */
export interface GenuineLists {
  readonly lists: readonly FileList[];
  /** Builds that any list speaks for, oldest first. */
  readonly builds: readonly string[];
  /** True when a list speaks for this build. */
  speaksFor(build: string): boolean;
  /** True when the list of this build holds any file of the same top folder (`clientaccess`, `frontend`, `bin` ...). */
  covers(key: string, build: string): boolean;
  /** Where files with this SHA-256 ship. */
  findHash(sha256: string): readonly ShippedAt[];
  /** Builds that ship a file with this SHA-256 anywhere, oldest first. */
  buildsOfHash(sha256: string): readonly string[];
  /** What ships at a place. */
  findPath(key: string): readonly ShippedThere[];
}

/** Joins lists: what any of them knows is known. */
export function joinLists(lists: readonly FileList[]): GenuineLists {
  const builds = sortBuilds(lists.flatMap((list) => list.builds));
  const known = new Set(builds);
  let covered: ReadonlySet<string> | null = null;
  const findHash = (sha256: string): readonly ShippedAt[] => lists.flatMap((list) => list.findHash(sha256));
  return {
    lists,
    builds,
    speaksFor: (build) => known.has(build),
    covers: (key, build) => (covered ??= topFolders(lists)).has(`${topOf(key)}\n${build}`),
    findHash,
    buildsOfHash: (sha256) => {
      const found = lists.map((list) => list.buildsOfHash(sha256)).filter((of) => of.length > 0);
      return found.length <= 1 ? (found[0] ?? []) : sortBuilds(found.flat());
    },
    findPath: (key) => lists.flatMap((list) => list.findPath(key)),
  };
}

function sortBuilds(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
    .flatMap((text) => parseBuild(text) ?? [])
    .sort(compareBuilds)
    .map((build) => build.text);
}

function topFolders(lists: readonly FileList[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const list of lists)
    for (const [top, builds] of list.topFolders())
      for (const build of builds) folders.add(`${top}\n${build}`);
  return folders;
}

function topOf(key: string): string {
  const end = key.indexOf("\\");
  return end < 0 ? key : key.slice(0, end);
}
