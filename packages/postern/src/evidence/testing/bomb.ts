import { Buffer } from "node:buffer";
import { constants, deflateRawSync } from "node:zlib";

const BLOCK_BYTES = 1 << 20;
/** An empty last block with fixed codes, RFC 1951 3.2.3. */
const LAST_BLOCK = Buffer.from([3, 0]);

/** Raw deflate data of that many MiB of zeros, made without holding them: about a thousandth of the size. */
export function deflatedZeros(mebibytes: number): Uint8Array {
  // A full flush ends on a byte and forgets what came before, so the block can be repeated.
  const options = { level: 9, finishFlush: constants.Z_FULL_FLUSH };
  const block = deflateRawSync(new Uint8Array(BLOCK_BYTES), options);
  return Buffer.concat([...Array.from({ length: mebibytes }, () => block), LAST_BLOCK]);
}
