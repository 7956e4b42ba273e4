import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, PosternError } from "../core/index.ts";

/** A folder of the server, and where it lies on this machine. */
export interface ServerFolder {
  /** Windows path without a backslash at its end, except a drive's (`C:\`). */
  readonly windows: string;
  readonly host: string;
}

/** What a folder holds, each list by code units of the names. */
export interface FolderContent {
  readonly folders: readonly ServerFolder[];
  readonly files: readonly (ServerFolder & { readonly name: string })[];
  /** Links and what else is neither a file nor a folder. */
  readonly others: readonly ServerFolder[];
}

/** The drives of one server: letter to folder on this machine. */
export interface ServerDrives {
  /** Name of the folder that holds the drives, where it is not the tree itself; else null. */
  readonly folderName: string | null;
  readonly drives: ReadonlyMap<string, string>;
}

const DRIVE_FOLDER = /^([A-Za-z])(?::|%3A|_drive|\$)?$/iu;
/** Folders by which the root of a server's drive is known. */
const DRIVE_MARKS: ReadonlySet<string> = new Set([
  "windows",
  "inetpub",
  "program files",
  "programdata",
  "exchangesetuplogs",
]);

/**
 * Finds the drives of a server in a tree: the tree is a drive itself, holds drive-letter folders, or holds one folder that does.
 * @throws PosternError USAGE when there is none, or those of several servers; EVIDENCE_NOT_FOUND when the tree cannot be read
 */
export async function findDrives(tree: string): Promise<ServerDrives> {
  const names = await folderNames(tree);
  const own = await drivesIn(tree, names);
  if (own.size > 0) return { folderName: null, drives: own };
  const found: ServerDrives[] = [];
  for (const name of names) {
    const folder = join(tree, name);
    const drives = await drivesIn(folder, await folderNames(folder));
    if (drives.size > 0) found.push({ folderName: name, drives });
  }
  const [only, another] = found;
  if (only === undefined)
    throw new PosternError(
      "USAGE",
      `${tree} holds no drive of a server (no folder Windows, inetpub or Program Files): give the folder in which they lie`,
      { tree },
    );
  if (another !== undefined)
    throw new PosternError(
      "USAGE",
      `${tree} holds several servers (${found.map((one) => one.folderName).join(", ")}): collect from each by itself`,
      { tree },
    );
  return only;
}

async function folderNames(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  } catch (thrown) {
    const message = `${folder} cannot be read (${codeOf(thrown) ?? "no reason given"})`;
    throw new PosternError("EVIDENCE_NOT_FOUND", message, { folder }, thrown);
  }
}

async function drivesIn(folder: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (names.some((name) => DRIVE_MARKS.has(name.toLowerCase()))) return new Map([["C", folder]]);
  const drives = new Map<string, string>();
  for (const name of names) {
    const letter = DRIVE_FOLDER.exec(name)?.[1]?.toUpperCase();
    if (letter === undefined || drives.has(letter)) continue;
    const below = await folderNames(join(folder, name));
    // A second drive may hold anything; what makes it one is its letter beside the drive of Windows.
    if (name.length > 1 || below.some((one) => DRIVE_MARKS.has(one.toLowerCase())) || drives.size > 0)
      drives.set(letter, join(folder, name));
  }
  return drives;
}

/** The disk of a server, found by Windows paths whatever the case of its names. */
export class WindowsTree {
  readonly #drives: ReadonlyMap<string, string>;
  readonly #known = new Map<string, Promise<FolderContent | null>>();

  constructor(drives: ReadonlyMap<string, string>) {
    this.#drives = drives;
  }

  /** Letters of the drives, sorted. */
  get letters(): readonly string[] {
    return [...this.#drives.keys()].sort();
  }

  /** A folder by its Windows path; null when it is not there. */
  async folder(windows: string): Promise<ServerFolder | null> {
    const [drive = "", ...parts] = windows.split("\\").filter((part) => part !== "");
    const host = this.#drives.get(drive.slice(0, 1).toUpperCase());
    if (host === undefined || !/^[A-Za-z]:$/u.test(drive)) return null;
    let at: ServerFolder = { windows: `${drive.toUpperCase()}\\`, host };
    for (const part of parts) {
      const content = await this.content(at);
      const next = content?.folders.find((one) => sameName(one.windows, part));
      if (next === undefined) return null;
      at = next;
    }
    return at;
  }

  /** A file by its Windows path; null when it is not there. */
  async file(windows: string): Promise<ServerFolder | null> {
    const cut = windows.lastIndexOf("\\");
    const folder = await this.folder(windows.slice(0, cut));
    const content = folder === null ? null : await this.content(folder);
    return content?.files.find((one) => sameName(one.windows, windows.slice(cut + 1))) ?? null;
  }

  /** What a folder holds; null when it cannot be read. */
  content(folder: ServerFolder): Promise<FolderContent | null> {
    const known = this.#known.get(folder.host) ?? listFolder(folder);
    this.#known.set(folder.host, known);
    return known;
  }

  /** Forgets what was listed: a large tree is walked once, kind by kind. */
  forget(): void {
    this.#known.clear();
  }
}

function sameName(path: string, name: string): boolean {
  return path.slice(path.lastIndexOf("\\") + 1).toLowerCase() === name.toLowerCase();
}

async function listFolder(folder: ServerFolder): Promise<FolderContent | null> {
  const folders: ServerFolder[] = [];
  const files: (ServerFolder & { readonly name: string })[] = [];
  const others: ServerFolder[] = [];
  try {
    const entries = await readdir(folder.host, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const windows = folder.windows.endsWith("\\")
        ? `${folder.windows}${entry.name}`
        : `${folder.windows}\\${entry.name}`;
      const at = { windows, host: join(folder.host, entry.name) };
      if (entry.isSymbolicLink()) others.push(at);
      else if (entry.isDirectory()) folders.push(at);
      else if (entry.isFile()) files.push({ ...at, name: entry.name });
      else others.push(at);
    }
  } catch (thrown) {
    if (codeOf(thrown) === null) throw thrown;
    return null;
  }
  return { folders, files, others };
}

/** Size and times of a file; null when it is gone or not to be asked. */
export async function statFile(host: string): Promise<{
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly createdMs: number;
} | null> {
  try {
    const stats = await lstat(host);
    return { sizeBytes: stats.size, modifiedMs: stats.mtime.getTime(), createdMs: stats.birthtime.getTime() };
  } catch (thrown) {
    if (codeOf(thrown) === null) throw thrown;
    return null;
  }
}
