import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  unlinkSync,
  utimesSync,
  writeSync,
  type BigIntStats,
} from "node:fs";

/** What a file or folder is, as far as it matters for moving it safely. Times in nanoseconds since 1970. */
export interface DiskEntry {
  readonly kind: "file" | "folder" | "link" | "other";
  readonly device: string;
  readonly inode: string;
  readonly sizeBytes: number;
  /** Permission bits. */
  readonly mode: number;
  readonly owner: number;
  readonly group: number;
  readonly modifiedNs: string;
  readonly accessedNs: string;
  readonly createdNs: string;
  /** Names that this content has; more than one: it stays under another name. */
  readonly names: number;
}

/** An open file or folder. */
export type Handle = number;

/**
 * Everything that clean-up does to a disk, one call for each thing the machine does, so that a test can end it at each. Nothing follows
 * a link. Throws Node's own errors.
 */
export interface Disk {
  look(path: string): DiskEntry;
  lookAt(handle: Handle): DiskEntry;
  list(path: string): readonly string[];
  openFolder(path: string): Handle;
  openRead(path: string): Handle;
  /** Fails when something of that name is there. */
  create(path: string): Handle;
  openAppend(path: string): Handle;
  read(handle: Handle, into: Uint8Array, offsetBytes: number): number;
  write(handle: Handle, bytes: Uint8Array): number;
  sync(handle: Handle): void;
  close(handle: Handle): void;
  makeFolder(path: string): void;
  rename(from: string, to: string): void;
  /** Gives a file a second name; fails when that is taken. */
  link(from: string, to: string): void;
  remove(path: string): void;
  setMode(handle: Handle, mode: number): void;
  setOwner(handle: Handle, owner: number, group: number): void;
  /** Seconds since 1970; Node sets whole microseconds. */
  setTimes(path: string, accessed: number, modified: number): void;
}

/** Flags that Windows does not have are left out there. */
function flags(...names: readonly ("O_NOFOLLOW" | "O_DIRECTORY")[]): number {
  const known: Readonly<Record<string, number | undefined>> = constants;
  return names.reduce((sum, name) => sum | (known[name] ?? 0), 0);
}

/** Only the owner of the case may read what was a back door. */
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** The disk of this machine. */
export function machineDisk(): Disk {
  return {
    look: (path) => toEntry(lstatSync(path, { bigint: true })),
    lookAt: (handle) => toEntry(fstatSync(handle, { bigint: true })),
    list: (path) => readdirSync(path),
    openFolder: (path) => openSync(path, constants.O_RDONLY | flags("O_NOFOLLOW", "O_DIRECTORY")),
    openRead: (path) => openSync(path, constants.O_RDONLY | flags("O_NOFOLLOW")),
    create: (path) =>
      openSync(
        path,
        constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | flags("O_NOFOLLOW"),
        PRIVATE_FILE,
      ),
    openAppend: (path) =>
      openSync(
        path,
        constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | flags("O_NOFOLLOW"),
        PRIVATE_FILE,
      ),
    read: (handle, into, offsetBytes) => readSync(handle, into, 0, into.length, offsetBytes),
    write: (handle, bytes) => writeSync(handle, bytes),
    sync: (handle) => fsyncSync(handle),
    close: (handle) => closeSync(handle),
    makeFolder: (path) => {
      mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });
    },
    rename: (from, to) => renameSync(from, to),
    link: (from, to) => linkSync(from, to),
    remove: (path) => unlinkSync(path),
    setMode: (handle, mode) => fchmodSync(handle, mode),
    setOwner: (handle, owner, group) => fchownSync(handle, owner, group),
    setTimes: (path, accessed, modified) => utimesSync(path, accessed, modified),
  };
}

function toEntry(stats: BigIntStats): DiskEntry {
  return {
    kind: kindOf(stats),
    device: String(stats.dev),
    inode: String(stats.ino),
    sizeBytes: Number(stats.size),
    mode: Number(stats.mode & 0o7777n),
    owner: Number(stats.uid),
    group: Number(stats.gid),
    modifiedNs: String(stats.mtimeNs),
    accessedNs: String(stats.atimeNs),
    createdNs: String(stats.birthtimeNs),
    names: Number(stats.nlink),
  };
}

function kindOf(stats: BigIntStats): DiskEntry["kind"] {
  if (stats.isSymbolicLink()) return "link";
  if (stats.isFile()) return "file";
  return stats.isDirectory() ? "folder" : "other";
}

/** True when both are the same thing on the disk, not only under the same name. */
export function isSame(a: DiskEntry, b: DiskEntry): boolean {
  return a.device === b.device && a.inode === b.inode && a.kind === b.kind;
}

/** Nanoseconds as text to seconds. Node cuts what it sets to microseconds: the addition keeps it from cutting the last one off. */
export function secondsOf(ns: string): number {
  return Number(BigInt(ns) / 1000n) / 1e6 + 4e-7;
}
