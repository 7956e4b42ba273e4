import type { CollectionDefinition, CollectionPlace } from "../knowledge/index.ts";
import { fitsMask } from "./masks.ts";
import type { FoundRoots } from "./roots.ts";
import type { ServerFolder, WindowsTree } from "./windows-tree.ts";

/** What the places of a definition hold. */
export interface PlaceContent {
  readonly files: readonly ServerFolder[];
  readonly links: readonly ServerFolder[];
  /** Folders that could not be read. */
  readonly closed: readonly ServerFolder[];
  /** Folders that do not exist, as Windows paths. */
  readonly absent: readonly string[];
}

/** Deeper folders than any server has. */
const MAX_DEPTH = 60;

/** Finds the files that a definition asks for, sorted by Windows path, each once. */
export async function findFiles(
  tree: WindowsTree,
  roots: FoundRoots,
  definition: CollectionDefinition,
): Promise<PlaceContent> {
  const found: Growing = { files: new Map(), links: new Map(), closed: new Map(), absent: [] };
  for (const place of definition.places) {
    for (const root of roots.get(place.root) ?? []) {
      const path = place.folder === "" ? root : `${root.replace(/\\$/u, "")}\\${place.folder}`;
      const folders = await foldersOf(tree, path);
      if (folders.length === 0) found.absent.push(path);
      for (const folder of folders) await take(tree, { folder, place, depth: 0 }, found);
    }
  }
  return {
    files: sorted(found.files),
    links: sorted(found.links),
    closed: sorted(found.closed),
    absent: [...new Set(found.absent)].sort(),
  };
}

interface Growing {
  readonly files: Map<string, ServerFolder>;
  readonly links: Map<string, ServerFolder>;
  readonly closed: Map<string, ServerFolder>;
  readonly absent: string[];
}

function sorted(found: ReadonlyMap<string, ServerFolder>): readonly ServerFolder[] {
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** The folders that a path with `*` in its parts means. */
async function foldersOf(tree: WindowsTree, path: string): Promise<readonly ServerFolder[]> {
  const parts = path.split("\\").filter((part) => part !== "");
  let at: readonly ServerFolder[] = [];
  const start = await tree.folder(`${parts[0] ?? ""}\\`);
  if (start !== null) at = [start];
  for (const part of parts.slice(1)) {
    const next: ServerFolder[] = [];
    for (const folder of at) {
      const content = await tree.content(folder);
      for (const child of content?.folders ?? []) if (fitsMask(nameOf(child), [part])) next.push(child);
    }
    at = next;
  }
  return at;
}

function nameOf({ windows }: ServerFolder): string {
  return windows.slice(windows.lastIndexOf("\\") + 1);
}

async function take(
  tree: WindowsTree,
  at: { readonly folder: ServerFolder; readonly place: CollectionPlace; readonly depth: number },
  found: Growing,
): Promise<void> {
  const { folder, place, depth } = at;
  const content = await tree.content(folder);
  if (content === null) {
    found.closed.set(folder.windows, folder);
    return;
  }
  // A stream's colon is written in many ways by those who copied it.
  const masks = place.names.map((name) => name.replaceAll(":", "*"));
  for (const file of content.files) if (fitsMask(file.name, masks)) found.files.set(file.windows, file);
  for (const link of content.others) if (fitsMask(nameOf(link), masks)) found.links.set(link.windows, link);
  if (!place.deep || depth >= MAX_DEPTH) return;
  for (const child of content.folders) await take(tree, { folder: child, place, depth: depth + 1 }, found);
}
