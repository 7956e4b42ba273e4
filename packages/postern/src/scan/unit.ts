import { CHUNK_BYTES, FILE_HEADER_BYTES } from "@postern/evtx";
import { EVTX_IDENTIFY_BYTES, identifyEvtx, readOpening } from "../artifacts/index.ts";
import type { ByteRange, ByteSource } from "../core/index.ts";
import type { EvidenceItem } from "../evidence/index.ts";
import { cutAtLineEnds } from "./cut-lines.ts";
import { HEAD_BYTES, identifyItem } from "./identify-item.ts";
import type { ItemOutcome } from "./item-outcome.ts";
import type { LinesPart } from "./join-lines.ts";
import type { ChunkRange, EventLogPart } from "./read-event-log.ts";
import type { ScanStage } from "./scan-context.ts";
import { chooseShared } from "./share-out.ts";

/**
 * A part of a large item, read by itself: all of its bytes for the hash, some chunks of an event log, some lines of a text log (the `piece`th of its
 * pieces, from 0), or all of its lines without the hash.
 */
export type Part =
  | { readonly kind: "hash" }
  | { readonly kind: "chunks"; readonly chunks: ChunkRange }
  | { readonly kind: "lines"; readonly lines: ByteRange; readonly piece: number }
  | { readonly kind: "records" };

/** What is read at one go: an item, or a part of one. */
export interface Unit {
  readonly item: EvidenceItem;
  /** Null for all of it. */
  readonly part: Part | null;
}

/** What reading a unit gave. Plain data: workers send it. */
export type UnitOutcome =
  | { readonly kind: "item"; readonly outcome: ItemOutcome }
  /** `log` is what some chunks say about the whole of it; null when they could not be read. */
  | { readonly kind: "chunks"; readonly outcome: ItemOutcome; readonly log: EventLogPart | null }
  /** Null when the lines could not be read by themselves. */
  | { readonly kind: "lines"; readonly part: LinesPart | null };

/** Chunks of one part: 8 MiB, a fraction of a second of work, so that workers end at the same time. */
const CHUNKS_PER_PART = 128;
/** Logs of this size and more are cut: below it one worker is done before a second one helps. */
const CUT_FROM_BYTES: number = 2 * CHUNKS_PER_PART * CHUNK_BYTES;

/** How items are cut. */
export interface CutOptions {
  /** Size from which on logs are cut; default 16 MiB. */
  readonly cutFromBytes?: number | undefined;
  /** How many may read. */
  readonly readers: number;
}

/**
 * Cuts items into units, in their order. Only files of their own are cut: what lies in an archive can only be read from its beginning. What comes of it
 * is the same however they are cut. Event logs are cut independently of how many may read them; text logs, which are then read twice because somebody
 * else has to take the hash, only where one reader would be busy with them when the others are done.
 */
export async function* cutItems(
  items: readonly EvidenceItem[],
  stage: ScanStage,
  { cutFromBytes = CUT_FROM_BYTES, readers }: CutOptions,
): AsyncGenerator<Unit, void, undefined> {
  const mayBeCut = (item: EvidenceItem): boolean =>
    item.seekable === true && (item.sizeBytes ?? 0) >= cutFromBytes;
  const shared = sharedAmong(items, readers, mayBeCut);
  for (const item of items) {
    const parts = mayBeCut(item) ? await findParts(item, cutFromBytes, shared.has(item)) : [];
    // In a second look nobody takes a hash again.
    const wanted = stage === "reading" ? parts : parts.filter(({ kind }) => kind === "lines");
    if (wanted.length === 0) yield { item, part: null };
    else yield* wanted.map((part) => ({ item, part }));
  }
}

/** Those of which one reader alone would be busy when the others are done. */
function sharedAmong(
  items: readonly EvidenceItem[],
  readers: number,
  mayBeCut: (item: EvidenceItem) => boolean,
): ReadonlySet<EvidenceItem> {
  const loads = items
    .filter((item) => !/\.evtx$/iu.test(item.name))
    .map((item) => ({ item, sizeBytes: item.sizeBytes ?? 0, mayBeShared: mayBeCut(item) }));
  return new Set([...chooseShared(loads, readers)].map(({ item }) => item));
}

/** The parts of a log; none of an item that is read at one go. What cannot be opened is left to its reader, which says so. */
async function findParts(
  item: EvidenceItem,
  cutFromBytes: number,
  isShared: boolean,
): Promise<readonly Part[]> {
  try {
    const source = await item.open();
    try {
      const sizeBytes = item.sizeBytes ?? 0;
      if (identifyEvtx(await source.read(0, EVTX_IDENTIFY_BYTES)))
        return cutEventLog(sizeBytes, cutFromBytes);
      return isShared ? await cutTextLog(item, source, cutFromBytes) : [];
    } finally {
      await source.close();
    }
  } catch {
    return []; // reading it as a whole gives the damage
  }
}

function cutEventLog(sizeBytes: number, cutFromBytes: number): readonly Part[] {
  const chunks = Math.ceil(Math.max(0, sizeBytes - FILE_HEADER_BYTES) / CHUNK_BYTES);
  const step = Math.max(1, Math.min(CHUNKS_PER_PART, Math.floor(cutFromBytes / 2 / CHUNK_BYTES)));
  const parts: Part[] = [HASH];
  for (let from = 0; from < chunks; from += step) {
    // The last part reads to the end, wherever that is by then.
    const to = from + step >= chunks ? Number.MAX_SAFE_INTEGER : from + step;
    parts.push({ kind: "chunks", chunks: { from, to } });
  }
  return parts;
}

/** The hash comes last, so that what the lines gave need not wait for it. */
async function cutTextLog(
  item: EvidenceItem,
  source: ByteSource,
  cutFromBytes: number,
): Promise<readonly Part[]> {
  const head = Uint8Array.from(await source.read(0, HEAD_BYTES));
  if (identifyItem(item, head).kind !== "text-log") return [];
  if (readOpening(head) === null) return [RECORDS, HASH];
  const ranges = await cutAtLineEnds(source, item.sizeBytes ?? 0, cutFromBytes);
  return [...ranges.map((lines, piece): Part => ({ kind: "lines", lines, piece })), HASH];
}

const HASH: Part = { kind: "hash" };
/** All records of an item of which another reader takes the hash. */
export const RECORDS: Part = { kind: "records" };

/** Bytes that a unit has to read, as far as is known. */
export function sizeOf({ item, part }: Unit): number {
  const sizeBytes = item.sizeBytes ?? 0;
  switch (part?.kind) {
    case "chunks":
      return (
        Math.min(part.chunks.to * CHUNK_BYTES, sizeBytes) -
        Math.min(part.chunks.from * CHUNK_BYTES, sizeBytes)
      );
    case "lines":
      return Math.min(part.lines.toBytes, sizeBytes) - part.lines.fromBytes;
    case "hash":
    case "records":
    case undefined:
      return sizeBytes;
  }
}
