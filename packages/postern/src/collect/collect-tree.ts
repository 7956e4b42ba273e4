import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { codeOf, formatUtc, messageOf, PosternError, VERSION } from "../core/index.ts";
import type { Collection, CollectionDefinition } from "../knowledge/index.ts";
import {
  MANIFEST_NAME,
  MANIFEST_SCHEMA,
  type ManifestFile,
  type ManifestLine,
  type ManifestMissing,
  type NotTaken,
} from "../model/index.ts";
import { listingLine, LISTING_HEADER } from "./listing.ts";
import { findFiles } from "./places.ts";
import { findRoots } from "./roots.ts";
import { statFile, WindowsTree, type ServerFolder } from "./windows-tree.ts";
import { ZipWriter } from "./zip-writer.ts";

/** Bounds of a collection; 0 means no bound. */
export interface CollectionLimits {
  /** Logs that changed before so many days are left out. */
  readonly maxAgeDays: number;
  readonly maxFileMb: number;
  readonly maxTotalMb: number;
  /** Free space that must stay on the disk on which the collection is written. */
  readonly keepFreeMb: number;
}

/** The bounds unless somebody chooses others. */
export const DEFAULT_LIMITS: CollectionLimits = {
  maxAgeDays: 0,
  maxFileMb: 4096,
  maxTotalMb: 0,
  keepFreeMb: 1024,
};

/** What to collect from where. */
export interface TreeOptions {
  readonly collection: Collection;
  readonly drives: ReadonlyMap<string, string>;
  /** Name of the server. */
  readonly server: string;
  /** The zip to write; it must not exist. */
  readonly out: string;
  readonly times: "server" | "copy";
  readonly limits: CollectionLimits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onStep?: (step: {
    readonly index: number;
    readonly count: number;
    readonly title: string;
  }) => void;
  readonly signal?: AbortSignal | null;
}

/** What was collected. */
export interface TreeResult {
  readonly files: number;
  readonly sizeBytes: number;
  readonly missing: readonly ManifestMissing[];
  readonly zipBytes: number;
  /** SHA-256 of the zip. */
  readonly sha256: string;
}

const MB = 1024 * 1024;
const DAY_MS = 86_400_000;
const CODES_LOCKED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EBUSY", "ETXTBSY"]);

/**
 * Collects from a server's disk into one zip with a manifest. Opens for reading only, follows no link, runs nothing.
 * @throws PosternError CASE_EXISTS when the zip is there already, CASE_WRITE_FAILED, INTERRUPTED
 */
export async function collectTree(options: TreeOptions): Promise<TreeResult> {
  const zip = await createZip(options.out);
  try {
    const run = new Run(options, zip);
    await run.all();
    return { ...(await run.finish()), ...(await hashFile(options.out)) };
  } catch (thrown) {
    await zip.abandon();
    await rm(options.out, { force: true });
    if (thrown instanceof PosternError) throw thrown;
    throw writeFailed(options.out, thrown);
  }
}

async function createZip(out: string): Promise<ZipWriter> {
  try {
    return await ZipWriter.create(out);
  } catch (thrown) {
    if (codeOf(thrown) === "EEXIST")
      throw new PosternError(
        "CASE_EXISTS",
        `${out} is there already: choose another name with -o`,
        { out },
        thrown,
      );
    throw writeFailed(out, thrown);
  }
}

function writeFailed(out: string, thrown: unknown): PosternError {
  const why = codeOf(thrown) === "ENOSPC" ? "the disk is full" : messageOf(thrown);
  return new PosternError(
    "CASE_WRITE_FAILED",
    `the collection could not be written to ${out}: ${why}`,
    { out },
    thrown,
  );
}

async function hashFile(path: string): Promise<{ readonly sha256: string; readonly zipBytes: number }> {
  const hash = createHash("sha256");
  let zipBytes = 0;
  for await (const part of createReadStream(path, { highWaterMark: MB })) {
    // eslint-disable-next-line postern/no-type-assertion -- a stream without an encoding gives buffers
    const bytes = part as Buffer;
    hash.update(bytes);
    zipBytes += bytes.length;
  }
  return { sha256: hash.digest("hex"), zipBytes };
}

interface Taken {
  files: number;
  sizeBytes: number;
  missing: number;
}

/** One run of a collection. */
class Run {
  readonly #options: TreeOptions;
  readonly #zip: ZipWriter;
  readonly #lines: ManifestLine[] = [];
  readonly #stored = new Set<string>();
  readonly #oldestMs: number;
  #total = 0;
  #files = 0;
  #now: Taken = { files: 0, sizeBytes: 0, missing: 0 };

  constructor(options: TreeOptions, zip: ZipWriter) {
    this.#options = options;
    this.#zip = zip;
    const { collection, server, limits, times, now } = options;
    const startedMs = now();
    this.#oldestMs = limits.maxAgeDays === 0 ? -Infinity : startedMs - limits.maxAgeDays * DAY_MS;
    this.#lines.push({
      kind: "collection",
      schema: MANIFEST_SCHEMA,
      collector: "node",
      version: VERSION,
      definitions: collection.asOf,
      server,
      startedUtc: formatUtc(startedMs),
      times,
      limits: { ...limits },
    });
  }

  async all(): Promise<void> {
    const { collection, drives } = this.#options;
    const tree = new WindowsTree(drives);
    const roots = await findRoots(tree, collection);
    const count = collection.definitions.length;
    for (const [index, definition] of collection.definitions.entries()) {
      this.#options.onStep?.({ index, count, title: definition.title });
      this.#now = { files: 0, sizeBytes: 0, missing: 0 };
      if (definition.how === "commands") this.#cannotAsk(definition);
      else if (definition.how === "events")
        await this.#events(tree, definition, roots.get("windows")?.[0] ?? "");
      else {
        const found = await findFiles(tree, roots, definition);
        if (definition.how === "list") await this.#list(definition, found.files);
        else for (const file of found.files) await this.#copy(definition, file);
        for (const link of found.links) this.#miss(definition, link.windows, { reason: "link" });
        for (const folder of found.closed) this.#miss(definition, folder.windows, { reason: "locked" });
        const reason = definition.how === "raw" ? "impossible" : "absent";
        if (this.#now.files === 0) for (const path of found.absent) this.#miss(definition, path, { reason });
        if (definition.how === "raw" && this.#now.files + this.#now.missing === 0)
          this.#miss(definition, "$MFT", {
            reason,
            detail: "only a tool that reads the disk itself can take it",
          });
      }
      this.#lines.push({ kind: "done", definition: definition.id, ...this.#now });
      tree.forget();
    }
  }

  async finish(): Promise<Pick<TreeResult, "files" | "sizeBytes" | "missing">> {
    const finishedMs = this.#options.now();
    const totals = { files: this.#files, sizeBytes: this.#total };
    this.#lines.push({ kind: "end", ...totals, finishedUtc: formatUtc(finishedMs) });
    const text = this.#lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    await this.#store(MANIFEST_NAME, text, finishedMs);
    await this.#zip.finish();
    return { ...totals, missing: this.#lines.filter((line) => line.kind === "missing") };
  }

  #cannotAsk(definition: CollectionDefinition): void {
    const detail = "a disk cannot be asked; the PowerShell collector asks the running server";
    this.#miss(definition, definition.title, { reason: "impossible", detail });
  }

  async #events(tree: WindowsTree, definition: CollectionDefinition, windows: string): Promise<void> {
    for (const channel of definition.channels) {
      const path = `${windows}\\System32\\winevt\\Logs\\${channel.replaceAll("/", "%4")}.evtx`;
      const file = await tree.file(path);
      if (file === null) this.#miss(definition, path, { reason: "absent" });
      else await this.#copy(definition, file);
    }
  }

  /** Hashes files and writes their list. */
  async #list(definition: CollectionDefinition, files: readonly ServerFolder[]): Promise<void> {
    const rows: string[] = [];
    for (const file of files) {
      this.#breathe();
      const stat = await statFile(file.host);
      if (stat === null || stat.modifiedMs < this.#oldestMs) continue;
      const sha256 = definition.hashes ? await hashOf(file.host) : "";
      if (sha256 === null) this.#miss(definition, file.windows, { reason: "locked" });
      else rows.push(listingLine({ path: file.windows, sha256, ...stat }));
    }
    if (rows.length === 0) return;
    const stored = `listings/${definition.id}.csv`;
    const text = `${LISTING_HEADER}${rows.join("")}`;
    const { sizeBytes, sha256 } = await this.#store(stored, text, this.#options.now());
    this.#taken({
      kind: "file",
      definition: definition.id,
      path: definition.title,
      stored,
      sizeBytes,
      sha256,
      modifiedUtc: null,
      createdUtc: null,
      complete: true,
    });
  }

  async #copy(definition: CollectionDefinition, file: ServerFolder): Promise<void> {
    this.#breathe();
    const stored = storedName(file.windows);
    if (this.#stored.has(stored)) return; // an earlier definition asked for it, too
    const stat = await statFile(file.host);
    const refusal = stat === null ? "failed" : await this.#refusal(definition, stat);
    const opened: Opened =
      stat === null || refusal !== null
        ? { reason: refusal ?? "failed", detail: stat === null ? "it went away" : "" }
        : await openFile(file.host, stat.sizeBytes);
    const modifiedUtc = stat === null ? null : formatUtc(stat.modifiedMs);
    if (stat === null || !("parts" in opened)) {
      const why = "parts" in opened ? { reason: "failed" as const } : opened;
      this.#miss(definition, file.windows, { ...why, sizeBytes: stat?.sizeBytes ?? null, modifiedUtc });
      return;
    }
    this.#stored.add(stored);
    const { modifiedMs, sizeBytes: expectedBytes } = stat;
    const written = await this.#zip.add({ name: stored, modifiedMs, expectedBytes }, opened.parts);
    const { sizeBytes, sha256, failure } = written;
    this.#taken({
      kind: "file",
      definition: definition.id,
      path: file.windows,
      stored,
      sizeBytes,
      sha256,
      modifiedUtc,
      createdUtc: stat.createdMs > 0 ? formatUtc(stat.createdMs) : null,
      complete: failure === null && sizeBytes === expectedBytes,
    });
  }

  /** Why a file is left out; null when it is taken. */
  async #refusal(
    definition: CollectionDefinition,
    stat: { readonly sizeBytes: number; readonly modifiedMs: number },
  ): Promise<NotTaken | null> {
    const { limits, out } = this.#options;
    const largest = definition.largestMb ?? limits.maxFileMb;
    if (definition.aged && stat.modifiedMs < this.#oldestMs) return "age";
    if (largest !== 0 && stat.sizeBytes > largest * MB) return "size";
    if (limits.maxTotalMb !== 0 && this.#total + stat.sizeBytes > limits.maxTotalMb * MB) return "total";
    if (limits.keepFreeMb === 0) return null;
    const disk = await statfs(dirname(resolve(out)));
    return disk.bavail * disk.bsize - stat.sizeBytes < limits.keepFreeMb * MB ? "space" : null;
  }

  #taken(line: ManifestFile): void {
    this.#lines.push(line);
    this.#now.files++;
    this.#now.sizeBytes += line.sizeBytes;
    this.#files++;
    this.#total += line.sizeBytes;
  }

  #miss(
    definition: CollectionDefinition,
    path: string,
    why: { readonly reason: NotTaken } & Partial<
      Pick<ManifestMissing, "detail" | "sizeBytes" | "modifiedUtc">
    >,
  ): void {
    this.#now.missing++;
    const { reason, detail = "", sizeBytes = null, modifiedUtc = null } = why;
    this.#lines.push({
      kind: "missing",
      definition: definition.id,
      path,
      reason,
      detail,
      sizeBytes,
      modifiedUtc,
    });
  }

  async #store(
    name: string,
    text: string,
    modifiedMs: number,
  ): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
    const bytes = Buffer.from(text, "utf8");
    return this.#zip.add({ name, modifiedMs, expectedBytes: bytes.length }, one(bytes));
  }

  #breathe(): void {
    if (this.#options.signal?.aborted === true) throw new PosternError("INTERRUPTED", "interrupted");
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- a single part needs no waiting, but its reader asks for an iterable that may
async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** `C/inetpub/x` for `C:\inetpub\x`. */
function storedName(windows: string): string {
  return windows.replace(/^([A-Za-z]):\\/u, "$1/").replaceAll("\\", "/");
}

type Opened =
  { readonly parts: AsyncIterable<Uint8Array> } | { readonly reason: NotTaken; readonly detail: string };

/** Opens a file, or says why not. It is read as far as it was long when it was listed: a log may grow meanwhile. */
async function openFile(host: string, sizeBytes: number): Promise<Opened> {
  if (sizeBytes === 0) return { parts: one(new Uint8Array(0)) };
  const stream = createReadStream(host, { end: sizeBytes - 1, highWaterMark: MB });
  const failure = await new Promise<unknown>((done) => {
    stream.once("open", () => done(null));
    stream.once("error", done);
  });
  if (failure === null) return { parts: stream };
  const reason = CODES_LOCKED.has(codeOf(failure) ?? "") ? "locked" : "failed";
  return { reason, detail: messageOf(failure) };
}

async function hashOf(host: string): Promise<string | null> {
  try {
    return (await hashFile(host)).sha256;
  } catch (thrown) {
    if (codeOf(thrown) === null) throw thrown;
    return null;
  }
}
