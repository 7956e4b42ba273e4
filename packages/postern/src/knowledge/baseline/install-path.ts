/** Where a file lies below the install folder of Exchange, in the form in which lists of hashes name it. */
export interface InstallPath {
  /** Lower case, backslashes, the folder of a build called `version`: `frontend\httpproxy\owa\auth\version\themes\base\warn.png`. */
  readonly key: string;
  /** The four-part build that a folder in the path is named after, e.g. `owa\prem\15.1.2106.2`; null when there is none. */
  readonly folderBuild: string | null;
}

/** Folders that Setup makes directly below the install folder (`V15`). Source: a default installation of Exchange 2016 and 2019. */
const FOLDERS: ReadonlySet<string> = new Set([
  "bin",
  "clientaccess",
  "exchangeoab",
  "frontend",
  "mailbox",
  "public",
  "remotescripts",
  "scripts",
  "setup",
  "transportroles",
  "unifiedmessaging",
]);
/** The two that no other product has, so that they tell an install folder of any name. */
const TELLING: ReadonlySet<string> = new Set(["clientaccess", "frontend"]);
/**
 * A folder that each update names after itself, and the two names for "the newest one". Microsoft's lists write `version`.
 * Source: Security/src/Baselines of github.com/microsoft/CSS-Exchange; its issue 170 names the folders of a real server.
 */
const OF_A_BUILD = /^(?:15\.\d{1,2}\.\d{1,5}(?:\.\d{1,5})?|current2?)$/u;
const FOUR_PARTS = /^15\.\d+\.\d+\.\d+$/u;

/**
 * The place of a file below the install folder of Exchange.
 * @param path Windows path, or a collector's form of one; both slashes are understood. Untrusted.
 * @returns null when the path lies in no install folder that can be told.
 */
export function installPathOf(path: string): InstallPath | null {
  const parts = componentsOf(path);
  const start = parts.findIndex(
    (part, index) => TELLING.has(part) || (FOLDERS.has(part) && parts[index - 1] === "v15"),
  );
  return start < 0 || start === parts.length - 1 ? null : toInstallPath(parts.slice(start));
}

/**
 * The place that a row of a list names. Microsoft's lists write paths below the install folder, with or without a backslash before
 * them; those of some builds begin below `ClientAccess` (`owa\auth.owa`).
 */
export function listedPathOf(path: string): InstallPath | null {
  const parts = componentsOf(path);
  const [first = ""] = parts;
  if (first === "" || first.includes(":") || parts.includes("..")) return installPathOf(path);
  return toInstallPath(FOLDERS.has(first) ? parts : ["clientaccess", ...parts]);
}

function toInstallPath(parts: readonly string[]): InstallPath {
  const folders = parts.slice(0, -1);
  const folderBuild = folders.find((part) => FOUR_PARTS.test(part)) ?? null;
  const names = folders.map((part) => (OF_A_BUILD.test(part) ? "version" : part));
  return { key: [...names, ...parts.slice(-1)].join("\\"), folderBuild };
}

/** Lower case; dots and blanks at the end of a component fall away as in Windows. */
function componentsOf(path: string): readonly string[] {
  return path
    .toLowerCase()
    .split(/[\\/]/u)
    .map((part) => (part === ".." ? part : part.replace(/[. ]{1,255}$/u, "")))
    .filter((part) => part !== "");
}
