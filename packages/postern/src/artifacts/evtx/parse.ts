import { damageOf, dataOf, openEvtx, renderedMessage, systemOf } from "@postern/evtx";
import type { EvtxDamage, EvtxRecord } from "@postern/evtx";
import type { ByteSource } from "../../core/index.ts";
import type { ArtifactRecord, Damage } from "../../model/index.ts";
import { toUniformRecord } from "../windows-event/index.ts";

/** The records of one chunk in the order of the file, and what could not be read of it. */
export interface EvtxBatch {
  readonly records: ArtifactRecord[];
  readonly damage: Damage[];
}

/**
 * Reads a Windows event log, one batch a chunk, healthy or damaged; memory is bounded by a few chunks. Records have the names that
 * exported events have (see windows-event/README.md). Throws what `source.read` throws, nothing of its own.
 */
export async function* parseEvtx(source: ByteSource, item: number): AsyncIterable<EvtxBatch> {
  const log = await openEvtx(source);
  if (log.damage.length > 0) yield { records: [], damage: log.damage.map((one) => toDamage(one, item)) };
  for await (const chunk of log.chunks()) {
    const records: ArtifactRecord[] = [];
    const damage = [...chunk.damage];
    for (const record of chunk.records) {
      const read = readRecord(record, item);
      if (read !== null) records.push(read);
      damage.push(...damageOf(record));
    }
    yield { records, damage: damage.map((one) => toDamage(one, item)) };
  }
}

function readRecord(record: EvtxRecord, item: number): ArtifactRecord | null {
  const system = systemOf(record);
  if (system === null) return null;
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

function toNumber(id: bigint): number | null {
  return id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : null;
}
