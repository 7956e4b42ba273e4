import { crc32, createGunzip, createInflateRaw } from "node:zlib";
import type { Gunzip, InflateRaw } from "node:zlib";
import { messageOf } from "../../core/index.ts";
import type { ByteSource } from "../../core/index.ts";
import type { DamageCode } from "../../model/index.ts";
import type { FaultSink } from "../found.ts";

/** Compressed bytes given to zlib at once. 16 KiB can become at most 16 MiB, which bounds the memory of one step. */
const PIECE_BYTES = 16 * 1024;
/** Decompressed bytes before the last read that are kept, so that a look at the head does not start over. */
const KEPT_BYTES = 256 * 1024;

/** What an inflating source must know of its stream. */
export interface InflateOptions {
  readonly format: "raw" | "gzip";
  /** The compressed bytes; closed with the inflating source. */
  readonly base: ByteSource;
  /** Size and CRC-32 that the container states; null when it does not. */
  readonly sizeBytes: number | null;
  readonly crc: number | null;
  readonly maxRatio: number;
  readonly ratioFloorBytes: number;
  /** Decompressed bytes after which reading stops. */
  readonly maxBytes: number;
  /** The damage that a broken stream is. */
  readonly malformed: DamageCode;
  readonly sink: FaultSink;
}

/** One run of zlib over the base from its start. */
interface Run {
  readonly zlib: InflateRaw | Gunzip;
  readonly chunks: Uint8Array[];
  /** Decompressed offset of the first byte of `chunks`, and of the end of the last. */
  startBytes: number;
  endBytes: number;
  consumedBytes: number;
  crc: number;
  done: boolean;
  failure: string | null;
}

/** Inflates forward only; reading backwards beyond a small window starts over. Memory does not grow with the stream. */
export function inflate(options: InflateOptions): ByteSource {
  let run = start(options);
  return {
    sizeBytes: options.sizeBytes,
    async read(offsetBytes, lengthBytes) {
      if (offsetBytes < run.startBytes) {
        run.zlib.destroy();
        run = start(options);
      }
      const end = offsetBytes + lengthBytes;
      while (run.endBytes < end && !run.done) {
        forget(run, Math.min(offsetBytes, run.endBytes) - KEPT_BYTES);
        await step(run, options);
      }
      return copyOut(run, offsetBytes, end);
    },
    async close() {
      run.zlib.destroy();
      await options.base.close();
    },
  };
}

function start(options: InflateOptions): Run {
  const settings = { chunkSize: 64 * 1024 };
  const zlib = options.format === "raw" ? createInflateRaw(settings) : createGunzip(settings);
  const run: Run = {
    zlib,
    chunks: [],
    startBytes: 0,
    endBytes: 0,
    consumedBytes: 0,
    crc: 0,
    done: false,
    failure: null,
  };
  zlib.on("data", (chunk: Uint8Array) => {
    if (options.crc !== null) run.crc = crc32(chunk, run.crc);
    run.chunks.push(chunk);
    run.endBytes += chunk.length;
  });
  zlib.on("error", (thrown) => (run.failure = messageOf(thrown)));
  zlib.on("end", () => (run.done = true));
  return run;
}

async function step(run: Run, options: InflateOptions): Promise<void> {
  const piece = await options.base.read(run.consumedBytes, PIECE_BYTES);
  await feed(run, piece);
  run.consumedBytes += piece.length;
  const atEnd = run.done || run.failure !== null;
  if (run.failure !== null) {
    run.done = true;
    report(run, options, options.malformed, `the compressed data breaks off or is damaged (${run.failure})`);
  }
  limit(run, options);
  if (atEnd && run.failure === null) compareWithStated(run, options);
}

/** Gives zlib a piece and waits until it has taken it, ended or failed; an empty piece ends the stream. */
function feed(run: Run, piece: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const { zlib } = run;
    const settle = (): void => {
      zlib.off("error", settle);
      zlib.off("end", settle);
      resolve();
    };
    zlib.on("error", settle);
    zlib.on("end", settle);
    if (piece.length > 0) zlib.write(piece, settle);
    else zlib.end();
  });
}

function limit(run: Run, options: InflateOptions): void {
  const stated = options.sizeBytes ?? Infinity;
  if (run.endBytes > stated) {
    cut(run, stated);
    report(run, options, options.malformed, "more data than the container states; the surplus was not read");
  }
  const { maxRatio, ratioFloorBytes, maxBytes } = options;
  const ratioCap = Math.max(ratioFloorBytes, run.consumedBytes * maxRatio);
  if (run.endBytes > ratioCap) {
    cut(run, ratioCap);
    report(run, options, "ARCHIVE_RATIO_LIMIT", `expands more than ${maxRatio} times; reading stopped`);
  }
  if (run.endBytes > maxBytes) {
    cut(run, maxBytes);
    report(
      run,
      options,
      "ARCHIVE_TOTAL_LIMIT",
      "the archive expands beyond the total limit; reading stopped",
    );
  }
}

function compareWithStated(run: Run, options: InflateOptions): void {
  if (options.sizeBytes !== null && run.endBytes < options.sizeBytes) {
    report(run, options, options.malformed, "less data than the container states");
  } else if (options.crc !== null && run.crc !== options.crc && run.endBytes === options.sizeBytes) {
    const note = "the checksum is wrong: the content was altered or damaged after packing";
    options.sink({ code: options.malformed, lost: "value", note, offsetBytes: 0 });
  }
}

function report(run: Run, options: InflateOptions, code: DamageCode, note: string): void {
  options.sink({ code, lost: "rest", note, offsetBytes: run.endBytes });
}

/** Ends the stream at a decompressed offset. */
function cut(run: Run, endBytes: number): void {
  run.done = true;
  run.zlib.destroy();
  while (run.endBytes > endBytes) {
    const last = run.chunks.pop();
    if (last === undefined) break;
    run.endBytes -= last.length;
    if (run.endBytes < endBytes) {
      const rest = last.subarray(0, endBytes - run.endBytes);
      run.chunks.push(rest);
      run.endBytes += rest.length;
    }
  }
  run.startBytes = Math.min(run.startBytes, run.endBytes);
}

function forget(run: Run, beforeBytes: number): void {
  let count = 0;
  for (const chunk of run.chunks) {
    if (run.startBytes + chunk.length > beforeBytes) break;
    run.startBytes += chunk.length;
    count++;
  }
  run.chunks.splice(0, count);
}

function copyOut(run: Run, fromBytes: number, toBytes: number): Uint8Array {
  const end = Math.min(toBytes, run.endBytes);
  if (fromBytes >= end) return new Uint8Array(0);
  const out = new Uint8Array(end - fromBytes);
  let at = run.startBytes;
  for (const chunk of run.chunks) {
    const from = Math.max(fromBytes, at);
    const to = Math.min(end, at + chunk.length);
    if (from < to) out.set(chunk.subarray(from - at, to - at), from - fromBytes);
    at += chunk.length;
    if (at >= end) break;
  }
  return out;
}
