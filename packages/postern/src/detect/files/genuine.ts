import {
  type Build,
  type GenuineHash,
  type WebFiles,
  compareBuilds,
  parseBuild,
} from "../../knowledge/index.ts";

/** What Microsoft ships in the web folders, ready for questions about one file. Names are compared without case. */
export interface GenuineFiles {
  /** Files with this SHA-256 (hex, any case); empty when the lists do not know it. */
  findHash(sha256: string): readonly GenuineHash[];
  /** True when a page of this name ships in this folder; `name` is the path below the folder. */
  ships(folder: string, name: string): boolean;
  /** Names of pages that ship in a folder, lower case, sorted; empty for folders without pages of their own. */
  namesIn(folder: string): readonly string[];
  /** True when the lists speak for this build and hold a hash of this page: then every other hash is a change. */
  covers(folder: string, name: string, build: Build): boolean;
}

/** Rows of the knowledge that speak for a folder of `artifacts/web-file`, where the ids differ. */
const ROWS_OF: Readonly<Record<string, string>> = {
  "frontend-other": "httpproxy-other",
  oab: "httpproxy-other",
};

/**
 * The newest builds in the lists, one for each product: Microsoft stopped publishing them in April 2021.
 * Source: github.com/microsoft/CSS-Exchange, history of Security/src/Baselines.
 */
const NEWEST_LISTED = ["15.0.1497.12", "15.1.2242.4", "15.2.858.5"].flatMap((text) => parseBuild(text) ?? []);

/** Builds the lookups from the knowledge. */
export function createGenuineFiles(files: WebFiles): GenuineFiles {
  const names = new Map(
    files.folders.map((row) => [row.id, (row.genuine ?? []).map((name) => name.toLowerCase()).sort()]),
  );
  const byHash = groupHashes(files.hashes);
  const namesIn = (folder: string): readonly string[] => names.get(ROWS_OF[folder] ?? folder) ?? [];
  return {
    findHash: (sha256) => byHash.get(sha256.toLowerCase()) ?? [],
    ships: (folder, name) => {
      // The row of the other front-end folders stands for each application's own folder.
      const below = folder === "frontend-other" ? name.slice(name.indexOf("/") + 1) : name;
      return namesIn(folder).includes(below.toLowerCase());
    },
    namesIn,
    covers: (folder, name, build) =>
      isListed(build) && files.hashes.some((row) => isOf(row, folder, name, build)),
  };
}

function groupHashes(hashes: readonly GenuineHash[]): ReadonlyMap<string, readonly GenuineHash[]> {
  const groups = new Map<string, GenuineHash[]>();
  for (const row of hashes) groups.set(row.sha256, [...(groups.get(row.sha256) ?? []), row]);
  return groups;
}

function isOf(row: GenuineHash, folder: string, name: string, build: Build): boolean {
  return row.folder === folder && row.name === name.toLowerCase() && isWithin(row, build);
}

/** True when a hash was shipped with this build. The range of a row spans products: 15.0, 15.1 and 15.2 in turn. */
export function isWithin(row: GenuineHash, build: Build): boolean {
  return compareBuilds(row.firstBuild, build) <= 0 && compareBuilds(build, row.lastBuild) <= 0;
}

/** True when the lists of hashes reach to this build. */
export function isListed(build: Build): boolean {
  return NEWEST_LISTED.some(
    (newest) =>
      newest.parts[0] === build.parts[0] &&
      newest.parts[1] === build.parts[1] &&
      compareBuilds(build, newest) <= 0,
  );
}
