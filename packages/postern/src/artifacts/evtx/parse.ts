import { createRecordMemory, damageOf, dataOf, openEvtx, renderedMessage, systemOf } from "@postern/evtx";
import type { EvtxChunk, EvtxDamage, EvtxRecord, EvtxSystem, RecordMemory } from "@postern/evtx";
import type { ByteSource } from "../../core/index.ts";
import type { ArtifactRecord, Damage } from "../../model/index.ts";
import { toUniformRecord } from "../windows-event/index.ts";
import { createRecordIds, type RecordGap, type RecordIds } from "./record-ids.ts";

/** The records of one chunk in the order of the file, and what could not be read of it. */
export interface EvtxBatch {
  readonly records: ArtifactRecord[];
  /** Records that the log no longer counts: older than it, so they say nothing about what it covers. Without repeats. */
  readonly carved: ArtifactRecord[];
  readonly damage: Damage[];
  /** What the log is as a whole; in the last batch only, else null. */
  readonly whole: EvtxWhole | null;
}

/** What an event log is as a whole. */
export interface EvtxWhole {
  /** The channel of most of its records. */
  readonly channel: string;
  /** Records that are missing inside the log. */
  readonly gaps: readonly RecordGap[];
  /** An export by a filter numbers its records anew: how many of how many it holds. Null for the log itself. */
  readonly filtered: { readonly records: number; readonly span: number } | null;
}

/**
 * Reads a Windows event log, one batch a chunk, healthy or damaged; memory is bounded by a few chunks and 64 bytes a record. Records have
 * the names that exported events have (see windows-event/README.md). Throws what `source.read` throws, nothing of its own.
 */
export async function* parseEvtx(source: ByteSource, item: number): AsyncIterable<EvtxBatch> {
  const log = await openEvtx(source, { carve: true });
  if (log.damage.length > 0)
    yield { records: [], carved: [], damage: log.damage.map((one) => toDamage(one, item)), whole: null };
  const whole = createWhole();
  const memory = createRecordMemory();
  for await (const chunk of log.chunks()) yield readChunk(chunk, item, { whole, memory });
  yield { records: [], carved: [], damage: [], whole: whole.finish() };
}

interface Log {
  readonly whole: Whole;
  readonly memory: RecordMemory;
}

function readChunk(chunk: EvtxChunk, item: number, { whole, memory }: Log): EvtxBatch {
  const records: ArtifactRecord[] = [];
  const carved: ArtifactRecord[] = [];
  const damage = [...chunk.damage];
  for (const record of chunk.records) {
    if (memory.isRepeated(record) && record.origin === "carved") continue;
    const system = systemOf(record);
    if (system !== null) {
      if (record.origin === "log") whole.add(record, system);
      (record.origin === "log" ? records : carved).push(readRecord(record, system, item));
    }
    // What is left of a record that was deleted long ago is no damage of this log.
    if (record.origin === "log") damage.push(...damageOf(record));
  }
  return { records, carved, damage: damage.map((one) => toDamage(one, item)), whole: null };
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

interface Whole {
  add(record: EvtxRecord, system: EvtxSystem): void;
  finish(): EvtxWhole;
}

/** Different channels counted; a forwarded log has a few hundred at most. */
const MAX_CHANNELS = 1_024;

function createWhole(): Whole {
  const ids: RecordIds = createRecordIds();
  const channels = new Map<string, number>();
  let records = 0;
  let renumbered = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  return {
    add: (record, system) => {
      const id = toNumber(record.id);
      const stated = Number(system.recordId);
      records++;
      if (id !== null) ids.add(id, Number(record.filetime / 10_000n) - FILETIME_EPOCH_MS);
      if (id !== stated) renumbered++;
      if (Number.isSafeInteger(stated)) {
        least = Math.min(least, stated);
        most = Math.max(most, stated);
      }
      const known = channels.get(system.channel);
      if (known !== undefined || channels.size < MAX_CHANNELS) channels.set(system.channel, (known ?? 0) + 1);
    },
    finish: () => ({
      channel: [...channels].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? "",
      gaps: ids.gaps(),
      // Forwarded events keep the numbers of the computers that they come from: only one channel can be a part of one log.
      filtered:
        renumbered > records / 2 && channels.size === 1 && most - least + 1 > records
          ? { records, span: most - least + 1 }
          : null,
    }),
  };
}

/** 1601-01-01 in milliseconds before 1970: the start of FILETIME. */
const FILETIME_EPOCH_MS = 11_644_473_600_000;

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

function toNumber(id: bigint): number | null {
  return id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : null;
}
