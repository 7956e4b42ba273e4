/** `**\0\0` as a little-endian number. */
export const RECORD_SIGNATURE = 0x2a2a;
/** Bytes of a record before its binary XML: signature, size, id, time. */
export const RECORD_HEADER_BYTES = 24;
/** The smallest record: header, end mark of the XML, size. */
const MIN_RECORD_BYTES = 32;

/** Size of the record at an offset when its frame holds (both sizes agree, all of it before `end`), else 0. */
export function frameSize(bytes: Buffer, at: number, end: number): number {
  if (at + MIN_RECORD_BYTES > end || bytes.readUInt32LE(at) !== RECORD_SIGNATURE) return 0;
  const size = bytes.readUInt32LE(at + 4);
  if (size < MIN_RECORD_BYTES || at + size > end) return 0;
  return bytes.readUInt32LE(at + size - 4) === size ? size : 0;
}

/** Offset of the next whole record at or behind `from`, else `end`. */
export function nextFrame(bytes: Buffer, from: number, end: number): number {
  for (let at = from; ; at++) {
    at = bytes.indexOf("**\0\0", at, "latin1");
    if (at === -1 || at >= end) return end;
    if (frameSize(bytes, at, end) > 0) return at;
  }
}
