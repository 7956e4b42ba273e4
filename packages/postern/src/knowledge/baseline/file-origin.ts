import type { GenuineLists } from "./genuine-lists.ts";
import { type InstallPath, installPathOf } from "./install-path.ts";
import { HASH_BYTES } from "./layout.ts";

const LISTED_HASH_DIGITS = HASH_BYTES * 2;

/** What the lists say of one file. */
export interface FileOrigin {
  /**
   * `genuine`: shipped with this build (with any, where the build is not known). `other-build`: shipped, but with other builds only.
   * `changed`: another file ships at this place with this build. `unknown`: the lists do not know it.
   */
  readonly origin: "genuine" | "other-build" | "changed" | "unknown";
  /** Place below the install folder; null outside of it. */
  readonly place: InstallPath | null;
  /** The build that it was compared with; null when it is not known or no list speaks for it. */
  readonly build: string | null;
  /** Builds that ship a file with its hash, oldest first. */
  readonly builds: readonly string[];
  /** True for an `unknown` file in a folder that the list of the build speaks for: Setup did not put it there. */
  readonly added: boolean;
}

/** The file that is asked for. */
export interface OriginQuestion {
  /** Windows path where known. Untrusted. */
  readonly path: string;
  /** Of the whole file, hex. */
  readonly sha256: string;
  /** Build of the server, four numbers; null when not known. */
  readonly build: string | null;
}

/**
 * Says where a file comes from. In a folder that is named after a build, that build counts beside the server's own: after an
 * update the folders of the former ones stay.
 */
export function findFileOrigin(lists: GenuineLists, { path, sha256, build }: OriginQuestion): FileOrigin {
  const place = installPathOf(path);
  const compared = [place?.folderBuild ?? null, build].filter(
    (one): one is string => one !== null && lists.speaksFor(one),
  );
  const isCompared = (one: string): boolean => compared.includes(one);
  const builds = lists.buildsOfHash(sha256);
  const base = { place, build: compared[0] ?? null, builds, added: false };
  if (builds.length > 0) {
    const other = compared.length > 0 && !builds.some(isCompared);
    return { ...base, origin: other ? "other-build" : "genuine" };
  }
  if (place === null || compared.length === 0) return { ...base, origin: "unknown" };
  const isListed = lists.findPath(place.key).some((there) => there.builds.some(isCompared));
  if (isListed) return { ...base, origin: "changed" };
  return { ...base, origin: "unknown", added: compared.some((one) => lists.covers(place.key, one)) };
}

/** Files of which a build is guessed at least: fewer say nothing. */
const MIN_FILES = 3;

/**
 * The build that most of these files ship with at their places, newest of equals; null when too few of them are known or
 * the best one explains less than half of those that are.
 */
export function guessBuild(
  lists: GenuineLists,
  files: Iterable<{ readonly path: string; readonly sha256: string }>,
): string | null {
  const votes = new Map<string, number>();
  let known = 0;
  for (const { path, sha256 } of files) {
    const place = installPathOf(path);
    if (place === null || place.folderBuild !== null) continue;
    const hash = sha256.slice(0, LISTED_HASH_DIGITS).toLowerCase();
    const builds = new Set(lists.findPath(place.key).flatMap((at) => (at.hash === hash ? at.builds : [])));
    if (builds.size > 0) known++;
    for (const build of builds) votes.set(build, (votes.get(build) ?? 0) + 1);
  }
  let best: { readonly build: string; readonly votes: number } | null = null;
  // In order of age, so that the newest of equals is left.
  for (const build of lists.builds) {
    const count = votes.get(build) ?? 0;
    if (count > 0 && count >= (best?.votes ?? 0)) best = { build, votes: count };
  }
  return best !== null && known >= MIN_FILES && best.votes * 2 > known ? best.build : null;
}

/** Names builds for a person: one, two, or the first and the last of many. */
export function nameBuilds(builds: readonly string[]): string {
  const [first = "no build", second] = builds;
  if (builds.length <= 1) return first;
  if (builds.length === 2) return `${first} and ${second ?? ""}`;
  return `${first} to ${builds.at(-1) ?? ""} (${String(builds.length)} builds)`;
}
