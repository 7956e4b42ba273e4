import { Buffer } from "node:buffer";
import { closeSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";

import { PosternError } from "../core/index.ts";
import type { ItemOutcome, OutcomeJournal } from "../scan/index.ts";
import { besideCase, writeFailure } from "./beside-case.ts";

/** Counts up when what is kept changes its shape. */
const FORMAT = 2;

/** All that makes what was read before worth the same now. A run under other rules reads everything again. */
export interface RunIdentity {
  readonly rules: string;
  readonly version: string;
  readonly evidence: readonly string[];
  readonly settings: unknown;
}

/**
 * A file beside the case, in which each item that was read is kept until the case is written, so that a run that was killed goes on
 * where it stopped. Only this machine's own program reads it: it is in the form of its engine (`node:v8`), each entry with its
 * length and checksum, and ends at the first that is torn.
 */
export class OutcomeFile implements OutcomeJournal {
  readonly #path: string;
  readonly #file: number;
  /** Where each kept outcome lies. */
  readonly #places = new Map<string, number>();

  private constructor(path: string, file: number) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens what an earlier run of the same kind left beside the case folder, or begins anew.
   * @param resume false forgets what is there
   * @throws PosternError CASE_WRITE_FAILED
   */
  static open(caseFolder: string, identity: RunIdentity, resume: boolean): OutcomeFile {
    const path = pathFor(caseFolder);
    return wrapped(path, () => {
      const opened = new OutcomeFile(path, openSync(path, "a+"));
      const head = serialize([FORMAT, process.version, identity]);
      const first = resume ? opened.#readEntry(0) : null;
      if (first?.equals(head) !== true) {
        ftruncateSync(opened.#file, 0);
        opened.#append(head);
      } else opened.#index(first.length + ENTRY_HEAD_BYTES);
      return opened;
    });
  }

  /** Outcomes that an earlier run left. */
  get size(): number {
    return this.#places.size;
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  find(key: string): ItemOutcome {
    const at = this.#places.get(key);
    const payload = at === undefined ? null : wrapped(this.#path, () => this.#readEntry(at));
    if (payload === null) {
      const message = `${this.#path} changed while it was read: run again with --no-resume`;
      throw new PosternError("CASE_WRITE_FAILED", message, { path: this.#path });
    }
    // eslint-disable-next-line postern/no-type-assertion -- written by `add` below, under the same version of this program
    const [, outcome] = deserialize(payload) as readonly [string, ItemOutcome];
    return outcome;
  }

  add(key: string, outcome: ItemOutcome): void {
    wrapped(this.#path, () => this.#append(serialize([key, outcome])));
  }

  /** Ends the use of the file; it stays for the next run. */
  close(): void {
    closeSync(this.#file);
  }

  /** The case is written: what was kept for it is of no use any more. */
  static remove(caseFolder: string): void {
    rmSync(pathFor(caseFolder), { force: true });
  }

  #append(payload: Buffer): void {
    const head = Buffer.alloc(ENTRY_HEAD_BYTES);
    head.writeUInt32LE(payload.length, 0);
    head.writeUInt32LE(crc32(payload), 4);
    const entry = Buffer.concat([head, payload]);
    for (let written = 0; written < entry.length;) written += writeSync(this.#file, entry, written);
  }

  /** Finds all whole entries from `start` on; what follows the last of them is cut off. */
  #index(start: number): void {
    let at = start;
    for (let entry = this.#readEntry(at); entry !== null; entry = this.#readEntry(at)) {
      // eslint-disable-next-line postern/no-type-assertion -- as in `find`
      const [key] = deserialize(entry) as readonly unknown[];
      if (typeof key === "string") this.#places.set(key, at);
      at += ENTRY_HEAD_BYTES + entry.length;
    }
    ftruncateSync(this.#file, at);
  }

  /** The entry at a place of the file; null when there is none, or not a whole one. */
  #readEntry(at: number): Buffer | null {
    const head = this.#read(at, ENTRY_HEAD_BYTES);
    if (head === null) return null;
    const length = head.readUInt32LE(0);
    if (length > MAX_ENTRY_BYTES) return null;
    const payload = this.#read(at + ENTRY_HEAD_BYTES, length);
    return payload !== null && crc32(payload) === head.readUInt32LE(4) ? payload : null;
  }

  #read(at: number, length: number): Buffer | null {
    const bytes = Buffer.alloc(length);
    let got = 0;
    while (got < length) {
      const read = readSync(this.#file, bytes, got, length - got, at + got);
      if (read === 0) return null;
      got += read;
    }
    return bytes;
  }
}

function pathFor(caseFolder: string): string {
  return besideCase(caseFolder, "resume");
}

const ENTRY_HEAD_BYTES = 8;
/** Larger than any outcome: a length beyond it is not one. */
const MAX_ENTRY_BYTES = 1 << 28;

function wrapped<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (thrown) {
    throw writeFailure(`${path} could not be used`, { path }, thrown);
  }
}
