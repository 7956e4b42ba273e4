/** A genuine file as a hash list names it. */
export interface GenuineFile {
  readonly sha256: string;
  /** File name in lower case. */
  readonly name: string;
  /** Web folder id, e.g. `owa-auth`; null when the list does not say. */
  readonly folder: string | null;
  readonly firstBuild: string;
  readonly lastBuild: string;
}

/** What Microsoft ships in the web folders. Filled from `knowledge/web-files.json` or from a baseline. */
export interface GenuineFiles {
  /** Files with this SHA-256 (lower-case hex); empty when the lists do not know it. */
  findHash(sha256: string): readonly GenuineFile[];
  /** True when a page of this name ships in this folder; `name` is the path below the folder. */
  ships(folder: string, name: string): boolean;
  /** Names of pages that ship in a folder, lower case, sorted; empty for folders without pages of their own. */
  namesIn(folder: string): readonly string[];
  /** True when the lists hold hashes of this name in this folder for this build. */
  covers(folder: string, name: string, build: string): boolean;
}

/** Names per folder as lists give them; see createGenuineFiles. */
export interface GenuineLists {
  readonly pages: Readonly<Record<string, readonly string[]>>;
  readonly files: readonly GenuineFile[];
}

/**
 * Pages that ship, by folder: the names that all or some of 122 builds from 15.0.516.32 to 15.2.858.5 have.
 * `TimeoutLogoff.aspx`, which CISA AA21-062A lists, is in none of them; the shipped file is `TimeoutLogout.aspx`.
 * Source: github.com/microsoft/CSS-Exchange, history of Security/src/Baselines.
 */
export const SHIPPED_PAGES: Readonly<Record<string, readonly string[]>> = {
  "owa-auth": [
    "errorfe.aspx",
    "expiredpassword.aspx",
    "frowny.aspx",
    "getidtoken.htm",
    "logoff.aspx",
    "logon.aspx",
    "outlookcn.aspx",
    "redirsuiteserviceproxy.aspx",
    "signout.aspx",
    "svmfeedback.aspx",
  ],
  "ecp-auth": ["timeoutlogout.aspx"],
  "aspnet-client": [],
  oab: ["global.asax"],
};

/** Builds the lookup; names and hashes are compared without regard to case. */
export function createGenuineFiles(lists: GenuineLists): GenuineFiles {
  const pages = new Map(
    Object.entries(lists.pages).map(([folder, names]) => [
      folder,
      names.map((name) => name.toLowerCase()).sort(),
    ]),
  );
  const byHash = new Map<string, GenuineFile[]>();
  for (const file of lists.files) {
    const key = file.sha256.toLowerCase();
    byHash.set(key, [...(byHash.get(key) ?? []), file]);
  }
  const namesIn = (folder: string): readonly string[] => pages.get(folder) ?? [];
  return {
    findHash: (sha256) => byHash.get(sha256.toLowerCase()) ?? [],
    ships: (folder, name) => namesIn(folder).includes(name.toLowerCase()),
    namesIn,
    covers: (folder, name, build) =>
      lists.files.some(
        (file) =>
          file.folder === folder &&
          file.name.toLowerCase() === name.toLowerCase() &&
          compareBuilds(file.firstBuild, build) <= 0 &&
          compareBuilds(build, file.lastBuild) <= 0,
      ),
  };
}

/** Negative, zero or positive as `a` is older than, equal to or newer than `b`; builds are `15.1.2106.2`. */
export function compareBuilds(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
