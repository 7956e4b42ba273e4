import type { ByteSource } from "../../core/index.ts";
import type { ArtifactRecord, Damage, DamageCode, Lost, Place } from "../../model/index.ts";
import { readHeader, rowObject, splitRow } from "./csv-row.ts";
import { decodeText, encodingOf, toUnits } from "./encoding.ts";
import type { TextEncoding } from "./encoding.ts";
import { XmlEventError, parseEventXml } from "./event-xml.ts";
import { findExportForm } from "./export-form.ts";
import type { ExportForm } from "./export-form.ts";
import type { ExportedEvent } from "./exported-event.ts";
import type { Frame, FrameFault, FrameLimits, Framer } from "./framing.ts";
import { IDENTIFY_BYTES } from "./identify.ts";
import { createJsonFramer } from "./json-framer.ts";
import { parseKeyValueLine } from "./key-value-line.ts";
import { parseObject } from "./mend-json.ts";
import { complete, readExportedObject } from "./read-object.ts";
import { createLineFramer, createRowFramer, createXmlFramer } from "./text-framers.ts";
import { toUniformRecord } from "./uniform-record.ts";

/** Bounds of reading; every one has a default. */
export interface WindowsEventOptions {
  /** Longest object, row or element in code units; longer ones are damage. Default 8 Mi (an event itself holds at most 64 Ki characters). */
  readonly maxRecordUnits?: number;
  /** Deepest nesting of a JSON object. Default 64 (event exports need about ten). */
  readonly maxDepth?: number;
  /** Bytes a read, 256 KiB by default. */
  readonly chunkBytes?: number;
}

/** Some records and damages in the order of the file. */
export interface WindowsEventBatch {
  readonly records: ArtifactRecord[];
  readonly damage: Damage[];
}

/** What the reading of one file needs at every record. */
interface Reading {
  readonly item: number;
  readonly form: ExportForm;
  readonly encoding: TextEncoding;
  /** Bytes before the first unit of the framer. */
  readonly baseBytes: number;
  /** Records and damages so far. */
  ordinal: number;
}

/**
 * Reads an export of Windows events, one batch a chunk. Memory is bounded by the longest record, not by the file. Every stretch that is no
 * event is damage with its place; reading goes on behind it. Forms: see README.md of this folder.
 * Throws what `source.read` throws, nothing of its own.
 */
export async function* parseWindowsEvents(
  source: ByteSource,
  item: number,
  options: WindowsEventOptions = {},
): AsyncIterable<WindowsEventBatch> {
  const head = Uint8Array.from(await source.read(0, IDENTIFY_BYTES));
  const encoding = encodingOf(head);
  const form = findExportForm(head);
  if (form === null) {
    if (head.length > 0) yield { records: [], damage: [unknownForm(item, source.sizeBytes ?? head.length)] };
    return;
  }
  const skipUnits = form.kind === "json" ? form.skipUnits : 0;
  const baseBytes = encoding.markBytes + skipUnits * encoding.unitBytes;
  const reading: Reading = { item, form, encoding, baseBytes, ordinal: 0 };
  const limits = { maxUnits: options.maxRecordUnits ?? 8 << 20, maxDepth: options.maxDepth ?? 64 };
  yield* readFrames(source, reading, {
    framer: framerFor(form, limits),
    chunkBytes: options.chunkBytes ?? 1 << 18,
  });
}

function framerFor(form: ExportForm, limits: FrameLimits): Framer {
  if (form.kind === "json") return createJsonFramer(limits, form.skipUnits > 0);
  if (form.kind === "xml") return createXmlFramer(limits);
  if (form.kind === "csv") return createRowFramer(limits, form.delimiter.charCodeAt(0));
  return createLineFramer(limits);
}

async function* readFrames(
  source: ByteSource,
  reading: Reading,
  how: { readonly framer: Framer; readonly chunkBytes: number },
): AsyncIterable<WindowsEventBatch> {
  const { encoding, baseBytes } = reading;
  // Whole code units only, so that a pair of bytes is never torn.
  const step = Math.max(encoding.unitBytes, how.chunkBytes - (how.chunkBytes % encoding.unitBytes));
  let held = new Uint8Array(0);
  let heldFrom = 0;
  for (let at = baseBytes; ;) {
    const chunk = await source.read(at, step);
    const whole = chunk.subarray(0, chunk.length - (chunk.length % encoding.unitBytes));
    held = joined(held, whole);
    at += whole.length;
    const over = whole.length === 0;
    const frames = over ? how.framer.end() : how.framer.feed(toUnits(whole, encoding));
    const bytesOf = (frame: Frame): Uint8Array =>
      held.subarray(frame.start * encoding.unitBytes - heldFrom, frame.end * encoding.unitBytes - heldFrom);
    if (frames.length > 0) yield readBatch(frames, reading, bytesOf);
    if (over) return;
    const keep = how.framer.keepFrom() * encoding.unitBytes;
    held = held.slice(keep - heldFrom);
    heldFrom = keep;
  }
}

function joined(first: Uint8Array<ArrayBuffer>, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function readBatch(
  frames: readonly Frame[],
  reading: Reading,
  bytesOf: (frame: Frame) => Uint8Array,
): WindowsEventBatch {
  const batch: WindowsEventBatch = { records: [], damage: [] };
  for (const frame of frames) {
    const read = readFrame(frame, reading, bytesOf);
    if (read === null) continue;
    if ("kind" in read) batch.damage.push(read);
    else batch.records.push(read);
  }
  return batch;
}

function readFrame(
  frame: Frame,
  reading: Reading,
  bytesOf: (frame: Frame) => Uint8Array,
): ArtifactRecord | Damage | null {
  const at = placeOf(frame, reading);
  if (frame.fault !== null && !(frame.fault === "cut" && reading.form.kind === "csv")) {
    reading.ordinal++;
    return damageOf(frame.fault, reading.form, at);
  }
  const { text, mended } = decodeText(bytesOf(frame), reading.encoding);
  if (reading.form.kind === "csv" && isHeader(text, reading.form.delimiter)) return null;
  reading.ordinal++;
  const repairs: string[] = mended ? ["not UTF-8, read as Windows-1252"] : [];
  if (frame.fault === "cut") repairs.push("unclosed quote at the end of the file");
  const event = readText(text, reading.form);
  if (typeof event === "string") return notRead(event, reading.form, at);
  return toUniformRecord(event.system, event.values, {
    at,
    raw: text,
    repairs: [...repairs, ...event.repairs],
  });
}

function placeOf(frame: Frame, reading: Reading): Place {
  const { unitBytes } = reading.encoding;
  return {
    item: reading.item,
    offsetBytes: reading.baseBytes + frame.start * unitBytes,
    lengthBytes: (frame.end - frame.start) * unitBytes,
    record: reading.ordinal + 1,
  };
}

function isHeader(row: string, delimiter: string): boolean {
  return row.startsWith("#TYPE ") || readHeader(row, delimiter) !== null;
}

/** The event in a record's text, or a sentence that says why there is none. */
function readText(text: string, form: ExportForm): ExportedEvent | string {
  if (form.kind === "xml") return readXml(text);
  const read = form.kind === "json" ? parseObject(text) : { object: tableObject(text, form), repairs: [] };
  if (read === null) return "The object is not valid JSON.";
  const event = readExportedObject(read.object);
  if (event === null) return "This is not a Windows event in a form that Postern knows.";
  return { ...event, repairs: [...read.repairs, ...event.repairs] };
}

function tableObject(text: string, form: ExportForm): Readonly<Record<string, unknown>> {
  if (form.kind !== "csv") return parseKeyValueLine(text.trimEnd());
  return rowObject(form.names, splitRow(text, form.delimiter));
}

function readXml(text: string): ExportedEvent | string {
  try {
    const event = parseEventXml(text);
    return event === null ? "The element has no event number." : complete(event);
  } catch (thrown) {
    if (!(thrown instanceof XmlEventError)) throw thrown;
    return `The element is not well-formed XML: ${thrown.message.slice(0, 200)}`;
  }
}

const FAULT_NOTES: Readonly<Record<FrameFault, string>> = {
  malformed: "The record is broken: it does not end before the next one begins, or its marks do not fit.",
  "too-deep": "The record is nested deeper than any Windows event.",
  "too-large": "The record is longer than any Windows event and was not read.",
  cut: "The file ends inside this record.",
  stray: "This text belongs to no record.",
};

function damageOf(fault: FrameFault, form: ExportForm, at: Place): Damage {
  const code = fault === "too-large" ? tooLargeCode(form) : faultCode(form, fault);
  return { kind: "damage", code, at, lost: "record", note: FAULT_NOTES[fault] };
}

function notRead(note: string, form: ExportForm, at: Place): Damage {
  return { kind: "damage", code: faultCode(form, "malformed"), at, lost: "record", note };
}

function tooLargeCode(form: ExportForm): DamageCode {
  if (form.kind === "json") return "JSON_TOO_LARGE";
  return form.kind === "xml" ? "XML_MALFORMED" : "TEXT_LINE_TOO_LONG";
}

function faultCode(form: ExportForm, fault: FrameFault): DamageCode {
  if (form.kind === "json") return "JSON_MALFORMED";
  if (form.kind === "xml") return "XML_MALFORMED";
  return fault === "cut" ? "TEXT_LINE_CUT" : "TEXT_LINE_MALFORMED";
}

function unknownForm(item: number, sizeBytes: number): Damage {
  const lost: Lost = "file";
  const at: Place = { item, offsetBytes: 0, lengthBytes: sizeBytes, record: null };
  return {
    kind: "damage",
    code: "JSON_MALFORMED",
    at,
    lost,
    note: "This is no export of Windows events in a form that Postern knows.",
  };
}
