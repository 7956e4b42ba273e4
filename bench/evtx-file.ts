import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, writeSync } from "node:fs";
import { join } from "node:path";

import { CHUNK_BYTES, FILE_HEADER_BYTES } from "../packages/evtx/src/index.ts";
import {
  eventBody,
  eventDataTemplate,
  wide,
  writeChunk,
  writeFileHeader,
} from "../packages/evtx/src/testing/index.ts";
import type { NewRecord } from "../packages/evtx/src/testing/index.ts";

/** An event log to measure on. */
export interface EvtxBenchFile {
  readonly path: string;
  readonly bytes: number;
  /** Where its chunks come from. */
  readonly origin: string;
}

const ROOT = join(import.meta.dirname, "..", ".bench");

/** A log of so many chunks, made once and kept in `.bench/`: real ones of many providers in turn where a corpus is, else written ones. */
export function evtxFile(chunks: number): EvtxBenchFile {
  const corpus = process.env["POSTERN_CORPUS"] ?? "";
  const isReal = corpus !== "" && existsSync(join(corpus, "B_evtx"));
  const path = join(ROOT, `events-${isReal ? "real" : "made"}-${String(chunks)}.evtx`);
  const bytes = FILE_HEADER_BYTES + chunks * CHUNK_BYTES;
  const origin = isReal
    ? "real chunks of many providers, repeated"
    : "chunks from the package's own writer, repeated";
  if (!existsSync(path)) {
    mkdirSync(ROOT, { recursive: true });
    const distinct = isReal ? realChunks(join(corpus, "B_evtx")) : madeChunks();
    const fd = openSync(path, "w");
    writeSync(fd, writeFileHeader(chunks, BigInt(chunks) * 100n));
    for (let n = 0; n < chunks; n++)
      writeSync(fd, distinct[n % distinct.length] ?? new Uint8Array(CHUNK_BYTES));
    closeSync(fd);
  }
  return { path, bytes, origin };
}

/** Well filled chunks that libevtx can read too: it stops at records without a template, and at some of CAPI2's. */
function realChunks(folder: string): readonly Uint8Array[] {
  const distinct = new Map<string, Uint8Array>();
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".evtx"),
  );
  for (const file of files.filter((name) => !name.includes("CAPI2")).sort()) {
    const bytes = readFileSync(join(folder, file));
    for (let at = FILE_HEADER_BYTES; at + CHUNK_BYTES <= bytes.length; at += CHUNK_BYTES) {
      const chunk = bytes.subarray(at, at + CHUNK_BYTES);
      if (isWellFilled(chunk)) distinct.set(chunk.toString("latin1", 0, 4096), chunk);
    }
  }
  return [...distinct.values()];
}

function isWellFilled(chunk: Buffer): boolean {
  const free = chunk.readUInt32LE(48);
  if (chunk.toString("latin1", 0, 8) !== "ElfChnk\0" || free <= 40_000 || free > CHUNK_BYTES) return false;
  for (let at = 512; at < free;) {
    const size = chunk.readUInt32LE(at + 4);
    if (chunk.readUInt32LE(at) !== 0x2a2a || size < 32 || at + size > free || chunk[at + 28] !== 0x0c)
      return false;
    at += size;
  }
  return true;
}

/** Chunks of a few dozen providers, each with its own template. */
function madeChunks(): readonly Uint8Array[] {
  return Array.from({ length: 40 }, (_, n) => {
    const names = Array.from(
      { length: 4 + (n % 17) },
      (_unused, field) => `Field${String(n)}x${String(field)}`,
    );
    const template = eventDataTemplate(names);
    const records = Array.from({ length: 200 }, (_unused, index): NewRecord => {
      const id = BigInt(n * 200 + index + 1);
      const filetime = 132_592_423_316_816_401n + id * 10_000_000n;
      const values = names.map((name) =>
        wide(`${name} C:\\Windows\\System32\\program${String(index % 13)}.exe`),
      );
      const data = { nested: { template, values } };
      const event = {
        provider: `Provider-${String(n)}`,
        eventId: 1 + (n % 30),
        recordId: id,
        timeCreated: filetime,
        data,
      };
      return { id, filetime, body: eventBody(event) };
    });
    return writeChunk(records).bytes;
  });
}
