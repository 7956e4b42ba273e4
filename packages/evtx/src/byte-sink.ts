import { MalformedError } from "./damage.ts";

/** Bytes that grow while a record is written, with a bound. */
export interface ByteSink {
  bytes: Buffer;
  length: number;
  /** Longer outputs throw. */
  limit: number;
}

/** An empty sink without a bound. */
export function createSink(): ByteSink {
  return { bytes: Buffer.allocUnsafe(65_536), length: 0, limit: Number.MAX_SAFE_INTEGER };
}

/** Makes room for some bytes. Throws MalformedError when the bound would be passed. */
export function reserve(sink: ByteSink, count: number): void {
  const needed = sink.length + count;
  if (needed <= sink.bytes.length && needed <= sink.limit) return;
  if (needed > sink.limit) throw new MalformedError("The record would become too large.", "EVTX_LIMIT");
  const grown = Buffer.allocUnsafe(Math.max(needed, sink.bytes.length * 2));
  sink.bytes.copy(grown, 0, 0, sink.length);
  sink.bytes = grown;
}

/** Appends a byte. */
export function putByte(sink: ByteSink, byte: number): void {
  if (sink.length + 1 > sink.bytes.length) reserve(sink, 1);
  sink.bytes[sink.length++] = byte;
}

/** Appends bytes. */
export function putBytes(sink: ByteSink, part: Uint8Array): void {
  reserve(sink, part.length);
  const { bytes } = sink;
  let at = sink.length;
  // For the short keys and marks that this is for, a loop is faster than a native copy.
  for (let i = 0; i < part.length; i++) bytes[at++] = part[i] ?? 0;
  sink.length = at;
}

/** Appends a text of ASCII characters. */
export function putAscii(sink: ByteSink, text: string): void {
  reserve(sink, text.length);
  const { bytes } = sink;
  let at = sink.length;
  for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
  sink.length = at;
}

/** Appends a whole number from 0 to 2^32 - 1 in decimal. */
export function putUint(sink: ByteSink, value: number): void {
  reserve(sink, 10);
  const { bytes } = sink;
  let digits = 1;
  for (let bound = 10; digits < 10 && value >= bound; bound *= 10) digits++;
  let rest = value;
  for (let at = sink.length + digits - 1; at >= sink.length; at--) {
    const next = Math.floor(rest / 10);
    bytes[at] = 48 + rest - next * 10;
    rest = next;
  }
  sink.length += digits;
}

/** The text from an offset on. */
export function sinkText(sink: ByteSink, from: number): string {
  return sink.bytes.utf8Slice(from, sink.length);
}
