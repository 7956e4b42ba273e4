import type { ByteSource } from "../../core/index.ts";

/** Files up to this size are judged whole; of larger ones the first and the last half of it are. */
export const FILE_WINDOW_BYTES: number = 1024 * 1024;

/** What is looked at of a file. */
export interface FileWindow {
  /** The whole file, or its head and its tail one after the other. */
  readonly bytes: Uint8Array;
  /** The stretch that was left out: null for a file that was read whole. */
  readonly gap: { readonly offsetBytes: number; readonly lengthBytes: number } | null;
}

/** The window of a file that is in memory already. */
export function windowOf(bytes: Uint8Array): FileWindow {
  if (bytes.length <= FILE_WINDOW_BYTES) return { bytes, gap: null };
  const half = FILE_WINDOW_BYTES / 2;
  return join(bytes.subarray(0, half), bytes.subarray(bytes.length - half), bytes.length);
}

/**
 * Reads the window of a file. A source of unknown size is read from its start only, up to FILE_WINDOW_BYTES.
 * Rejects with what the source rejects with.
 */
export async function readFileWindow(source: ByteSource): Promise<FileWindow> {
  const half = FILE_WINDOW_BYTES / 2;
  if (source.sizeBytes !== null && source.sizeBytes > FILE_WINDOW_BYTES) {
    const head = await readStretch(source, 0, half);
    const tail = await readStretch(source, source.sizeBytes - half, half);
    return join(head, tail, source.sizeBytes);
  }
  const bytes = await readStretch(source, 0, FILE_WINDOW_BYTES + 1);
  if (bytes.length <= FILE_WINDOW_BYTES) return { bytes, gap: null };
  // How much is left out is unknown: the gap reaches as far as a number can count.
  const gap = { offsetBytes: FILE_WINDOW_BYTES, lengthBytes: Number.MAX_SAFE_INTEGER - FILE_WINDOW_BYTES };
  return { bytes: bytes.subarray(0, FILE_WINDOW_BYTES), gap };
}

async function readStretch(
  source: ByteSource,
  offsetBytes: number,
  lengthBytes: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let total = 0;
  while (total < lengthBytes) {
    const part = await source.read(offsetBytes + total, lengthBytes - total);
    if (part.length === 0) break;
    parts.push(Uint8Array.from(part));
    total += part.length;
  }
  return Buffer.concat(parts);
}

function join(head: Uint8Array, tail: Uint8Array, sizeBytes: number): FileWindow {
  return {
    bytes: Buffer.concat([head, tail]),
    gap: { offsetBytes: head.length, lengthBytes: sizeBytes - head.length - tail.length },
  };
}

/** Offset in the file of an offset in the window. */
export function offsetInFile(window: FileWindow, offsetBytes: number): number {
  const { gap } = window;
  return gap !== null && offsetBytes >= gap.offsetBytes ? offsetBytes + gap.lengthBytes : offsetBytes;
}
