import { Buffer } from "node:buffer";
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { messageOf, PosternError } from "../core/index.ts";
import { diskFile, folder } from "./folder.ts";
import type { EvidenceEntry } from "./item.ts";
import type { ServerNames } from "./item-of.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { ArchiveLimits } from "./limits.ts";
import { startScene } from "./scene.ts";
import { nestedCache } from "./sources/nested-cache.ts";
import { walkFile, walkFolder } from "./walk.ts";
import type { Walk } from "./walk.ts";

/** How evidence is opened. */
export interface EvidenceOptions {
  /** Names of servers for what lies at or below a path; the longest path that fits wins. */
  readonly servers?: readonly { readonly name: string; readonly path: string }[];
  /** Limits that differ from DEFAULT_LIMITS. */
  readonly limits?: Partial<ArchiveLimits>;
}

/**
 * Lists all evidence at the paths given: folders, loose files, zips read in place with what is nested in them, and the outputs of
 * known collectors with their paths and times on the server. Arguments in the order given, below each one by code units of
 * the path; an argument inside another one is read once. Opens read only, unpacks nothing to disk, follows no link. What is wrong in the evidence is damage in the stream.
 * @throws PosternError `EVIDENCE_NOT_FOUND` for a path given that does not exist, before anything is yielded.
 */
export async function* openEvidence(
  paths: readonly string[],
  options: EvidenceOptions,
): AsyncGenerator<EvidenceEntry, void, undefined> {
  const servers = options.servers ?? [];
  for (const path of paths) await assertExists(path, "evidence");
  for (const { path } of servers) await assertExists(path.split("!")[0] ?? path, "the path of --server");
  const limits: ArchiveLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const walk: Walk = {
    limits,
    serverNames: serverNames(servers),
    cache: nestedCache(limits.maxNestedBytes),
    nextIndex: 0,
  };
  for (const argument of await distinct(paths)) yield* openArgument(walk, argument);
}

/** A path given, and the file or folder that it leads to. */
interface Argument {
  readonly path: string;
  readonly real: string;
}

/** What is given twice, or lies in a folder that is given too, is evidence once: the first of equals, the outer of nested ones. */
async function distinct(paths: readonly string[]): Promise<readonly Argument[]> {
  const all = await Promise.all(paths.map(async (path) => ({ path, real: await realpath(path) })));
  const firsts = new Map<string, Argument>();
  for (const argument of all) if (!firsts.has(argument.real)) firsts.set(argument.real, argument);
  return [...firsts.values()].filter(({ real }) => !parents(real).some((parent) => firsts.has(parent)));
}

function parents(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...parents(parent)];
}

async function assertExists(path: string, what: string): Promise<void> {
  try {
    await stat(path);
  } catch (thrown) {
    const advice = "check the spelling, quote a path with spaces, and make sure that the drive is connected";
    const message = `${what} not found: ${path} (${messageOf(thrown)}); ${advice}`;
    throw new PosternError("EVIDENCE_NOT_FOUND", message, { path }, thrown);
  }
}

async function* openArgument(
  walk: Walk,
  { path, real }: Argument,
): AsyncGenerator<EvidenceEntry, void, undefined> {
  const scene = startScene(path);
  const name = basename(scene.location);
  // A link that the user gives is meant; only links inside the evidence are not followed.
  const bytes = Buffer.from(real);
  if ((await stat(path)).isDirectory()) yield* walkFolder(walk, folder(bytes, name), scene);
  else yield* walkFile(walk, await diskFile(bytes, name), { scene, given: true });
}

function serverNames(servers: readonly { readonly name: string; readonly path: string }[]): ServerNames {
  const known = servers
    .map(({ name, path }) => ({ name, at: resolve(path) }))
    .sort((a, b) => b.at.length - a.at.length);
  return (location) => {
    const found = known.find(({ at }) => {
      const next = location[at.length];
      const fits =
        location.startsWith(at) && (next === undefined || /[/\\!]/.test(next) || /[/\\]$/.test(at));
      return fits;
    });
    return found?.name ?? null;
  };
}
