import type { ChunkData } from "./chunk-data.ts";
import type { EvtxDamage } from "./damage.ts";
import { MalformedError } from "./damage.ts";
import { freshBudget, openFragment } from "./fragment.ts";
import type { Fragment } from "./fragment.ts";
import { RECORD_HEADER_BYTES } from "./frame.ts";
import { fragmentJson } from "./json.ts";
import { startSink } from "./byte-sink.ts";
import { putMembers } from "./json-fast.ts";
import { putAscii, putText, takeBytes, takeText } from "./json-sink.ts";
import { DUMP_STYLE, WINDOWS_STYLE } from "./rendering.ts";
import type { Rendering, Style } from "./rendering.ts";
import { fragmentXml } from "./xml.ts";

/**
 * Record: u32 signature `**\0\0`, u32 size, u64 id, u64 FILETIME of writing, binary XML, u32 size again.
 * Source: libyal, EVTX format, section 4.1.
 */
export interface EvtxRecord {
  readonly id: bigint;
  /** When the service wrote it, 100 ns since 1601, UTC; the event's own time is `System/TimeCreated`. */
  readonly filetime: bigint;
  /** Offset of the record in the file. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** `log`: a record of the log. `carved`: bytes that the log no longer counts as its own. */
  readonly origin: "log" | "carved";
  /** The chunk it stands in. Keeps 64 KiB alive. */
  readonly chunk: ChunkData;
  /** Null when the binary XML cannot be opened; the faults say why. */
  readonly root: Fragment | null;
  /** Faults met so far, grows as more of the record is decoded. See {@link damageOf}. */
  readonly faults: string[];
}

/** Opens the record at a chunk offset; its frame was checked before. */
export function openRecord(
  chunk: ChunkData,
  at: number,
  sizeBytes: number,
  origin: EvtxRecord["origin"],
): EvtxRecord {
  const faults: string[] = [];
  return {
    id: chunk.view.getBigUint64(at + 8, true),
    filetime: chunk.view.getBigUint64(at + 16, true),
    offsetBytes: chunk.offsetBytes + at,
    sizeBytes,
    origin,
    chunk,
    root: openRoot(chunk, { at, sizeBytes, carved: origin === "carved" }, faults),
    faults,
  };
}

function openRoot(
  chunk: ChunkData,
  frame: { readonly at: number; readonly sizeBytes: number; readonly carved: boolean },
  faults: string[],
): Fragment | null {
  const { at, sizeBytes, carved } = frame;
  try {
    return openFragment(chunk, at + RECORD_HEADER_BYTES, at + sizeBytes - 4, { depth: 0, carved });
  } catch (thrown) {
    if (!(thrown instanceof MalformedError)) throw thrown;
    faults.push(thrown.message);
    return null;
  }
}

/** Starts an output of a record. */
export function startRendering(record: EvtxRecord, style: Style): Rendering {
  const { chunk, faults, sizeBytes } = record;
  return { style, budget: freshBudget(sizeBytes), chunk, faults };
}

/**
 * The record as JSON text in the shape of evtx_dump (`{"Event":{"#attributes":..,"System":..,"EventData":..}}`). Whole numbers above
 * 2^53 are texts. A record that cannot be opened gives its id under `System` and nothing else.
 */
export function toJsonText(record: EvtxRecord, style: Style = DUMP_STYLE): string {
  if (record.root === null) return `{"Event":{"System":{"EventRecordID":${String(record.id)}}}}`;
  const { sink } = record.chunk;
  putJson(record, record.root, style);
  return takeText(sink);
}

/** The record as JSON in UTF-8, see {@link toJsonText}: cheaper than the text where it is written to a file. */
export function toJsonBytes(record: EvtxRecord, style: Style = DUMP_STYLE): Uint8Array {
  if (record.root === null) return Buffer.from(toJsonText(record, style));
  putJson(record, record.root, style);
  return takeBytes(record.chunk.sink);
}

function putJson(record: EvtxRecord, root: Fragment, style: Style): void {
  const { sink, excess } = record.chunk;
  startSink(sink);
  putAscii(sink, "{");
  if (putMembers(sink, root, startRendering(record, style))) {
    putAscii(sink, "}");
    return;
  }
  // Its shape has no quick way: from the beginning, with a budget of its own.
  startSink(sink);
  record.chunk.excess = excess;
  putText(sink, fragmentJson(root, startRendering(record, style)));
}

/** The record as a JSON value, see {@link toJsonText}. */
export function toJson(record: EvtxRecord, style: Style = DUMP_STYLE): unknown {
  return JSON.parse(toJsonText(record, style));
}

/** The record as XML on one line, as Windows writes it but without the rendered message; always well formed. */
export function toXml(record: EvtxRecord, style: Style = WINDOWS_STYLE): string {
  if (record.root === null)
    return `<Event><System><EventRecordID>${String(record.id)}</EventRecordID></System></Event>`;
  return fragmentXml(record.root, startRendering(record, style));
}

/** What of a record could not be read: as known so far, so ask behind the last output. */
export function damageOf(record: EvtxRecord): readonly EvtxDamage[] {
  return record.faults.map((note) => ({
    code: "EVTX_BINXML",
    offsetBytes: record.offsetBytes,
    lengthBytes: record.sizeBytes,
    recordId: record.id,
    lost: record.root === null ? "record" : "value",
    note,
  }));
}
