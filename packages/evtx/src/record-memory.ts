import { randomInt } from "node:crypto";
import type { EvtxRecord } from "./record.ts";

/** Remembers records by their id and time of writing. */
export interface RecordMemory {
  /** Whether a record with this id and time was given before; remembers it. */
  isRepeated(record: EvtxRecord): boolean;
}

/** Slots of an empty memory; a power of two. */
const FIRST_SLOTS = 1024;

/**
 * Tells records that come twice: in the log and in slack, in a log and its shadow copy, in several pieces of a disk. Id and time of
 * writing together name a record of one log. Costs 32 to 64 bytes a record, whatever its size.
 */
export function createRecordMemory(): RecordMemory {
  // Nothing that is told depends on it: it keeps a log from choosing ids that all fall on one slot.
  const seed = randomInt(2 ** 32);
  let slots = newSlots(FIRST_SLOTS, seed);
  let count = 0;
  const grow = (): void => {
    const larger = newSlots(slots.ids.length * 2, seed);
    slots.used.forEach((used, at) => {
      if (used === 1) put(larger, slots.ids[at] ?? 0n, slots.times[at] ?? 0n);
    });
    slots = larger;
  };
  return {
    isRepeated: ({ id, filetime }) => {
      if (!put(slots, id, filetime)) return true;
      count++;
      if (count * 2 > slots.ids.length) grow();
      return false;
    },
  };
}

interface Slots {
  readonly ids: BigUint64Array;
  readonly times: BigUint64Array;
  readonly used: Uint8Array;
  readonly seed: number;
}

function newSlots(size: number, seed: number): Slots {
  return { ids: new BigUint64Array(size), times: new BigUint64Array(size), used: new Uint8Array(size), seed };
}

/** False when the pair is there already. */
function put({ ids, times, used, seed }: Slots, id: bigint, time: bigint): boolean {
  const mask = used.length - 1;
  for (let at = hashOf(id, time, seed) & mask; ; at = (at + 1) & mask) {
    if (used[at] === 0) {
      used[at] = 1;
      ids[at] = id;
      times[at] = time;
      return true;
    }
    if (ids[at] === id && times[at] === time) return false;
  }
}

/** Mixes the four halves one after the other, as MurmurHash3 does. */
function hashOf(id: bigint, time: bigint, seed: number): number {
  let hash = seed;
  for (const value of [id, time]) {
    hash = mix(hash ^ Number(value & 0xffff_ffffn));
    hash = mix(hash ^ Number(value >> 32n));
  }
  return hash >>> 0;
}

function mix(value: number): number {
  const first = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2_ae35);
  return second ^ (second >>> 16);
}
