import { createHash } from "node:crypto";
import type { Disk, Handle } from "./disk.ts";

const CHUNK_BYTES = 64 * 1024;

/** Writes all of the bytes; a disk may take fewer at once. */
export function writeAll(disk: Disk, handle: Handle, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += disk.write(handle, bytes.subarray(done));
}

/** Reads an open file from its beginning, at most `limitBytes`. */
export function readWhole(disk: Disk, handle: Handle, limitBytes: number): Buffer {
  const parts: Buffer[] = [];
  for (let offset = 0; offset < limitBytes;) {
    const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, limitBytes - offset));
    const got = disk.read(handle, buffer, offset);
    if (got === 0) break;
    parts.push(buffer.subarray(0, got));
    offset += got;
  }
  return Buffer.concat(parts);
}

/** SHA-256 and size of an open file, from its beginning. */
export function hashHandle(
  disk: Disk,
  handle: Handle,
): { readonly sha256: string; readonly sizeBytes: number } {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(CHUNK_BYTES);
  let offset = 0;
  for (;;) {
    const got = disk.read(handle, buffer, offset);
    if (got === 0) break;
    hash.update(buffer.subarray(0, got));
    offset += got;
  }
  return { sha256: hash.digest("hex"), sizeBytes: offset };
}

/** SHA-256 of bytes in memory. */
export function hashBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
