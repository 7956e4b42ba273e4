import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockKernel, fromBytes, readLineBlocks, type ByteSource, type LineLimits } from "./index.ts";

interface Line {
  readonly text: string;
  readonly offset: number;
  readonly length: number;
  readonly number: number;
  readonly tooLong: boolean;
}

/** The lines of a text; the compiled kernels must give the same. */
async function linesOf(bytes: Uint8Array, limits: LineLimits): Promise<Line[]> {
  const lines = await linesBy(bytes, limits, null);
  expect(await linesBy(bytes, limits, KERNEL)).toEqual(lines);
  return lines;
}

const KERNEL = BlockKernel.load();

test("the compiled kernels are there", () => {
  expect(KERNEL).not.toBeNull();
});

async function linesBy(bytes: Uint8Array, limits: LineLimits, kernel: BlockKernel | null): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const block of readLineBlocks(fromBytes(bytes), bytes.subarray(0, 4096), { limits, kernel })) {
    for (let i = 0; i < block.count; i++) {
      lines.push({
        text: Buffer.from(block.bytes.subarray(block.starts[i], block.ends[i])).toString("utf8"),
        offset: block.offsetOf(i),
        length: block.lengthOf(i),
        number: block.firstLine + i,
        tooLong: block.isTooLong(i),
      });
    }
  }
  return lines;
}

const SMALL = [1, 7, 64, 1 << 16];

test("gives the same lines for every block size, with CRLF, a byte order mark and a missing last line end", async () => {
  const bytes = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from("first\r\n\nthird é\r\nlast")]);
  for (const blockBytes of SMALL) {
    const lines = await linesOf(bytes, { blockBytes, maxLineBytes: 1000 });
    expect(lines.map((l) => [l.text, l.offset, l.number])).toEqual([
      ["first", 3, 1],
      ["", 10, 2],
      ["third é", 11, 3],
      ["last", 21, 4],
    ]);
  }
});

test("reads UTF-16 with and without a byte order mark and counts offsets in the stored bytes", async () => {
  const text = "Zeit;Größe\r\n1;2\r\nlast line\n";
  for (const bom of [true, false]) {
    const bytes = Buffer.concat([
      bom ? Buffer.from([0xff, 0xfe]) : Buffer.alloc(0),
      Buffer.from(text, "utf16le"),
    ]);
    const shift = bom ? 2 : 0;
    for (const blockBytes of [7, 1 << 16]) {
      const lines = await linesOf(bytes, { blockBytes, maxLineBytes: 1000 });
      expect(lines.map((l) => [l.text, l.offset, l.length])).toEqual([
        ["Zeit;Größe", shift, 20],
        ["1;2", shift + 24, 6],
        ["last line", shift + 34, 18],
      ]);
    }
  }
});

test("keeps the beginning of a line that is too long, says so, and goes on with the right offsets", async () => {
  const bytes = Buffer.from(`a\n${"x".repeat(5000)}\nend\n`);
  for (const blockBytes of [16, 100, 1 << 16]) {
    const lines = await linesOf(bytes, { blockBytes, maxLineBytes: 100 });
    expect(lines[2]).toEqual({ text: "end", offset: 5003, length: 3, number: 3, tooLong: false });
    expect(lines[1]?.offset).toBe(2);
    expect(lines[1]?.length).toBe(5000);
  }
});

test("any bytes in any block size give lines whose places point at their own text", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(...SMALL),
      async (random, blockBytes) => {
        const bytes = Uint8Array.from([0x61, 0x0a, ...random]); // starts as plain text, so no byte order mark
        if (bytes.length > 4 && bytes.filter((b) => b === 0).length > 1) return; // may look like UTF-16
        const whole = await linesOf(bytes, { blockBytes: 1 << 16, maxLineBytes: 1000 });
        const cut = await linesOf(bytes, { blockBytes, maxLineBytes: 1000 });
        expect(cut).toEqual(whole);
        for (const line of whole) {
          const stored = Buffer.from(bytes.subarray(line.offset, line.offset + line.length)).toString("utf8");
          expect(stored).toBe(line.text);
        }
      },
    ),
  );
});

test("reads a source only forward and only once", async () => {
  const reads: number[] = [];
  const bytes = Buffer.from("a\nb\nc\n");
  const source: ByteSource = {
    sizeBytes: bytes.length,
    read: (offset, length) => {
      reads.push(offset);
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
    close: () => Promise.resolve(),
  };
  for await (const block of readLineBlocks(source, bytes, { limits: { blockBytes: 2, maxLineBytes: 10 } }))
    expect(block.count).toBeGreaterThan(0);
  expect(reads).toEqual([0, 2, 4, 6]);
});
