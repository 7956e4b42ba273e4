import {
  createRecordMemory,
  damageOf,
  dataOf,
  headOf,
  openEvtx,
  renderedMessage,
  storedText,
  systemOf,
} from "@postern/evtx";
import type {
  EvtxChunk,
  EvtxDamage,
  EvtxHead,
  EvtxRecord,
  EvtxStoredText,
  EvtxSystem,
  RecordMemory,
} from "@postern/evtx";
import type { ByteSource } from "../../core/index.ts";
import type { ArtifactRecord, Damage } from "../../model/index.ts";
import { toUniformRecord } from "../windows-event/index.ts";
import { createLogPart, toNumber, type EvtxPart, type LogPart } from "./whole.ts";

/** The records of one chunk in the order of the file, and what could not be read of it. */
export interface EvtxBatch {
  readonly records: ArtifactRecord[];
  /** Records that the log no longer counts: older than it, so they say nothing about what it covers. Without repeats. */
  readonly carved: ArtifactRecord[];
  readonly damage: Damage[];
  /** Records that nobody asks for: only the head of each was read. */
  readonly counted: EvtxHead[];
  /** What the chunks that were read say of the log as a whole; in the last batch only, else null. */
  readonly part: EvtxPart | null;
}

/** How to read; by default all of a log, every record in full. */
export interface EvtxReading {
  /** First chunk, and the chunk before which to stop. */
  readonly chunks?: { readonly from: number; readonly to: number };
  /** Decides by its head whether a record is read in full. */
  readonly wishFor?: (head: EvtxHead) => EvtxWish;
}

/** Read in full always, never, or when the test says so of its texts; it is asked only where these can be seen before decoding. */
export type EvtxWish = "always" | "never" | ((text: EvtxStoredText) => boolean);

/**
 * Reads a Windows event log, one batch a chunk, healthy or damaged; memory is bounded by a few chunks and 64 bytes a record. Records have
 * the names that exported events have (see windows-event/README.md). Throws what `source.read` throws, nothing of its own.
 */
export async function* parseEvtx(
  source: ByteSource,
  item: number,
  reading: EvtxReading = {},
): AsyncIterable<EvtxBatch> {
  const { from = 0, to } = reading.chunks ?? {};
  const range = to === undefined ? {} : { fromChunk: from, toChunk: to };
  const log = await openEvtx(source, { carve: true, ...range });
  const nothing = { records: [], carved: [], counted: [], part: null };
  if (from === 0 && log.damage.length > 0)
    yield { ...nothing, damage: log.damage.map((one) => toDamage(one, item)) };
  const part = createLogPart();
  const memory = createRecordMemory();
  for await (const chunk of log.chunks()) yield readChunk(chunk, item, { part, memory, reading });
  yield { ...nothing, damage: [], part: part.finish() };
}

interface Log {
  readonly part: LogPart;
  readonly memory: RecordMemory;
  readonly reading: EvtxReading;
}

function readChunk(chunk: EvtxChunk, item: number, { part, memory, reading }: Log): EvtxBatch {
  const records: ArtifactRecord[] = [];
  const carved: ArtifactRecord[] = [];
  const counted: EvtxHead[] = [];
  const damage = [...chunk.damage];
  const passOver = createPassOver(chunk, reading);
  for (const record of chunk.records) {
    const isOfLog = record.origin === "log";
    if (memory.isRepeated(record) && !isOfLog) continue;
    const head = passOver(record);
    if (head !== null) {
      part.add(record, head);
      counted.push(head);
      continue;
    }
    const system = systemOf(record);
    if (system !== null) {
      if (isOfLog) part.add(record, system);
      (isOfLog ? records : carved).push(readRecord(record, system, item));
    }
    // What is left of a record that was deleted long ago is no damage of this log.
    if (isOfLog) damage.push(...damageOf(record));
  }
  return { records, carved, counted, damage: damage.map((one) => toDamage(one, item)), part: null };
}

/**
 * Gives the head of a record that need not be read in full, else null. In a chunk with damage all are: what is wrong with a record shows
 * only then.
 */
function createPassOver(chunk: EvtxChunk, { wishFor }: EvtxReading): (record: EvtxRecord) => EvtxHead | null {
  if (wishFor === undefined || chunk.damage.length > 0 || chunk.header?.unchecked !== false)
    return () => null;
  return (record) => {
    if (record.origin !== "log") return null;
    const head = headOf(record);
    if (head === null || record.faults.length > 0) return null;
    const wish = wishFor(head);
    if (wish === "always") return null;
    if (wish === "never") return head;
    const text = storedText(record);
    return text === null || wish(text) ? null : head;
  };
}

function readRecord(record: EvtxRecord, system: EvtxSystem, item: number): ArtifactRecord {
  const header = {
    channel: system.channel,
    provider: system.provider,
    eventId: system.eventId,
    computer: system.computer,
    timeCreated: system.timeCreated,
    recordId: system.recordId,
    level: system.level,
    message: renderedMessage(record),
    extra: [
      { name: "Version", value: system.version },
      { name: "UserID", value: system.userId },
    ],
  };
  const at = {
    item,
    offsetBytes: record.offsetBytes,
    lengthBytes: record.sizeBytes,
    record: toNumber(record.id),
  };
  // A carved record is older than the log around it: whoever reads it must know.
  const repairs =
    record.origin === "carved" ? ["carved: the log no longer counts this record as its own"] : [];
  return toUniformRecord(header, dataOf(record), { at, raw: null, repairs });
}

function toDamage(damage: EvtxDamage, item: number): Damage {
  return {
    kind: "damage",
    code: "EVTX_MALFORMED",
    at: {
      item,
      offsetBytes: damage.offsetBytes,
      lengthBytes: damage.lengthBytes,
      record: damage.recordId === null ? null : toNumber(damage.recordId),
    },
    lost: damage.lost,
    note: `${damage.code}: ${damage.note}`,
  };
}
