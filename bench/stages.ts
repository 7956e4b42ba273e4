/** What each stage of reading text logs costs by itself, inside one process on one thread: `npm run bench -- stages`. */
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";

import { parseTextLog, RAW_TEXT, type TextLogOptions } from "../packages/postern/src/artifacts/index.ts";
import { loadDetection } from "../packages/postern/src/case/index.ts";
import { BlockKernel, compileLiterals, readLineBlocks } from "../packages/postern/src/core/index.ts";
import type { ByteSource } from "../packages/postern/src/core/index.ts";
import { normalizeTextRecord } from "../packages/postern/src/events/index.ts";
import type { Event } from "../packages/postern/src/model/index.ts";
import { bulkLogs } from "./data.ts";
import { median } from "./harness/median.ts";
import type { Section } from "./harness/section.ts";

/** How large and how often. */
export interface StagesOptions {
  readonly gigabytes: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const BLOCK_BYTES = 1 << 20;
/** Parsing in full and judging every line are so much slower that a part of the bytes is enough. */
const SLOW_SHARE = 16;
const HEAD_BYTES = 1 << 16;

interface Stage {
  readonly name: string;
  /** Gives the bytes it went through. */
  readonly run: (files: readonly string[]) => Promise<number>;
  readonly isSlow?: boolean;
}

/** Each stage over the same logs, medians of the rounds after one that warms up. */
export async function stages({ gigabytes, rounds, say }: StagesOptions): Promise<Section> {
  const { files, bytes } = await bulkLogs(gigabytes);
  const some = files.filter((_, index) => index % SLOW_SHARE === 0);
  const rows: string[][] = [];
  for (const { name, run, isSlow = false } of allStages()) {
    const speeds: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const started = performance.now();
      const read = await run(isSlow ? some : files);
      if (round > 0) speeds.push(read / 1e3 / (performance.now() - started));
    }
    say(`${name}: ${median(speeds).toFixed(0)} MB/s`);
    rows.push([name, median(speeds).toFixed(0), (1e3 / median(speeds)).toFixed(2)]);
  }
  return {
    title: "Text logs, each stage by itself",
    note: `${(bytes / 1e9).toFixed(2)} GB of generated IIS and HttpProxy logs, one thread, warm cache; every stage includes reading, and those from the candidates on the line ends.`,
    head: ["stage", "MB/s", "seconds a GB"],
    rows,
    skipped: [],
  };
}

function allStages(): readonly Stage[] {
  const { matcher } = loadDetection();
  const kernel = BlockKernel.load();
  const plain: Omit<TextLogOptions, "select"> = { kernel };
  const events = async (path: string, onEvent: (event: Event) => void): Promise<number> =>
    parsed(path, { ...plain, select: "all" }, (event) => {
      if (event.artifact !== RAW_TEXT) onEvent(event);
    });
  return [
    { name: "read", run: (files) => each(files, (path) => blocks(path, () => undefined)) },
    { name: "hash (SHA-256)", run: (files) => each(files, hashFile) },
    { name: "split into lines", run: (files) => each(files, (path) => lines(path, kernel, () => undefined)) },
    {
      name: "candidates: the literals of all packs",
      run: (files) => each(files, (path) => candidates(path, kernel, matcher)),
    },
    {
      name: "statistics: time and shape of every line",
      run: (files) =>
        each(files, (path) => parsed(path, { ...plain, select: () => NOTHING }, () => undefined)),
    },
    {
      name: "parse every line",
      isSlow: true,
      run: (files) => each(files, (path) => events(path, () => undefined)),
    },
    {
      name: "parse every line and ask every rule",
      isSlow: true,
      run: (files) => each(files, (path) => events(path, (event) => matcher.match(event))),
    },
  ];
}

const NOTHING = compileLiterals([]);

async function each(files: readonly string[], run: (path: string) => Promise<number>): Promise<number> {
  let bytes = 0;
  for (const path of files) bytes += await run(path);
  return bytes;
}

function blocks(path: string, onBlock: (bytes: Uint8Array) => void): Promise<number> {
  const file = openSync(path, "r");
  const buffer = Buffer.alloc(BLOCK_BYTES);
  let total = 0;
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
    total += read;
    onBlock(buffer.subarray(0, read));
  }
  closeSync(file);
  return Promise.resolve(total);
}

function hashFile(path: string): Promise<number> {
  const hash = createHash("sha256");
  const total = blocks(path, (bytes) => hash.update(bytes));
  hash.digest();
  return total;
}

function sourceOf(path: string): ByteSource & { readonly head: Uint8Array } {
  const file = openSync(path, "r");
  const buffer = Buffer.alloc(BLOCK_BYTES);
  const head = Uint8Array.from(buffer.subarray(0, readSync(file, buffer, 0, HEAD_BYTES, 0)));
  return {
    head,
    sizeBytes: null,
    read: (offset, length) =>
      Promise.resolve(buffer.subarray(0, readSync(file, buffer, 0, Math.min(length, BLOCK_BYTES), offset))),
    close: () => {
      closeSync(file);
      return Promise.resolve();
    },
  };
}

async function lines(
  path: string,
  kernel: BlockKernel | null,
  onBlock: (bytes: Uint8Array, length: number) => void,
): Promise<number> {
  const source = sourceOf(path);
  let total = 0;
  for await (const block of readLineBlocks(source, source.head, { kernel })) {
    onBlock(block.bytes, block.length);
    total +=
      block.count === 0 ? 0 : block.offsetOf(block.count - 1) + block.lengthOf(block.count - 1) - total;
  }
  await source.close();
  return total;
}

function candidates(
  path: string,
  kernel: BlockKernel | null,
  matcher: ReturnType<typeof loadDetection>["matcher"],
): Promise<number> {
  const literals = matcher.literalsFor(/u_ex[^/\\]*$/u.test(path) ? "iis-w3c" : "exchange-httpproxy");
  let filter: ReturnType<typeof compileLiterals> | null = null;
  return lines(path, kernel, (bytes, length) => {
    filter ??= compileLiterals(literals, bytes.subarray(0, 1 << 18));
    filter.scan(bytes, length, () => undefined, kernel);
  });
}

async function parsed(
  path: string,
  options: TextLogOptions,
  onEvent: (event: Event) => void,
): Promise<number> {
  const source = sourceOf(path);
  for await (const batch of parseTextLog(source, source.head, 0, options))
    for (const record of batch.records) onEvent(normalizeTextRecord(record));
  await source.close();
  return statSync(path).size;
}
