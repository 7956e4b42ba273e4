import { listingReader } from "./listing.ts";
import { mftReader } from "./mft.ts";
import type { TraceReader } from "./trace.ts";
import { usnReader } from "./usn-journal.ts";

export { foldersOf } from "./mft.ts";
export { settingOfTrace, type FileTrace, type TraceBatch, type TraceReader } from "./trace.ts";

const READERS: readonly TraceReader[] = [mftReader, usnReader, listingReader];

/** Artifact ids of all of them. */
export const TRACE_READER_IDS: readonly string[] = READERS.map((reader) => reader.id);

/** The reader that knows a file system's own table or journal, or a listing of files; null for everything else. */
export function findTraceReader(head: Uint8Array, name: string): TraceReader | null {
  return READERS.find((reader) => reader.identify(head, name)) ?? null;
}
