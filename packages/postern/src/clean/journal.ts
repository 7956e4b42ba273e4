import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PosternError } from "../core/index.ts";
import type { Disk, DiskEntry } from "./disk.ts";
import { writeAll } from "./disk-bytes.ts";

/** What the journal knows of a file before anything was done to it. */
export interface Before {
  /** Windows path. Untrusted. */
  readonly path: string;
  /** Where it was on this machine. Untrusted. */
  readonly shown: string;
  readonly sha256: string;
  readonly entry: DiskEntry;
  readonly folder: DiskEntry;
}

/** What is about to be done, or was done. */
export type JournalAct =
  | { readonly act: "begin"; readonly step: string; readonly before: Before }
  | {
      readonly act: "copied";
      readonly step: string;
      /** Path below the case. */
      readonly container: string;
      readonly containerSha256: string;
    }
  | { readonly act: "removing" | "removed"; readonly step: string }
  | { readonly act: "replacing" | "replaced"; readonly step: string; readonly afterSha256: string }
  | { readonly act: "restoring" | "restored"; readonly step: string }
  | { readonly act: "torn"; readonly step: ""; readonly sizeBytes: number; readonly sha256: string };

/** A line of the journal: its act, its time, and its place in the chain. */
export interface JournalEntry {
  readonly seq: number;
  readonly at: string;
  /** Hash of the entry before; 64 zeros for the first. */
  readonly previous: string;
  readonly what: JournalAct;
  readonly hash: string;
}

const FILE = "journal.jsonl";
const NONE = "0".repeat(64);

/** The journal of a case: append-only, each line chained to the one before by SHA-256 and on the disk before the next thing is done. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  add(what: JournalAct): void;
}

function hashOf(entry: Omit<JournalEntry, "hash">): string {
  const { seq, at, previous, what } = entry;
  return createHash("sha256")
    .update(JSON.stringify([seq, at, previous, what]))
    .digest("hex");
}

/** Opens the journal of a case; a line that a crash cut is told in the journal itself. @throws PosternError JOURNAL_DAMAGED */
export function openJournal(disk: Disk, folder: string, now: () => string): Journal {
  const path = join(folder, FILE);
  let { entries, torn } = readJournal(folder);
  const append = (line: string): void => {
    try {
      const handle = disk.openAppend(path);
      try {
        writeAll(disk, handle, Buffer.from(line, "utf8"));
        disk.sync(handle);
      } finally {
        disk.close(handle);
      }
    } catch (thrown) {
      // How much of the line reached the file is not known: what stands there counts, not what we meant to write.
      ({ entries, torn } = readJournal(folder));
      throw thrown;
    }
  };
  const write = (what: JournalAct, before: string): void => {
    const body = { seq: entries.length + 1, at: now(), previous: entries.at(-1)?.hash ?? NONE, what };
    const entry: JournalEntry = { ...body, hash: hashOf(body) };
    append(`${before}${JSON.stringify(entry)}\n`);
    entries = [...entries, entry];
    torn = null;
  };
  return {
    get entries() {
      return entries;
    },
    add: (what) => {
      if (torn?.isWhole === true) append("\n");
      else if (torn !== null)
        write({ act: "torn", step: "", sizeBytes: torn.bytes.length, sha256: sha(torn.bytes) }, "\n");
      torn = null;
      write(what, "");
    },
  };
}

function sha(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A last line without its end. `isWhole`: only the line end is missing. */
interface Torn {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

/** Reads and checks the journal of a case; none: no entries. @throws PosternError JOURNAL_DAMAGED with the line */
export function readJournal(folder: string): {
  readonly entries: readonly JournalEntry[];
  readonly torn: Torn | null;
} {
  const path = join(folder, FILE);
  if (!existsSync(path)) return { entries: [], torn: null };
  const bytes = readFileSync(path);
  const entries: JournalEntry[] = [];
  // Where what follows the last good entry begins: bytes that a crash cut, and the line ends after them.
  let junkAt = 0;
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at);
    const entry = parseEntry(bytes.subarray(at, end === -1 ? bytes.length : end), entries.at(-1) ?? null);
    const next = end === -1 ? bytes.length : end + 1;
    if (entry !== null) {
      // The line end before an entry that explains a cut is ours.
      if (junkAt < at && !explains(entry, bytes.subarray(junkAt, at - 1)))
        throw damaged(path, entries.length + 1);
      entries.push(entry);
      junkAt = next;
    }
    if (end === -1 && entry !== null) return { entries, torn: { bytes: new Uint8Array(), isWhole: true } };
    at = next;
  }
  const rest = bytes.subarray(junkAt);
  if (rest.length === 0) return { entries, torn: null };
  // Whole lines that are no entries were never written by a crash: it cuts the end, not the middle.
  if (rest.indexOf(0x0a) !== -1 && !isOwnRest(rest)) throw damaged(path, entries.length + 1);
  return { entries, torn: { bytes: Uint8Array.from(rest), isWhole: false } };
}

/** Lines that each begin as an entry does and are cut: several crashes one after the other. */
function isOwnRest(rest: Uint8Array): boolean {
  const lines = Buffer.from(rest).toString("utf8").split("\n");
  return lines.every(
    (line) => line === "" || ('{"seq":'.startsWith(line.slice(0, 7)) && !line.endsWith("}")),
  );
}

function explains({ what }: JournalEntry, bytes: Uint8Array): boolean {
  return what.act === "torn" && what.sizeBytes === bytes.length && what.sha256 === sha(bytes);
}

function damaged(path: string, line: number): PosternError {
  return new PosternError(
    "JOURNAL_DAMAGED",
    `${path}:${String(line)} does not follow from the line before it: the journal was changed or damaged, so nothing is done by it`,
    { path, line },
  );
}

/** An entry that follows from the one before; null for anything else. */
function parseEntry(bytes: Uint8Array, before: JournalEntry | null): JournalEntry | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
  if (!isEntry(value)) return null;
  const fits =
    value.seq === (before?.seq ?? 0) + 1 &&
    value.previous === (before?.hash ?? NONE) &&
    value.hash === hashOf(value);
  return fits ? value : null;
}

/** The chain vouches for the rest: only what we wrote has the right hash. */
function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== "object" || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    typeof fields.get("seq") === "number" &&
    typeof fields.get("at") === "string" &&
    typeof fields.get("previous") === "string" &&
    typeof fields.get("hash") === "string" &&
    typeof fields.get("what") === "object" &&
    fields.get("what") !== null
  );
}
