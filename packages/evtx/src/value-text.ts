import type { ChunkData } from "./chunk-data.ts";
import { filetimeText, systemtimeText } from "./time-text.ts";
import { VALUE, readableType, textEnd } from "./value-kinds.ts";
import type { ValuePlace } from "./value-kinds.ts";

/** How values are spelled: `windows` as the event viewer and wevtutil do, `dump` as evtx_dump and SigmaHQ's test data do. */
export type Spelling = "windows" | "dump";

/** A single value as text: the empty text for null. Never throws: bytes that do not fit their type are shown in hex. */
export function scalarText(chunk: ChunkData, place: ValuePlace, spelling: Spelling): string {
  const { bytes } = chunk;
  const { at, length } = place;
  const type = readableType(bytes, place);
  switch (type) {
    case VALUE.null:
      return "";
    case VALUE.text:
    case VALUE.xml:
      return bytes.ucs2Slice(at, textEnd(bytes, at, at + length));
    case VALUE.ansi:
      return ansiText(chunk, at, length);
    case VALUE.boolean:
      return chunk.view.getUint32(at, true) === 0 ? "false" : "true";
    case VALUE.guid:
      return spelling === "windows" ? `{${guidText(bytes, at)}}` : guidText(bytes, at);
    case VALUE.filetime:
      return filetimeText(chunk, at, fractionDigits(spelling));
    case VALUE.systemtime:
      return systemtimeText(chunk, at, spelling === "windows" ? 3 : 6);
    case VALUE.sid:
      return sidText(chunk, at);
    case VALUE.hex32:
      return `0x${chunk.view.getUint32(at, true).toString(16)}`;
    case VALUE.hex64:
      return hex64Text(chunk, at);
    case VALUE.binary:
    case VALUE.binxml:
      return bytes.hexSlice(at, at + length).toUpperCase();
    default:
      return numberText(chunk, type, at);
  }
}

/** Digits behind the point of a FILETIME: all seven, or six as evtx_dump writes them. */
export function fractionDigits(spelling: Spelling): number {
  return spelling === "windows" ? 7 : 6;
}

function ansiText(chunk: ChunkData, at: number, length: number): string {
  let end = at + length;
  while (end > at && chunk.bytes[end - 1] === 0) end--;
  return chunk.ansi.decode(chunk.bytes.subarray(at, end));
}

function guidText(bytes: Buffer, at: number): string {
  const hex = bytes.hexSlice(at, at + 16).toUpperCase();
  const turned = (from: number, count: number): string => {
    let text = "";
    for (let i = count - 1; i >= 0; i--) text += hex.slice(from + i * 2, from + i * 2 + 2);
    return text;
  };
  return `${turned(0, 4)}-${turned(8, 2)}-${turned(12, 2)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** u8 revision, u8 number of parts, u48 big-endian authority, u32 parts. Source: [MS-DTYP] 2.4.2.2. */
function sidText(chunk: ChunkData, at: number): string {
  const parts = chunk.bytes[at + 1] ?? 0;
  let text = `S-${String(chunk.bytes[at] ?? 0)}-${String(chunk.bytes.readUIntBE(at + 2, 6))}`;
  for (let i = 0; i < parts; i++) text += `-${String(chunk.view.getUint32(at + 8 + i * 4, true))}`;
  return text;
}

function hex64Text(chunk: ChunkData, at: number): string {
  const high = chunk.view.getUint32(at + 4, true);
  const low = chunk.view.getUint32(at, true).toString(16);
  return high === 0 ? `0x${low}` : `0x${high.toString(16)}${low.padStart(8, "0")}`;
}

function numberText(chunk: ChunkData, type: number, at: number): string {
  return String(numberAt(chunk, type, at));
}

/** A number at a chunk offset; 64-bit types as bigint. */
export function numberAt(chunk: ChunkData, type: number, at: number): number | bigint {
  const { view } = chunk;
  switch (type) {
    case VALUE.int8:
      return view.getInt8(at);
    case VALUE.uint8:
      return view.getUint8(at);
    case VALUE.int16:
      return view.getInt16(at, true);
    case VALUE.uint16:
      return view.getUint16(at, true);
    case VALUE.int32:
      return view.getInt32(at, true);
    case VALUE.uint32:
    case VALUE.hex32:
      return view.getUint32(at, true);
    case VALUE.int64:
      return view.getBigInt64(at, true);
    case VALUE.float:
      return shortFloat(view.getFloat32(at, true));
    case VALUE.double:
      return view.getFloat64(at, true);
    default:
      return view.getBigUint64(at, true);
  }
}

/** The shortest decimal that is the same float: 0.1, not 0.10000000149011612. */
function shortFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
