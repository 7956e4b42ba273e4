import { damageOf, openEvtx } from "../index.ts";
import type { EvtxDamage, EvtxOptions, EvtxRecord } from "../index.ts";

/** Everything that a log in memory gives, and all its damage, decoded once. */
export interface ReadBack {
  readonly records: readonly EvtxRecord[];
  readonly damage: readonly EvtxDamage[];
}

/** Reads a log in memory from head to end. `decode` is called with every record before its damage is asked for. */
export async function readBack(
  bytes: Uint8Array,
  decode: (record: EvtxRecord) => void = () => undefined,
  options: EvtxOptions = {},
): Promise<ReadBack> {
  const source = {
    sizeBytes: bytes.length,
    read: (offset: number, length: number): Promise<Uint8Array> =>
      Promise.resolve(bytes.subarray(offset, offset + length)),
  };
  const log = await openEvtx(source, options);
  const records: EvtxRecord[] = [];
  const damage: EvtxDamage[] = [...log.damage];
  for await (const chunk of log.chunks()) {
    damage.push(...chunk.damage);
    for (const record of chunk.records) {
      decode(record);
      records.push(record);
      damage.push(...damageOf(record));
    }
  }
  return { records, damage };
}
