import { createHash } from "node:crypto";
import type { ByteSource } from "./byte-source.ts";

/** A byte source that takes its own SHA-256 while it is read, so that evidence is read from disk only once. */
export interface HashingSource extends ByteSource {
  /** Reads what has not been read yet, and gives the SHA-256 (lower-case hex) and the size in bytes of the whole; later calls give the same. */
  finish(): Promise<{ readonly sha256: string; readonly sizeBytes: number }>;
  /** Bytes read so far, each counted once. */
  readonly progressBytes: number;
}

const STEP_BYTES = 1 << 18;

/**
 * Wraps a source. Reading may jump; bytes are hashed once, in order, when a read first continues where hashing stopped.
 * @param withHash false only counts bytes, for a second look or for a part
 * @param fromBytes where counting begins; not 0 only without hash
 */
export function hashingSource(inner: ByteSource, withHash = true, fromBytes = 0): HashingSource {
  const hash = createHash("sha256");
  let hashed = fromBytes;
  const take = (offsetBytes: number, bytes: Uint8Array): void => {
    const end = offsetBytes + bytes.length;
    if (offsetBytes > hashed || end <= hashed) return;
    if (withHash) hash.update(bytes.subarray(hashed - offsetBytes));
    hashed = end;
  };
  let finished: Promise<{ readonly sha256: string; readonly sizeBytes: number }> | null = null;
  const read = async (offsetBytes: number, lengthBytes: number): Promise<Uint8Array> => {
    const bytes = await inner.read(offsetBytes, lengthBytes);
    take(offsetBytes, bytes);
    return bytes;
  };
  const finishHash = async (): Promise<{ readonly sha256: string; readonly sizeBytes: number }> => {
    for (;;) {
      const bytes = await read(hashed, STEP_BYTES);
      if (bytes.length === 0) break;
    }
    return { sha256: hash.digest("hex"), sizeBytes: hashed };
  };
  const readInto = async (offsetBytes: number, room: Uint8Array): Promise<Uint8Array> => {
    const bytes = (await inner.readInto?.(offsetBytes, room)) ?? room.subarray(0, 0);
    take(offsetBytes, bytes);
    return bytes;
  };
  return {
    sizeBytes: inner.sizeBytes,
    read,
    ...(inner.readInto === undefined ? {} : { readInto }),
    close: () => inner.close(),
    get progressBytes() {
      return hashed - fromBytes;
    },
    finish() {
      finished ??= finishHash();
      return finished;
    },
  };
}
