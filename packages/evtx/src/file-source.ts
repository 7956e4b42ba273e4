import { open } from "node:fs/promises";
import type { EvtxSource } from "./file.ts";

/** A file on disk as a source; close it when done. */
export interface EvtxFileSource extends EvtxSource {
  close(): Promise<void>;
}

/** Opens a file for reading. Each read reuses one buffer. Throws what the file system throws. */
export async function fileSource(path: string): Promise<EvtxFileSource> {
  const file = await open(path, "r");
  const { size } = await file.stat();
  let buffer = Buffer.alloc(0);
  return {
    sizeBytes: size,
    read: async (offsetBytes, lengthBytes) => {
      if (buffer.length < lengthBytes) buffer = Buffer.alloc(lengthBytes);
      let read = 0;
      // A read may give less than it was asked for before the end is reached.
      while (read < lengthBytes) {
        const { bytesRead } = await file.read(buffer, read, lengthBytes - read, offsetBytes + read);
        if (bytesRead === 0) break;
        read += bytesRead;
      }
      return buffer.subarray(0, read);
    },
    close: () => file.close(),
  };
}
