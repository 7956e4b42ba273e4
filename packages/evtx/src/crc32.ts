const POLYNOMIAL = 0xedb88320; // CRC-32 as in zip and Ethernet, bits reversed
const TABLE: Int32Array = makeTable();

function makeTable(): Int32Array {
  const table = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    table[byte] = value;
  }
  return table;
}

/** CRC-32 of the given stretches, one after the other, as an unsigned number. */
export function crc32(...stretches: readonly Uint8Array[]): number {
  let crc = -1;
  for (const bytes of stretches) {
    for (let i = 0; i < bytes.length; i++) crc = (TABLE[(crc ^ (bytes[i] ?? 0)) & 255] ?? 0) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}
