import { createHash } from "node:crypto";
import type { Disk, Handle } from "./disk.ts";
import { hashHandle, readWhole, writeAll } from "./disk-bytes.ts";

// Layout of a quarantine file: "POSTERN-QUARANTINE 1\n", one line of JSON that says what it is, then the content, each byte combined (XOR)
// with a key of 32 bytes that follows from its SHA-256. No antivirus knows it again, no web server runs it, and nothing but its hash is
// needed to get it back.
const MAGIC = "POSTERN-QUARANTINE 1\n";
const CHUNK_BYTES = 64 * 1024;
/** The line of JSON is ours and short. */
const MAX_HEAD_BYTES = 64 * 1024;

/** What the head of a quarantine file says. */
export interface ContainerHead {
  readonly step: string;
  /** Windows path. Untrusted. */
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

function keyOf(sha256: string): Uint8Array {
  return createHash("sha256").update(`postern quarantine ${sha256}`).digest();
}

/** Combines bytes that begin at `offsetBytes` of the content with the key, in place; twice gives them back. */
function combine(bytes: Uint8Array, offsetBytes: number, key: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = (bytes[i] ?? 0) ^ (key[(offsetBytes + i) % key.length] ?? 0);
}

/** Writes the content of `source` to a new file and brings it to the disk. Throws Node's own errors. */
export function writeContainer(disk: Disk, path: string, source: Handle, head: ContainerHead): void {
  const target = disk.create(path);
  try {
    writeAll(disk, target, Buffer.from(`${MAGIC}${JSON.stringify(head)}\n`, "utf8"));
    const key = keyOf(head.sha256);
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (let offset = 0; ;) {
      const got = disk.read(source, buffer, offset);
      if (got === 0) break;
      const part = buffer.subarray(0, got);
      combine(part, offset, key);
      writeAll(disk, target, part);
      offset += got;
    }
    disk.sync(target);
  } finally {
    disk.close(target);
  }
}

/** What reading a container back gives: hash and size of the content, and of the container itself. */
export interface ContainerCheck {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly containerSha256: string;
}

/** Reads a container to its end and says what it holds; null when it is none. `onPart` gets the content piece by piece. */
export function readContainer(
  disk: Disk,
  path: string,
  onPart: (bytes: Uint8Array) => void = () => undefined,
): ContainerCheck | null {
  const source = disk.openRead(path);
  try {
    const start = readWhole(disk, source, MAX_HEAD_BYTES);
    const end = start.indexOf(0x0a, MAGIC.length);
    const sha256 = shaOfHead(start.subarray(0, Math.max(0, end)));
    if (sha256 === null) return null;
    const key = keyOf(sha256);
    const hash = createHash("sha256");
    const buffer = new Uint8Array(CHUNK_BYTES);
    let offset = 0;
    for (;;) {
      const got = disk.read(source, buffer, end + 1 + offset);
      if (got === 0) break;
      const part = buffer.subarray(0, got);
      combine(part, offset, key);
      hash.update(part);
      onPart(part);
      offset += got;
    }
    const containerSha256 = hashHandle(disk, source).sha256;
    return { sha256: hash.digest("hex"), sizeBytes: offset, containerSha256 };
  } finally {
    disk.close(source);
  }
}

function shaOfHead(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes).toString("utf8");
  if (!text.startsWith(MAGIC)) return null;
  const found = /"sha256":"([0-9a-f]{64})"/u.exec(text);
  return found?.[1] ?? null;
}
