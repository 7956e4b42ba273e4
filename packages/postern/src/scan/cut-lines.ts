import type { ByteRange, ByteSource } from "../core/index.ts";

/** Pieces of one log at most: what they gave waits until it is their turn. */
const MAX_PIECES = 200;
const STEP_BYTES = 1 << 16;
/** Bytes gone through for the end of a line: a place inside a longer one is not cut at. */
const MAX_SOUGHT_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/** Cuts a text into ranges of whole lines, in their order; the last one reaches to the end, wherever that is by then. */
export async function cutAtLineEnds(
  source: ByteSource,
  sizeBytes: number,
  pieceBytes: number,
): Promise<readonly ByteRange[]> {
  const step = Math.max(pieceBytes, Math.ceil(sizeBytes / MAX_PIECES));
  const cuts: number[] = [0];
  for (let at = step; at + step / 2 < sizeBytes; at += step) {
    const start = await startOfNextLine(source, at);
    if (start !== null && start < sizeBytes && start > (cuts.at(-1) ?? 0)) cuts.push(start);
  }
  return cuts.map((fromBytes, index) => ({
    fromBytes,
    toBytes: cuts[index + 1] ?? Number.POSITIVE_INFINITY,
  }));
}

/** Where the first line begins that starts behind an offset; null when none does for long. */
async function startOfNextLine(source: ByteSource, offsetBytes: number): Promise<number | null> {
  for (let at = offsetBytes; at < offsetBytes + MAX_SOUGHT_BYTES; at += STEP_BYTES) {
    const bytes = await source.read(at, STEP_BYTES);
    const end = bytes.indexOf(NEWLINE);
    if (end !== -1) return at + end + 1;
    if (bytes.length < STEP_BYTES) return null;
  }
  return null;
}
