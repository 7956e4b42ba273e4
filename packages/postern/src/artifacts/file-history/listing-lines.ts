import { detectEncoding, type ByteSource } from "../../core/index.ts";
import type { Place } from "../../model/index.ts";

/** A line of a listing. */
export interface ListingLine {
  readonly text: string;
  readonly at: Place;
}

const BLOCK_BYTES = 1 << 20;
/** Longer lines are cut: a listing has some hundred characters a line. */
const MAX_LINE = 65_536;

/** Lines of a text in blocks, in UTF-8 or UTF-16, with their places. Memory is bounded by a block. */
export async function* readListingLines(
  source: ByteSource,
  item: number,
): AsyncIterable<readonly ListingLine[]> {
  const head = Uint8Array.from(await source.read(0, 4096));
  const { encoding, bomBytes } = encodingOf(head);
  const width = encoding === "latin1" ? 1 : 2;
  let rest = "";
  let record = 0;
  let lineStart = bomBytes;
  for (let offset = bomBytes; ;) {
    const part = Buffer.from(await source.read(offset, BLOCK_BYTES));
    if (part.length === 0) break;
    offset += part.length;
    const even = part.subarray(0, part.length - (part.length % width));
    if (encoding === "utf-16be") even.swap16();
    const pieces = (rest + even.toString(encoding === "latin1" ? "latin1" : "utf16le")).split("\n");
    rest = pieces.pop() ?? "";
    const lines: ListingLine[] = [];
    for (const piece of pieces) {
      const lengthBytes = piece.length * width;
      record++;
      lines.push(lineOf(piece, encoding, { item, offsetBytes: lineStart, lengthBytes, record }));
      lineStart += lengthBytes + width;
    }
    if (rest.length > MAX_LINE) {
      lineStart += (rest.length - MAX_LINE) * width;
      rest = rest.slice(-MAX_LINE);
    }
    yield lines;
  }
  if (rest !== "") {
    const at = { item, offsetBytes: lineStart, lengthBytes: rest.length * width, record: record + 1 };
    yield [lineOf(rest, encoding, at)];
  }
}

type Encoding = "latin1" | "utf-16le" | "utf-16be";

function lineOf(piece: string, encoding: Encoding, at: Place): ListingLine {
  const bare = piece.endsWith("\r") ? piece.slice(0, -1) : piece;
  // Bytes one by one first, so that places are exact; UTF-8 where the line holds more than ASCII.
  const text =
    encoding === "latin1" && /[\u0080-\u00ff]/u.test(bare)
      ? Buffer.from(bare, "latin1").toString("utf8")
      : bare;
  return { text, at };
}

function encodingOf(head: Uint8Array): { readonly encoding: Encoding; readonly bomBytes: number } {
  const { encoding } = detectEncoding(head);
  if (encoding === "utf-16le") return { encoding, bomBytes: head[0] === 0xff && head[1] === 0xfe ? 2 : 0 };
  if (encoding === "utf-16be") return { encoding, bomBytes: head[0] === 0xfe && head[1] === 0xff ? 2 : 0 };
  return { encoding: "latin1", bomBytes: head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0 };
}
