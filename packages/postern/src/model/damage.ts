/** Where in the evidence something stands. Offsets count bytes of the item as it is stored in its container, decompressed. */
export interface Place {
  /** Index of the evidence item in the case's fixed order, see EvidenceItem.index. */
  readonly item: number;
  /** Offset of the first byte, 0-based. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** Line number (text, 1-based), record id (event logs) or null when the artifact has none. */
  readonly record: number | null;
}

/** What a stretch of damage cost: one value, one record, a chunk, the rest of the item, or the whole item. */
export type Lost = "value" | "record" | "chunk" | "rest" | "file";

/** Every way in which evidence can be damaged. `docs/errors.md` explains each code; a test compares the two. */
export const DAMAGE_CODES = [
  "TEXT_LINE_MALFORMED",
  "TEXT_LINE_TOO_LONG",
  "TEXT_LINE_CUT",
  "TEXT_NUL_BYTES",
  "TEXT_NO_HEADER",
  "JSON_MALFORMED",
  "JSON_TOO_LARGE",
  "XML_MALFORMED",
  "EVTX_MALFORMED",
  "GZIP_MALFORMED",
  "ZIP_MALFORMED",
  "ZIP_ENTRY_MALFORMED",
  "ZIP_ENCRYPTED",
  "ZIP_UNSUPPORTED_METHOD",
  "ARCHIVE_RATIO_LIMIT",
  "ARCHIVE_TOTAL_LIMIT",
  "ARCHIVE_ENTRY_LIMIT",
  "ARCHIVE_DEPTH_LIMIT",
  "PATH_TRAVERSAL",
  "PATH_LINK",
  "PATH_SPECIAL_FILE",
  "FILE_UNREADABLE",
  "FILE_EMPTY",
  "FILE_CHANGED_WHILE_READ",
  "FILE_TABLE_MALFORMED",
  "FILE_TOO_LARGE",
  "COLLECTION_EMPTY",
  "COLLECTION_CUT",
  "COLLECTION_FILE_MISSING",
  "COLLECTION_FILE_CHANGED",
  "COLLECTION_FILE_UNLISTED",
  "SPARSE_INDEX_MALFORMED",
] as const;

/** A code of the damage catalogue. */
export type DamageCode = (typeof DAMAGE_CODES)[number];

/** A stretch of evidence that could not be read, and what it cost. A value in the stream, never an exception. */
export interface Damage {
  readonly kind: "damage";
  readonly code: DamageCode;
  readonly at: Place;
  readonly lost: Lost;
  /** One plain sentence for a reader who knows no file formats. May contain untrusted text. */
  readonly note: string;
}
