import { crc32 } from "node:zlib";

/** CRC-32 of the given stretches, one after the other, as an unsigned number. */
export function checksumOf(...stretches: readonly Uint8Array[]): number {
  let sum = 0;
  for (const bytes of stretches) sum = crc32(bytes, sum);
  return sum;
}
