import { Buffer } from "node:buffer";
import type { Stats } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { sep } from "node:path";
import { fromBytes } from "../core/index.ts";
import { fault, inFixedOrder, NO_TIMES } from "./found.ts";
import type { Fault, Found, FoundDirectory, FoundFile } from "./found.ts";
import type { EvidenceTimes } from "./item.ts";
import { openFile, READ_ONLY, unreadableNote } from "./sources/file-source.ts";

/** Children looked at together; they are only opened, so this bounds open files, not memory. */
const AT_ONCE = 32;
/** First bytes that tell an archive. */
const HEAD_BYTES = 8;
const SEPARATOR = Buffer.from(sep);

/**
 * A directory on disk. Links are not followed. Paths are kept as bytes, because names unpacked on another system need not be
 * UTF-8 and would be lost otherwise.
 */
export function folder(path: Buffer, name: string): FoundDirectory {
  return { kind: "directory", name, list: () => listFolder(path) };
}

/** A file on disk as it is now: opened once to see whether it can be, and what it begins with. Never throws. */
export async function diskFile(path: Buffer, name: string): Promise<FoundFile> {
  const met = await look(path, name);
  return met.kind === "file"
    ? met
    : blocked(name, fault("FILE_UNREADABLE", "file", "a directory took its place"));
}

async function listFolder(path: Buffer): Promise<readonly Found[]> {
  let names: readonly Buffer[];
  try {
    names = await readdir(path, { encoding: "buffer" });
  } catch (thrown) {
    const note = `the folder ${unreadableNote(thrown)}; nothing in it was read`;
    return [blocked("(folder)", fault("FILE_UNREADABLE", "file", note))];
  }
  const found: Found[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE);
    found.push(...(await Promise.all(some.map((name) => look(join(path, name), decode(name))))));
  }
  return inFixedOrder(found);
}

function join(path: Buffer, name: Buffer): Buffer {
  return Buffer.concat([path, SEPARATOR, name]);
}

/** Valid UTF-8 as such, anything else byte for byte as Latin-1, so that two names never become one. */
function decode(name: Buffer): string {
  const text = name.toString("utf8");
  return Buffer.from(text, "utf8").equals(name) ? text : name.toString("latin1");
}

async function look(path: Buffer, name: string): Promise<Found> {
  try {
    const stats = await lstat(path);
    if (stats.isDirectory()) return folder(path, name);
    if (stats.isSymbolicLink()) {
      return blocked(
        name,
        fault("PATH_LINK", "file", "a link or junction; links in evidence are not followed"),
      );
    }
    if (!stats.isFile()) {
      return blocked(
        name,
        fault("PATH_SPECIAL_FILE", "file", "a device, pipe or socket, not a file; not opened"),
      );
    }
    return file(path, name, stats, await readHead(path));
  } catch (thrown) {
    return blocked(name, fault("FILE_UNREADABLE", "file", unreadableNote(thrown)));
  }
}

async function readHead(path: Buffer): Promise<Uint8Array> {
  const handle = await open(path, READ_ONLY);
  try {
    const head = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function file(path: Buffer, name: string, stats: Stats, head: Uint8Array): FoundFile {
  return {
    kind: "file",
    name,
    sizeBytes: stats.size,
    times: diskTimes(stats),
    faults: [],
    blocked: false,
    head,
    seekable: true,
    open: (sink) => Promise.resolve(openFile(path, stats.size, sink)),
  };
}

function diskTimes(stats: Stats): EvidenceTimes {
  const created = stats.birthtimeMs > 0 ? stats.birthtime.toISOString() : null;
  return { modified: stats.mtime.toISOString(), created, source: "filesystem" };
}

function blocked(name: string, why: Fault): FoundFile {
  return {
    kind: "file",
    name,
    sizeBytes: null,
    times: NO_TIMES,
    faults: [why],
    blocked: true,
    head: null,
    seekable: true,
    open: () => Promise.resolve(fromBytes(new Uint8Array(0))),
  };
}
