/** Bytes of a chunk or file while they are written; little-endian. */
export interface ByteWriter {
  readonly bytes: number[];
}

/** An empty writer. */
export function createWriter(): ByteWriter {
  return { bytes: [] };
}

/** Appends an unsigned number of 1, 2 or 4 bytes. */
export function putNumber({ bytes }: ByteWriter, size: 1 | 2 | 4, value: number): void {
  for (let i = 0; i < size; i++) bytes.push((value >>> (8 * i)) & 255);
}

/** Appends an unsigned number of 8 bytes. */
export function putLong(writer: ByteWriter, value: bigint): void {
  putNumber(writer, 4, Number(value & 0xffff_ffffn));
  putNumber(writer, 4, Number((value >> 32n) & 0xffff_ffffn));
}

/** Appends bytes. */
export function putAll({ bytes }: ByteWriter, part: Uint8Array): void {
  for (const byte of part) bytes.push(byte);
}

/** Appends UTF-16 without a length or end. */
export function putWide(writer: ByteWriter, text: string): void {
  for (let i = 0; i < text.length; i++) putNumber(writer, 2, text.charCodeAt(i));
}

/** Overwrites a u32 that was appended before. */
export function patchNumber({ bytes }: ByteWriter, at: number, value: number): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = (value >>> (8 * i)) & 255;
}
