import { existsSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { codeOf, messageOf, PosternError } from "../core/index.ts";
import { isSame, type Disk, type DiskEntry, type Handle } from "./disk.ts";

/** A folder on this machine that stands for a drive of the server. */
export interface TreeRoot {
  /** One capital letter. */
  readonly drive: string;
  /** Real path: links in what the user named are followed once, none below. */
  readonly folder: string;
}

/** Reads `FOLDER` (drive C) or `D:=FOLDER`. @throws PosternError USAGE */
export function parseRoot(text: string): TreeRoot {
  const named = /^([A-Za-z]):?=(.+)$/su.exec(text);
  const folder = named?.[2] ?? text;
  if (!existsSync(folder)) throw new PosternError("USAGE", `--root wants a folder; ${folder} does not exist`);
  return { drive: (named?.[1] ?? "C").toUpperCase(), folder: realpathSync(resolve(folder)) };
}

/** Why something cannot be reached safely. */
export interface Refusal {
  readonly refused: "missing" | "link" | "unclear" | "outside" | "unreadable";
  /** One plain sentence. May hold untrusted text. */
  readonly text: string;
}

/** A name in a folder that was reached step by step, without following a link. Close it. */
export interface Place {
  readonly name: string;
  /** For calls to the disk: stays in the folder that was opened, even when its path is swapped meanwhile (on Linux). */
  readonly path: string;
  /** The folder, for calls to the disk. */
  readonly folderPath: string;
  /** For people and the journal. */
  readonly shown: string;
  readonly folder: DiskEntry;
  /** A neighbour in the same folder. */
  beside(name: string): string;
  /** Throws when the way to the folder is no longer the one that was walked. */
  recheck(): void;
  /** Brings changes of the folder to the disk. */
  sync(): void;
  close(): void;
}

/** A name that leads nowhere else: no separator, no stream, not `.` or `..`. */
function isPlainName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\\0:]/u.test(name);
}

/** Linux gives every open folder a path that cannot be swapped. https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html */
const OPEN_FOLDERS = "/proc/self/fd";

/** Walks to the folder of a Windows path below the root of its drive; upper and lower case are alike unless two names differ by nothing else. */
export function openPlace(disk: Disk, roots: readonly TreeRoot[], windowsPath: string): Place | Refusal {
  const drive = /^([A-Za-z]):\\(.+)$/su.exec(windowsPath);
  const root = roots.find((one) => one.drive === drive?.[1]?.toUpperCase());
  if (drive === null || root === undefined)
    return { refused: "outside", text: `${windowsPath} lies on a drive for which no --root was given.` };
  const names = (drive[2] ?? "").split("\\");
  if (!names.every(isPlainName))
    return { refused: "outside", text: `${windowsPath} is no plain path to a file.` };
  const walk = newWalk(disk, root.folder);
  try {
    for (const [i, name] of names.entries()) {
      const found = findName(disk, walk.path(), name);
      if (typeof found !== "string") {
        const isLast = i === names.length - 1 && found.refused === "missing";
        if (isLast) return walk.place(name);
        walk.close();
        return found;
      }
      if (i === names.length - 1) return walk.place(found);
      const refusal = walk.enter(found);
      if (refusal !== null) {
        walk.close();
        return refusal;
      }
    }
  } catch (thrown) {
    walk.close();
    if (codeOf(thrown) === null || codeOf(thrown) === "POSTERN_CRASH") throw thrown;
    return { refused: "unreadable", text: `${windowsPath} cannot be reached: ${messageOf(thrown)}` };
  }
  walk.close();
  return { refused: "missing", text: `${windowsPath} is not there.` };
}

/** True for a place that cannot be used. */
export function isRefusal(place: Place | Refusal): place is Refusal {
  return "refused" in place;
}

function findName(disk: Disk, folder: string, name: string): string | Refusal {
  const entries = disk.list(folder);
  if (entries.includes(name)) return name;
  const lower = name.toLowerCase();
  const alike = entries.filter((entry) => entry.toLowerCase() === lower);
  const [only] = alike;
  if (only === undefined) return { refused: "missing", text: `${name} is not there.` };
  if (alike.length > 1)
    return {
      refused: "unclear",
      text: `There are several names that differ only in case: ${alike.join(", ")}.`,
    };
  return only;
}

interface Walk {
  path(): string;
  enter(name: string): Refusal | null;
  place(name: string): Place;
  close(): void;
}

interface Visited {
  readonly path: string;
  readonly entry: DiskEntry;
}

function newWalk(disk: Disk, root: string): Walk {
  const isAnchored = existsSync(OPEN_FOLDERS);
  let handle: Handle | null = isAnchored ? disk.openFolder(root) : null;
  const visited: Visited[] = [{ path: root, entry: disk.look(root) }];
  const current = (): Visited => visited.at(-1) ?? { path: root, entry: disk.look(root) };
  const path = (): string => (handle === null ? current().path : `${OPEN_FOLDERS}/${String(handle)}`);
  const close = (): void => {
    if (handle !== null) disk.close(handle);
    handle = null;
  };
  return {
    path,
    close,
    enter: (name) => {
      const inside = join(path(), name);
      const entry = disk.look(inside);
      const shown = join(current().path, name);
      if (entry.kind === "link")
        return { refused: "link", text: `${shown} is a link. Links are not followed.` };
      if (entry.kind !== "folder") return { refused: "unclear", text: `${shown} is no folder.` };
      if (handle !== null) {
        const next = disk.openFolder(inside);
        disk.close(handle);
        handle = next;
        if (!isSame(disk.lookAt(next), entry))
          return { refused: "unclear", text: `${shown} was swapped while it was opened.` };
      }
      visited.push({ path: shown, entry });
      return null;
    },
    place: (name) => {
      const folderPath = path();
      const { path: shownFolder, entry } = current();
      return {
        name,
        path: join(folderPath, name),
        folderPath,
        shown: join(shownFolder, name),
        folder: handle === null ? entry : disk.lookAt(handle),
        beside: (other) => join(folderPath, other),
        recheck: () => recheck(disk, visited),
        sync: () => {
          if (handle !== null) disk.sync(handle);
        },
        close,
      };
    },
  };
}

/** Every folder on the way is still the one that was entered. */
function recheck(disk: Disk, visited: readonly Visited[]): void {
  for (const { path, entry } of visited) {
    if (isSame(disk.look(path), entry)) continue;
    throw new PosternError(
      "CLEAN_UP_FAILED",
      `${path} was swapped for something else while it was worked on`,
      {
        path,
      },
    );
  }
}
