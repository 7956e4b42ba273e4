/** JSON as UTF-8 while it is written. One lives as long as a log is read; nothing of it is seen from outside. */
export interface JsonSink {
  bytes: Buffer;
  length: number;
  /** No byte above 0x7f was written, so that the text is found without decoding. */
  ascii: boolean;
}

/** Bytes of an empty sink; most records fit. */
const FIRST_BYTES = 1 << 16;

/** An empty sink. */
export function createSink(): JsonSink {
  return { bytes: Buffer.allocUnsafe(FIRST_BYTES), length: 0, ascii: true };
}

/** Begins anew, whatever was written before. */
export function startSink(sink: JsonSink): void {
  sink.length = 0;
  sink.ascii = true;
}
