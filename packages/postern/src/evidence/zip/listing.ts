import { Buffer } from "node:buffer";
import yauzl from "yauzl";
import type { Entry, ZipFile } from "yauzl";
import { messageOf } from "../../core/index.ts";
import type { ByteSource } from "../../core/index.ts";
import { decodeName, entryTimes } from "./entry.ts";
import type { ZipEntry } from "./entry.ts";

/** What a zip's directory lists. */
export interface Listing {
  readonly entries: readonly ZipEntry[];
  /** Why the list is not whole, or null. */
  readonly problem: string | null;
  /** True when the list ends because it grew too long. */
  readonly cut: boolean;
}

const WINDOW_BYTES = 256 * 1024;

/** Reads the central directory of a zip (zip64 too), at most `maxEntries` entries. Never throws for what the bytes hold. */
export async function listCentralDirectory(
  source: ByteSource,
  sizeBytes: number,
  maxEntries: number,
): Promise<Listing> {
  const entries: ZipEntry[] = [];
  try {
    const zip = await openZip(source, sizeBytes);
    const cut = await collect(zip, entries, maxEntries);
    return { entries, problem: null, cut };
  } catch (thrown) {
    return { entries, problem: messageOf(thrown), cut: false };
  }
}

/** Lets yauzl read from a byte source through one window, because it reads a directory in pieces of some 50 bytes. */
class WindowReader extends yauzl.RandomAccessReader {
  readonly #source: ByteSource;
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  // eslint-disable-next-line max-params -- yauzl's signature
  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void,
  ): void {
    this.#fill(position, length).then(
      (bytes) => {
        bytes.copy(target, offset);
        done(bytes.length < length ? new Error("it ends too early") : null);
      },
      (thrown: unknown) => done(new Error(messageOf(thrown), { cause: thrown })),
    );
  }

  async #fill(position: number, length: number): Promise<Buffer> {
    if (position < this.#windowAt || position + length > this.#windowAt + this.#window.length) {
      this.#window = Buffer.from(await this.#source.read(position, Math.max(length, WINDOW_BYTES)));
      this.#windowAt = position;
    }
    const from = position - this.#windowAt;
    return this.#window.subarray(from, from + length);
  }
}

function openZip(source: ByteSource, sizeBytes: number): Promise<ZipFile> {
  // Names are decoded and judged here, not by yauzl, which would refuse the whole archive for one bad name.
  const options = { autoClose: false, lazyEntries: true, decodeStrings: false, validateEntrySizes: false };
  return new Promise((resolve, reject) => {
    yauzl.fromRandomAccessReader(new WindowReader(source), sizeBytes, options, (error: Error | null, zip) => {
      if (error === null) resolve(zip);
      else reject(error);
    });
  });
}

function collect(zip: ZipFile, into: ZipEntry[], maxEntries: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    zip.on("error", reject);
    zip.on("end", () => resolve(false));
    zip.on("entry", (entry: Entry) => {
      if (into.length >= maxEntries) {
        resolve(true);
      } else {
        into.push(toZipEntry(entry));
        zip.readEntry();
      }
    });
    zip.readEntry();
  });
}

const UNIX = 3;

function toZipEntry(entry: Entry): ZipEntry {
  // With decodeStrings off yauzl gives the bytes, which its type does not say.
  const name: unknown = entry.fileName;
  return {
    rawName: name instanceof Uint8Array ? decodeName(name, entry.generalPurposeBitFlag) : String(name),
    method: entry.compressionMethod,
    encrypted: (entry.generalPurposeBitFlag & 1) !== 0,
    crc: entry.crc32,
    compressedBytes: entry.compressedSize,
    sizeBytes: entry.uncompressedSize,
    headerOffset: entry.relativeOffsetOfLocalHeader,
    unixMode: entry.versionMadeBy >> 8 === UNIX ? entry.externalFileAttributes >>> 16 : 0,
    times: entryTimes(entry.lastModFileDate, entry.lastModFileTime, entry.extraFields),
  };
}
