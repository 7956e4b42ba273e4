import type { BlockKernel } from "./block-kernel.ts";
import type { ByteSource } from "./byte-source.ts";
import type { LineBlock, LineLimits } from "./line-block.ts";
import { LineSplitter } from "./line-splitter.ts";
import { detectEncoding } from "./text-encoding.ts";

/** Default limits. */
export const DEFAULT_LINE_LIMITS: LineLimits = { blockBytes: 1 << 18, maxLineBytes: 1 << 20 };

/**
 * Reads the lines of a text in blocks, in order, in bounded memory. LF, CRLF and a missing last line end are understood.
 * @param kernel does the work where it can; no other reader may use it at the same time
 */
export async function* readLineBlocks(
  source: ByteSource,
  head: Uint8Array,
  limits: LineLimits = DEFAULT_LINE_LIMITS,
  kernel: BlockKernel | null = null,
): AsyncGenerator<LineBlock, void, undefined> {
  const { encoding, bomBytes } = detectEncoding(head);
  const splitter = new LineSplitter(limits, { unitBytes: encoding === "utf-8" ? 1 : 2, bomBytes, kernel });
  const decoder = encoding === "utf-8" ? null : new TextDecoder(encoding, { ignoreBOM: true });
  const { readInto } = source;
  if (readInto !== undefined && splitter.takesBytesInPlace) {
    for (let at = bomBytes; ;) {
      const part = await readInto(at, splitter.makeRoom());
      at += part.length;
      const block = splitter.push(part, part.length === 0);
      if (block.count > 0) yield block;
      if (part.length === 0) return;
    }
  }
  let at = bomBytes;
  let coming = source.read(at, limits.blockBytes);
  try {
    for (;;) {
      const part = await coming;
      const end = part.length === 0;
      at += part.length;
      const bytes = decoder === null ? part : Buffer.from(decoder.decode(part, { stream: !end }), "utf8");
      const block = splitter.push(bytes, end);
      // The splitter has copied the part: the next one may come while this one is worked on.
      if (!end) coming = source.read(at, limits.blockBytes);
      if (block.count > 0) yield block;
      if (end) return;
    }
  } finally {
    // A caller that stops early closes the source: not while it is being read.
    await Promise.allSettled([coming]);
  }
}
