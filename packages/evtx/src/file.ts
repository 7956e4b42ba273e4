import { CHUNK_BYTES } from "./chunk-data.ts";
import { createShared, readSharingChunk } from "./chunk.ts";
import type { EvtxChunk, EvtxChunkOptions } from "./chunk.ts";
import type { EvtxDamage } from "./damage.ts";
import { FILE_HEADER_BYTES, parseFileHeader } from "./file-header.ts";
import type { EvtxFileHeader } from "./file-header.ts";

/** Bytes at rest. A read gives fewer bytes only at the end; the array is valid until the next read. */
export interface EvtxSource {
  /** Null when the size is not known before reading. */
  readonly sizeBytes: number | null;
  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array>;
}

/** How to read a log; every option has a default. */
export interface EvtxOptions extends EvtxChunkOptions {
  /** First chunk to read, counted from 0 by place in the file. Default 0. */
  readonly fromChunk?: number;
  /** Chunk before which to stop. Default: the end of the file. */
  readonly toChunk?: number;
  /** Chunks a read. Default 16 (1 MiB). */
  readonly chunksPerRead?: number;
}

/** An event log. */
export interface EvtxFile {
  /** Null when the file is shorter than its header. */
  readonly header: EvtxFileHeader | null;
  /** Damage of the file header. */
  readonly damage: readonly EvtxDamage[];
  /**
   * The chunks by their place in the file. All of them are read, whatever the header counts: a log that was in use says
   * less than it holds. Each batch stands on bytes of its own and stays valid.
   */
  chunks(): AsyncIterable<EvtxChunk>;
}

/** Opens an event log. Throws what `source.read` throws, and RangeError for an unknown code page. */
export async function openEvtx(source: EvtxSource, options: EvtxOptions = {}): Promise<EvtxFile> {
  const head = Uint8Array.from(await source.read(0, 128));
  const header = parseFileHeader(head);
  const chunks = (): AsyncGenerator<EvtxChunk> => readChunks(source, header, options);
  return { header, damage: headerDamage(header, head.length), chunks };
}

function headerDamage(header: EvtxFileHeader | null, lengthBytes: number): readonly EvtxDamage[] {
  const add = (lost: EvtxDamage["lost"], note: string): readonly EvtxDamage[] => [
    { code: "EVTX_FILE_HEADER", offsetBytes: 0, lengthBytes, recordId: null, lost, note },
  ];
  if (header === null) return add("file", "The file is shorter than the header of an event log.");
  if (!header.signatureValid) return add("value", "The file does not begin like an event log.");
  if (!header.checksumValid) return add("value", "The checksum of the file header is wrong.");
  return [];
}

async function* readChunks(
  source: EvtxSource,
  header: EvtxFileHeader | null,
  options: EvtxOptions,
): AsyncGenerator<EvtxChunk> {
  const shared = createShared(options.codePage);
  const perRead = Math.max(1, options.chunksPerRead ?? 16);
  const last = options.toChunk ?? Number.POSITIVE_INFINITY;
  for (let number = options.fromChunk ?? 0; number < last;) {
    const count = Math.min(perRead, last - number);
    const offsetBytes = FILE_HEADER_BYTES + number * CHUNK_BYTES;
    // Copied, because records keep their chunk and the source may reuse its array.
    const bytes = new Uint8Array(await source.read(offsetBytes, count * CHUNK_BYTES));
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
      yield readSharingChunk(bytes.subarray(at, at + CHUNK_BYTES), offsetBytes + at, options, shared);
    if (bytes.length < count * CHUNK_BYTES) {
      yield* cutEnd(header, number + Math.ceil(bytes.length / CHUNK_BYTES), last);
      return;
    }
    number += count;
  }
}

/** A log that was closed properly counts its chunks truly, so fewer of them mean that its end is missing. */
function* cutEnd(header: EvtxFileHeader | null, found: number, wanted: number): Generator<EvtxChunk> {
  if (header === null || !header.signatureValid || !header.checksumValid || header.dirty) return;
  // Each part of a log that is read in parts tells of its own chunks only.
  const missing = Math.min(header.claimedChunks, wanted) - found;
  if (missing <= 0) return;
  const offsetBytes = FILE_HEADER_BYTES + found * CHUNK_BYTES;
  const note = `The file ends ${String(missing)} chunks before the end that its header states.`;
  const lengthBytes = missing * CHUNK_BYTES;
  const damage: EvtxDamage = {
    code: "EVTX_FILE_CUT",
    offsetBytes,
    lengthBytes,
    recordId: null,
    lost: "rest",
    note,
  };
  yield { offsetBytes, header: null, records: [], damage: [damage] };
}
