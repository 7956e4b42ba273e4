import type { EvtxRecord } from "@postern/evtx";
import { createRecordIds, gapsIn, type IdsSeen, type RecordGap } from "./record-ids.ts";

/** What an event log is as a whole. */
export interface EvtxWhole {
  /** The channel of most of its records. */
  readonly channel: string;
  /** Records that are missing inside the log. */
  readonly gaps: readonly RecordGap[];
  /** An export by a filter numbers its records anew: how many of how many it holds. Null for the log itself. */
  readonly filtered: { readonly records: number; readonly span: number } | null;
}

/** What a part of a log says about the whole. Plain data: workers send it. */
export interface EvtxPart {
  readonly ids: IdsSeen;
  /** Records by channel. */
  readonly channels: ReadonlyMap<string, number>;
  readonly records: number;
  /** Records whose own number is not the one that they state. */
  readonly renumbered: number;
  /** Of the numbers that the records state; null when none does. */
  readonly least: number | null;
  readonly most: number | null;
}

/** Gathers what a part of a log says about the whole. */
export interface LogPart {
  add(record: EvtxRecord, head: { readonly channel: string; readonly recordId: string }): void;
  finish(): EvtxPart;
}

/** Different channels counted; a forwarded log has a few hundred at most. */
const MAX_CHANNELS = 1_024;
/** 1601-01-01 in milliseconds before 1970: the start of FILETIME. */
const FILETIME_EPOCH_MS = 11_644_473_600_000;

/** Begins a part. */
export function createLogPart(): LogPart {
  const ids = createRecordIds();
  const channels = new Map<string, number>();
  let records = 0;
  let renumbered = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  return {
    add: (record, { channel, recordId }) => {
      const id = toNumber(record.id);
      const stated = Number(recordId);
      records++;
      if (id !== null) ids.add(id, Number(record.filetime / 10_000n) - FILETIME_EPOCH_MS);
      if (id !== stated) renumbered++;
      if (Number.isSafeInteger(stated)) {
        least = Math.min(least, stated);
        most = Math.max(most, stated);
      }
      const known = channels.get(channel);
      if (known !== undefined || channels.size < MAX_CHANNELS) channels.set(channel, (known ?? 0) + 1);
    },
    finish: () => {
      const stated = least <= most ? { least, most } : { least: null, most: null };
      return { ids: ids.seen(), channels, records, renumbered, ...stated };
    },
  };
}

/** The whole log out of all its parts, in any order. */
export function joinEvtxParts(parts: readonly EvtxPart[]): EvtxWhole {
  const channels = new Map<string, number>();
  for (const part of parts)
    for (const [channel, count] of part.channels) channels.set(channel, (channels.get(channel) ?? 0) + count);
  const sum = (of: (part: EvtxPart) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const records = sum((part) => part.records);
  const span =
    Math.max(0, ...parts.flatMap(({ most }) => most ?? [])) -
    Math.min(Number.POSITIVE_INFINITY, ...parts.flatMap(({ least }) => least ?? [])) +
    1;
  // Forwarded events keep the numbers of the computers that they come from: only one channel can be a part of one log.
  const isFiltered = sum((part) => part.renumbered) > records / 2 && channels.size === 1 && span > records;
  return {
    channel: [...channels].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? "",
    gaps: gapsIn(parts.map(({ ids }) => ids)),
    filtered: isFiltered ? { records, span } : null,
  };
}

/** An id as a number; null for one that a number cannot hold. */
export function toNumber(id: bigint): number | null {
  return id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : null;
}
