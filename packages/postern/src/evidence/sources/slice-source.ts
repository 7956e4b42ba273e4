import type { ByteSource } from "../../core/index.ts";

/** A stretch of another source, which is closed with it. */
export function slice(base: ByteSource, startBytes: number, lengthBytes: number): ByteSource {
  return {
    sizeBytes: lengthBytes,
    read(offsetBytes, wantedBytes) {
      const wanted = Math.max(0, Math.min(wantedBytes, lengthBytes - offsetBytes));
      return base.read(startBytes + offsetBytes, wanted);
    },
    close: () => base.close(),
  };
}
