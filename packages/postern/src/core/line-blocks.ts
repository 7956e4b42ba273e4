import type { BlockKernel } from "./block-kernel.ts";
import type { ByteSource } from "./byte-source.ts";
import type { LineBlock, LineLimits } from "./line-block.ts";
import { LineSplitter } from "./line-splitter.ts";

/** How the text of an item is stored. `utf-8` also stands for every 8-bit text: bytes are not interpreted here. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be";

/** Default limits. */
export const DEFAULT_LINE_LIMITS: LineLimits = { blockBytes: 1 << 20, maxLineBytes: 1 << 20 };

/** Finds a text's encoding by its byte order mark, or by NUL bytes at every second place; `bomBytes` is the mark's length. */
export function detectEncoding(head: Uint8Array): {
  readonly encoding: TextEncoding;
  readonly bomBytes: number;
} {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: "utf-8", bomBytes: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: "utf-16le", bomBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: "utf-16be", bomBytes: 2 };
  const looked = Math.min(head.length & ~1, 512);
  let even = 0;
  let odd = 0;
  for (let i = 0; i < looked; i += 2) {
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  const most = looked / 2;
  if (looked >= 8 && odd > most * 0.7 && even < most * 0.1) return { encoding: "utf-16le", bomBytes: 0 };
  if (looked >= 8 && even > most * 0.7 && odd < most * 0.1) return { encoding: "utf-16be", bomBytes: 0 };
  return { encoding: "utf-8", bomBytes: 0 };
}

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
