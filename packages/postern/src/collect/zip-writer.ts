import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { crc32, createDeflateRaw } from "node:zlib";

// .ZIP File Format Specification (PKWARE APPNOTE 6.3.9), sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3.

/** What was written of one entry. */
export interface WrittenEntry {
  readonly sizeBytes: number;
  /** SHA-256 of the content, lower-case hex. */
  readonly sha256: string;
  /** What ended the reading before the end; null when all was read. */
  readonly failure: unknown;
}

interface Entry {
  readonly name: Buffer;
  readonly offset: number;
  readonly time: number;
  readonly wide: boolean;
  crc: number;
  packedBytes: number;
  sizeBytes: number;
}

const LOCAL_BYTES = 30;
const WIDE_BYTES = 20;
/** Entries that may become this large get 8-byte sizes: a packed entry can be larger than its content. */
const WIDE_FROM = 0xf000_0000;
const MAX_32 = 0xffff_ffff;
const UTF8_NAMES = 0x800;
const DEFLATE = 8;
const VERSION = 45;

/** Writes a zip to disk, one entry after another, in bounded memory. Same content, same bytes. */
export class ZipWriter {
  readonly #file: FileHandle;
  readonly #entries: Entry[] = [];
  #at = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Begins a new file. Throws Node's own errors: EEXIST when it is there already. */
  static async create(path: string): Promise<ZipWriter> {
    return new ZipWriter(await open(path, "wx"));
  }

  /** Bytes written so far. */
  get writtenBytes(): number {
    return this.#at;
  }

  /**
   * Adds an entry.
   * @param entry `name` with `/` between parts; `modifiedMs` since 1970; `expectedBytes` decides about the width of its sizes.
   * @param content its bytes; what they throw ends the entry and is returned as `failure`.
   */
  async add(
    entry: { readonly name: string; readonly modifiedMs: number; readonly expectedBytes: number },
    content: AsyncIterable<Uint8Array>,
  ): Promise<WrittenEntry> {
    const placed: Entry = {
      name: Buffer.from(entry.name, "utf8"),
      offset: this.#at,
      time: dosTime(entry.modifiedMs),
      wide: entry.expectedBytes >= WIDE_FROM,
      crc: 0,
      packedBytes: 0,
      sizeBytes: 0,
    };
    await this.#put(localHeader(placed));
    const hash = createHash("sha256");
    const packed = createDeflateRaw({ level: 6 });
    let failure: unknown = null;
    const feed = async (): Promise<void> => {
      try {
        for await (const part of content) {
          placed.crc = crc32(part, placed.crc);
          placed.sizeBytes += part.length;
          hash.update(part);
          const copy = Buffer.from(part); // the source may use its array again
          if (!packed.write(copy)) await new Promise((resolve) => packed.once("drain", resolve));
        }
      } catch (thrown) {
        failure = thrown;
      }
      packed.end();
    };
    const fed = feed();
    for await (const part of packed) {
      // eslint-disable-next-line postern/no-type-assertion -- Node types the chunks of every stream as any
      const bytes = part as Buffer;
      placed.packedBytes += bytes.length;
      await this.#put(bytes);
    }
    await fed;
    await this.#file.write(localHeader(placed), 0, null, placed.offset);
    this.#entries.push(placed);
    return { sizeBytes: placed.sizeBytes, sha256: hash.digest("hex"), failure };
  }

  /** Writes the table of contents and closes the file. */
  async finish(): Promise<void> {
    const start = this.#at;
    for (const entry of this.#entries) await this.#put(centralHeader(entry));
    await this.#put(endOfDirectory(this.#entries.length, start, this.#at - start));
    await this.#file.sync();
    await this.#file.close();
  }

  /** Closes the file without a table of contents, after a failure. */
  async abandon(): Promise<void> {
    await this.#file.close();
  }

  async #put(bytes: Buffer): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#at);
      written += bytesWritten;
      this.#at += bytesWritten;
    }
  }
}

function localHeader(entry: Entry): Buffer {
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(entry.wide ? VERSION : 20, 4);
  header.writeUInt16LE(UTF8_NAMES, 6);
  header.writeUInt16LE(DEFLATE, 8);
  header.writeUInt32LE(entry.time, 10);
  header.writeUInt32LE(entry.crc, 14);
  header.writeUInt32LE(entry.wide ? MAX_32 : entry.packedBytes, 18);
  header.writeUInt32LE(entry.wide ? MAX_32 : entry.sizeBytes, 22);
  header.writeUInt16LE(entry.name.length, 26);
  header.writeUInt16LE(entry.wide ? WIDE_BYTES : 0, 28);
  return Buffer.concat([
    header,
    entry.name,
    entry.wide ? wideField([entry.sizeBytes, entry.packedBytes]) : Buffer.alloc(0),
  ]);
}

function centralHeader(entry: Entry): Buffer {
  const far = entry.offset >= MAX_32;
  const extra = [...(entry.wide ? [entry.sizeBytes, entry.packedBytes] : []), ...(far ? [entry.offset] : [])];
  const field = extra.length === 0 ? Buffer.alloc(0) : wideField(extra);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(entry.wide || far ? VERSION : 20, 6);
  header.writeUInt16LE(UTF8_NAMES, 8);
  header.writeUInt16LE(DEFLATE, 10);
  header.writeUInt32LE(entry.time, 12);
  header.writeUInt32LE(entry.crc, 16);
  header.writeUInt32LE(entry.wide ? MAX_32 : entry.packedBytes, 20);
  header.writeUInt32LE(entry.wide ? MAX_32 : entry.sizeBytes, 24);
  header.writeUInt16LE(entry.name.length, 28);
  header.writeUInt16LE(field.length, 30);
  header.writeUInt32LE(far ? MAX_32 : entry.offset, 42);
  return Buffer.concat([header, entry.name, field]);
}

function wideField(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => field.writeBigUInt64LE(BigInt(value), 4 + 8 * index));
  return field;
}

function endOfDirectory(count: number, start: number, sizeBytes: number): Buffer {
  const wide = count >= 0xffff || start >= MAX_32 || sizeBytes >= MAX_32;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(wide ? 0xffff : count, 8);
  end.writeUInt16LE(wide ? 0xffff : count, 10);
  end.writeUInt32LE(wide ? MAX_32 : sizeBytes, 12);
  end.writeUInt32LE(wide ? MAX_32 : start, 16);
  if (!wide) return end;
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(VERSION, 12);
  record.writeUInt16LE(VERSION, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(sizeBytes), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(start + sizeBytes), 64);
  record.writeUInt32LE(1, 72);
  return Buffer.concat([record, end]);
}

/** MS-DOS date and time, here in UTC, from 1980 to 2107 in steps of two seconds. */
function dosTime(timeMs: number): number {
  const time = new Date(Math.min(Math.max(timeMs, Date.UTC(1980, 0, 1)), Date.UTC(2107, 11, 31)));
  const date = ((time.getUTCFullYear() - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
  const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
  return ((date << 16) | clock) >>> 0;
}
