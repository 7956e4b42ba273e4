import { CHUNK_BYTES, FILE_HEADER_BYTES } from "@postern/evtx";
import { EVTX_IDENTIFY_BYTES, identifyEvtx } from "../artifacts/index.ts";
import type { EvidenceItem } from "../evidence/index.ts";
import { HEAD_BYTES, identifyItem } from "./identify-item.ts";
import type { ItemOutcome } from "./item-outcome.ts";
import type { ChunkRange, EventLogPart } from "./read-event-log.ts";
import type { ScanStage } from "./scan-context.ts";

/** A part of a large item, read by itself: all of its bytes for the hash, all of its records without it, or some chunks of an event log. */
export type Part =
  | { readonly kind: "hash" }
  | { readonly kind: "records" }
  | { readonly kind: "chunks"; readonly chunks: ChunkRange };

/** What is read at one go: an item, or a part of one. */
export interface Unit {
  readonly item: EvidenceItem;
  /** Null for all of it. */
  readonly part: Part | null;
}

/** What reading a unit gave. Plain data: workers send it. */
export interface UnitOutcome {
  readonly outcome: ItemOutcome;
  /** What some chunks of an event log say about the whole of it. */
  readonly log: EventLogPart | null;
}

/** Chunks of one part: 8 MiB, a fraction of a second of work, so that workers end at the same time. */
const CHUNKS_PER_PART = 128;
/** Logs of this size and more are cut: below it one worker is done before a second one helps. */
const CUT_FROM_BYTES: number = 2 * CHUNKS_PER_PART * CHUNK_BYTES;

/** How items are cut. */
export interface CutOptions {
  /** Size from which on logs are cut; default 16 MiB. */
  readonly cutFromBytes?: number | undefined;
  /** How many may read. An item that alone would keep one of them busy when all others are done is hashed by another than who reads its records. */
  readonly readers: number;
}

/**
 * Cuts items into units, in their order. Only files of their own are cut: what lies in an archive can only be read from its beginning. What comes of it
 * is the same however they are cut; event logs are cut independently of how many may read them.
 */
export async function* cutItems(
  items: readonly EvidenceItem[],
  stage: ScanStage,
  { cutFromBytes = CUT_FROM_BYTES, readers }: CutOptions,
): AsyncGenerator<Unit, void, undefined> {
  const share = items.reduce((sum, item) => sum + (item.sizeBytes ?? 0), 0) / readers;
  for (const item of items) {
    const sizeBytes = item.seekable === true && stage === "reading" ? (item.sizeBytes ?? 0) : 0;
    const isLarge = sizeBytes >= cutFromBytes;
    if (isLarge && (await beginsAs(item, EVTX_IDENTIFY_BYTES, identifyEvtx)))
      for (const part of cutLog(sizeBytes, cutFromBytes)) yield { item, part };
    else if (isLarge && readers > 1 && sizeBytes > share && (await beginsAs(item, HEAD_BYTES, isTextLog)))
      yield* HASH_AND_RECORDS.map((part) => ({ item, part }));
    else yield { item, part: null };
  }
}

function cutLog(sizeBytes: number, cutFromBytes: number): readonly Part[] {
  const chunks = Math.ceil(Math.max(0, sizeBytes - FILE_HEADER_BYTES) / CHUNK_BYTES);
  const step = Math.max(1, Math.min(CHUNKS_PER_PART, Math.floor(cutFromBytes / 2 / CHUNK_BYTES)));
  const parts: Part[] = [{ kind: "hash" }];
  for (let from = 0; from < chunks; from += step) {
    // The last part reads to the end, wherever that is by then.
    const to = from + step >= chunks ? Number.MAX_SAFE_INTEGER : from + step;
    parts.push({ kind: "chunks", chunks: { from, to } });
  }
  return parts;
}

/** Bytes that a unit has to read, as far as is known. */
export function sizeOf({ item, part }: Unit): number {
  const sizeBytes = item.sizeBytes ?? 0;
  if (part?.kind !== "chunks") return sizeBytes;
  const { from, to } = part.chunks;
  return Math.min((to - from) * CHUNK_BYTES, Math.max(0, sizeBytes - from * CHUNK_BYTES));
}

const HASH_AND_RECORDS: readonly Part[] = [{ kind: "hash" }, { kind: "records" }];

function isTextLog(head: Uint8Array, item: EvidenceItem): boolean {
  return identifyItem(item, Uint8Array.from(head)).kind === "text-log";
}

/** What a test says of the first bytes of an item. A file that cannot be opened is left to its reader, which says so. */
async function beginsAs(
  item: EvidenceItem,
  bytes: number,
  test: (head: Uint8Array, item: EvidenceItem) => boolean,
): Promise<boolean> {
  try {
    const source = await item.open();
    try {
      return test(await source.read(0, bytes), item);
    } finally {
      await source.close();
    }
  } catch {
    return false; // reading it as a whole gives the damage
  }
}
