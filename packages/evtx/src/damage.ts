/** Every way in which an event log can be damaged. */
export const EVTX_DAMAGE_CODES = [
  /** The file header is missing, cut, or fails its checksum. */
  "EVTX_FILE_HEADER",
  /** 64 KiB that should hold a chunk do not begin with its signature. */
  "EVTX_CHUNK_SIGNATURE",
  /** The chunk's header or record area fails its checksum: something was changed or not finished. */
  "EVTX_CHUNK_CHECKSUM",
  /** The file ends inside a chunk. */
  "EVTX_CHUNK_CUT",
  /** The file ends before the chunks that its header counts. */
  "EVTX_FILE_CUT",
  /** Bytes where a record should be are none. */
  "EVTX_RECORD_FRAME",
  /** A record's binary XML cannot be followed. */
  "EVTX_BINXML",
  /** A bound of this reader was reached. */
  "EVTX_LIMIT",
] as const;

/** A code of the damage catalogue of this package. */
export type EvtxDamageCode = (typeof EVTX_DAMAGE_CODES)[number];

/** A stretch of a log that could not be read, and what it cost. */
export interface EvtxDamage {
  readonly code: EvtxDamageCode;
  /** Offset in the file (or blob), 0-based. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** Record id as far as it is known. */
  readonly recordId: bigint | null;
  /** `value`: something inside may be missing or wrong. */
  readonly lost: "value" | "record" | "chunk" | "rest" | "file";
  /** What did not fit, in one sentence. */
  readonly note: string;
}

/** Bytes that do not fit the format. Thrown and caught inside this package only; it becomes damage. */
export class MalformedError extends Error {
  readonly code: EvtxDamageCode;
  constructor(message: string, code: EvtxDamageCode = "EVTX_BINXML") {
    super(message);
    this.code = code;
  }
}
