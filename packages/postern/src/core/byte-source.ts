/**
 * Bytes at rest: a file, a zip entry, a buffer look alike.
 * Reads beyond the end give fewer bytes, never an error; reading is allowed in any order, forward reads are the cheap ones.
 */
export interface ByteSource {
  /** Size in bytes when known before reading; null for streams whose size shows only at the end (e.g. gzip). */
  readonly sizeBytes: number | null;
  /**
   * Reads up to `lengthBytes` bytes from `offsetBytes`. The result may be shorter than asked only at the end.
   * The array is valid until the next call to `read`; copy what must live longer.
   */
  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array>;
  /** The same, straight into the caller's memory, where that saves a copy: as many bytes as `room` holds. Missing where it does not. */
  readonly readInto?: (offsetBytes: number, room: Uint8Array) => Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A byte source over an array in memory. */
export function fromBytes(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (offsetBytes, lengthBytes) =>
      Promise.resolve(bytes.subarray(offsetBytes, offsetBytes + lengthBytes)),
    close: () => Promise.resolve(),
  };
}

/**
 * Reads a whole source into memory, at most `limitBytes`.
 * @returns the bytes, and whether the limit cut them.
 */
export async function readAll(
  source: ByteSource,
  limitBytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly cut: boolean }> {
  const step = 1 << 20;
  const parts: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const part = await source.read(total, Math.min(step, limitBytes + 1 - total));
    if (part.length === 0) break;
    parts.push(Uint8Array.from(part));
    total += part.length;
    if (total > limitBytes) break;
  }
  const all = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return total > limitBytes ? { bytes: all.subarray(0, limitBytes), cut: true } : { bytes: all, cut: false };
}
