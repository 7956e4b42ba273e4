import { readFile } from "node:fs/promises";
import { findSettingReader, type Setting } from "../artifacts/index.ts";
import { codeOf } from "../core/index.ts";
import type { Collection, CollectionRootId } from "../knowledge/index.ts";
import type { WindowsTree } from "./windows-tree.ts";

/** Where each root of the definitions lies on a server; several places for logs and web folders. */
export type FoundRoots = ReadonlyMap<CollectionRootId, readonly string[]>;

const HOST_FILE = "applicationHost.config";
const EXCHANGE_FOLDERS = ["V15", "V14"].map(
  (version) => `Program Files\\Microsoft\\Exchange Server\\${version}`,
);

/** Looks up on a server's disk where Exchange, the logs of IIS and the web folders lie. What is not found is taken as usual. */
export async function findRoots(tree: WindowsTree, collection: Collection): Promise<FoundRoots> {
  const system = await systemDrive(tree);
  const usual = (id: CollectionRootId): string =>
    (collection.roots.find((root) => root.id === id)?.usual ?? "C:\\").replace(/^C/u, system);
  const settings = await readHostFile(tree, `${usual("windows")}\\System32\\inetsrv\\config\\${HOST_FILE}`);
  const paths = (kind: Setting["kind"], value: string): readonly string[] =>
    settings.flatMap((setting) =>
      setting.kind === kind ? (expand(setting.values[value] ?? "", system) ?? []) : [],
    );
  const served = paths("virtual-directory", "physicalPath");
  const exchange = await exchangeFolders(tree, served, usual("exchange"));
  const isExchange = (path: string): boolean => exchange.some((folder) => isBelow(path, folder));
  const webRoots = [usual("web-roots"), ...served].filter(
    (path) => !isExchange(path) && !isWhole(path, usual("windows")),
  );
  return new Map<CollectionRootId, readonly string[]>([
    ["drive", [usual("drive")]],
    ["windows", [usual("windows")]],
    ["program-data", [usual("program-data")]],
    ["exchange", exchange],
    ["iis-logs", outermost([usual("iis-logs"), ...paths("log-file", "directory")])],
    ["web-roots", outermost(webRoots)],
  ]);
}

async function systemDrive(tree: WindowsTree): Promise<string> {
  for (const letter of tree.letters) if ((await tree.folder(`${letter}:\\Windows`)) !== null) return letter;
  return tree.letters[0] ?? "C";
}

async function readHostFile(tree: WindowsTree, path: string): Promise<readonly Setting[]> {
  const file = await tree.file(path);
  if (file === null) return [];
  try {
    const bytes = await readFile(file.host);
    const reader = findSettingReader(bytes.subarray(0, 1 << 16), HOST_FILE);
    return reader?.parse(bytes, { item: 0, name: HOST_FILE }).settings ?? [];
  } catch (thrown) {
    if (codeOf(thrown) === null) throw thrown;
    return []; // locked: the folders are then taken as usual
  }
}

/** IIS writes paths with the variables of Windows. */
function expand(path: string, system: string): string | null {
  const known: Readonly<Record<string, string>> = {
    systemdrive: `${system}:`,
    systemroot: `${system}:\\Windows`,
    windir: `${system}:\\Windows`,
    programfiles: `${system}:\\Program Files`,
    programdata: `${system}:\\ProgramData`,
    iis_user_home: `${system}:\\inetpub`,
  };
  const whole = path
    .replaceAll("/", "\\")
    .replace(/%([^%]{1,40})%/gu, (all, name: string) => known[name.toLowerCase()] ?? all)
    .replace(/\\+$/u, "");
  return /^[A-Za-z]:/u.test(whole) && !whole.includes("%") ? whole : null;
}

async function exchangeFolders(
  tree: WindowsTree,
  served: readonly string[],
  usual: string,
): Promise<readonly string[]> {
  const bySites = served.flatMap((path) => /^(.+)\\FrontEnd\\HttpProxy(?:\\|$)/iu.exec(path)?.[1] ?? []);
  const byName = tree.letters.flatMap((letter) => EXCHANGE_FOLDERS.map((folder) => `${letter}:\\${folder}`));
  const found: string[] = [];
  for (const path of outermost([...bySites, ...byName]))
    if ((await tree.folder(path)) !== null) found.push(path);
  return found.length > 0 ? found : [usual];
}

function isBelow(path: string, folder: string): boolean {
  return `${path}\\`.toLowerCase().startsWith(`${folder}\\`.toLowerCase());
}

/** Somebody may serve a whole drive, or Windows: that is a finding, not a folder to copy. */
function isWhole(path: string, windows: string): boolean {
  return /^[A-Za-z]:\\?$/u.test(path) || isBelow(windows, path);
}

/** Without those that lie in another of the list, sorted. */
function outermost(paths: readonly string[]): readonly string[] {
  const distinct = [...new Map(paths.map((path) => [path.toLowerCase(), path])).values()];
  return distinct
    .filter((path) => !distinct.some((other) => other !== path && isBelow(path, other)))
    .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}
