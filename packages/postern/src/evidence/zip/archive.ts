import { fromBytes } from "../../core/index.ts";
import type { ByteSource } from "../../core/index.ts";
import { byCodeUnits, fault, inFixedOrder } from "../found.ts";
import type { Fault, FaultSink, Found, FoundDirectory, FoundFile } from "../found.ts";
import type { ArchiveLimits, Budget } from "../limits.ts";
import { inflate } from "../sources/inflating-source.ts";
import { slice } from "../sources/slice-source.ts";
import { METHOD_STORED } from "./entry.ts";
import type { ZipEntry } from "./entry.ts";
import { listCentralDirectory } from "./listing.ts";
import { readableMethod, salvageEntries } from "./salvage.ts";
import { safeName } from "./safe-name.ts";

/** Opens the bytes of an archive, anew for each caller. */
export type OpenBase = (sink: FaultSink) => Promise<ByteSource>;

/** A zip opened in place. */
export interface OpenedArchive {
  readonly root: FoundDirectory;
  /** What is wrong with the archive as a whole. */
  readonly faults: readonly Fault[];
}

/** The archive as a whole, and what it may still use. */
interface Archive {
  readonly open: OpenBase;
  readonly limits: ArchiveLimits;
  readonly budget: Budget;
}

/** Lists a zip without unpacking it. What its directory does not give is looked for by the headers before each file. */
export async function openArchive(archive: Archive, sizeBytes: number): Promise<OpenedArchive> {
  const faults: Fault[] = [];
  const source = await archive.open((met) => faults.push(met));
  try {
    const room = Math.max(0, archive.limits.maxEntries - archive.budget.entries);
    const listing = await listCentralDirectory(source, sizeBytes, room);
    let entries = listing.entries;
    if (listing.problem !== null) {
      const salvaged = await salvageEntries(source, sizeBytes, room);
      entries = merge(entries, salvaged);
      faults.push(fault("ZIP_MALFORMED", "rest", brokenNote(listing.problem, entries.length)));
    }
    if (listing.cut || entries.length >= room + 1) faults.push(tooMany(archive.limits));
    archive.budget.entries += entries.length;
    return { root: toTree(entries, archive), faults };
  } finally {
    await source.close();
  }
}

function tooMany(limits: ArchiveLimits): Fault {
  return fault(
    "ARCHIVE_ENTRY_LIMIT",
    "rest",
    `more than ${limits.maxEntries} entries; the rest was not read`,
  );
}

function brokenNote(problem: string, found: number): string {
  const missing = problem.includes("End of central directory");
  const what = missing
    ? "its table of contents is missing: the zip was cut off while it was copied or written"
    : `its table of contents is damaged (${problem})`;
  return `${what}; ${found} files were found by their own headers, others may be lost`;
}

/** Entries of the directory first; of the salvaged ones those that it does not have. */
function merge(listed: readonly ZipEntry[], salvaged: readonly ZipEntry[]): readonly ZipEntry[] {
  const known = new Set(listed.map((entry) => entry.headerOffset));
  return [...listed, ...salvaged.filter((entry) => !known.has(entry.headerOffset))];
}

/** Directories of an archive while they are filled. */
interface Branch {
  readonly directories: Map<string, Branch>;
  readonly files: FoundFile[];
}

function toTree(entries: readonly ZipEntry[], archive: Archive): FoundDirectory {
  const root: Branch = { directories: new Map(), files: [] };
  const ordered = [...entries].sort(
    (a, b) => byCodeUnits(a.rawName, b.rawName) || a.headerOffset - b.headerOffset,
  );
  for (const entry of ordered) {
    const { components, escapes, directory } = safeName(entry.rawName);
    const name = components.at(-1) ?? "_";
    let branch = root;
    for (const component of directory ? components : components.slice(0, -1)) {
      branch = childOf(branch, component);
    }
    if (directory && entry.compressedBytes === 0) continue;
    branch.files.push(toFile(entry, name, escapes, archive));
  }
  return freeze("", root);
}

function childOf(branch: Branch, name: string): Branch {
  const known = branch.directories.get(name);
  if (known !== undefined) return known;
  const made: Branch = { directories: new Map(), files: [] };
  branch.directories.set(name, made);
  return made;
}

function freeze(name: string, branch: Branch): FoundDirectory {
  return {
    kind: "directory",
    name,
    list: () => {
      const directories = [...branch.directories].map(([child, below]): Found => freeze(child, below));
      return Promise.resolve(inFixedOrder<Found>([...directories, ...branch.files]));
    },
  };
}

function toFile(entry: ZipEntry, name: string, escapes: boolean, archive: Archive): FoundFile {
  const refused = refuse(entry, archive);
  const faults: Fault[] = [];
  if (escapes) {
    const note = "its name leads out of the archive; it is read under a harmless name and written nowhere";
    faults.push(fault("PATH_TRAVERSAL", "value", note));
  }
  if (refused !== null) faults.push(refused);
  const blocked = refused?.lost === "file";
  return {
    kind: "file",
    name,
    sizeBytes: entry.sizeBytes,
    times: entry.times,
    faults,
    blocked,
    head: null,
    seekable: entry.method === METHOD_STORED,
    open: (sink) =>
      blocked ? Promise.resolve(fromBytes(new Uint8Array(0))) : openEntry(entry, archive, sink),
  };
}

const SYMBOLIC_LINK = 0xa000;

/** Why an entry is not read, or only in part; also charges it to the budget. */
function refuse(entry: ZipEntry, archive: Archive): Fault | null {
  const { limits, budget } = archive;
  if ((entry.unixMode & 0xf000) === SYMBOLIC_LINK) {
    return fault("PATH_LINK", "file", "a symbolic link; links in evidence are not followed");
  }
  if (entry.encrypted || entry.method === 99) return fault("ZIP_ENCRYPTED", "file", encryptedNote(entry));
  if (!readableMethod(entry.method)) {
    const advice = "unpack it with a tool that knows the method and give the folder";
    const note = `packed with method ${entry.method}, which Postern does not read: ${advice}`;
    return fault("ZIP_UNSUPPORTED_METHOD", "file", note);
  }
  const size = entry.sizeBytes ?? 0;
  budget.bytes += size;
  if (budget.bytes > limits.maxTotalBytes) {
    return fault("ARCHIVE_TOTAL_LIMIT", "file", "the archive expands beyond the total limit; not read");
  }
  if (size > Math.max(limits.ratioFloorBytes, entry.compressedBytes * limits.maxRatio)) {
    const note = `said to expand more than ${limits.maxRatio} times; only its beginning is read`;
    return fault("ARCHIVE_RATIO_LIMIT", "rest", note);
  }
  return null;
}

function encryptedNote(entry: ZipEntry): string {
  if (/(?:^|[/\\])data\.zip$/i.test(entry.rawName)) {
    const advice =
      "open it with `velociraptor unzip` and the server's key or the password, then give the folder";
    return `an encrypted Velociraptor collection: ${advice}`;
  }
  return "encrypted: unpack it with the password and give the folder";
}

/** APPNOTE.TXT 4.3.7: the data follows the header's 30 bytes, the name and the extra data. */
async function openEntry(entry: ZipEntry, archive: Archive, sink: FaultSink): Promise<ByteSource> {
  const base = await archive.open(sink);
  const header = Buffer.from(await base.read(entry.headerOffset, 30));
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50) {
    sink(
      fault("ZIP_ENTRY_MALFORMED", "file", "the archive does not hold it where its table of contents says"),
    );
    return base.close().then(() => fromBytes(new Uint8Array(0)));
  }
  const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const available = Math.max(0, Math.min(entry.compressedBytes, (base.sizeBytes ?? Infinity) - start));
  if (entry.method === METHOD_STORED) {
    if (available < entry.compressedBytes) {
      const note = "the archive ends inside it";
      sink({ code: "ZIP_ENTRY_MALFORMED", lost: "rest", note, offsetBytes: available });
    }
    return slice(base, start, available);
  }
  const { maxRatio, ratioFloorBytes, maxTotalBytes } = archive.limits;
  return inflate({
    format: "raw",
    base: slice(base, start, available),
    sizeBytes: entry.sizeBytes,
    crc: entry.crc,
    maxRatio,
    ratioFloorBytes,
    maxBytes: maxTotalBytes,
    malformed: "ZIP_ENTRY_MALFORMED",
    sink,
  });
}
