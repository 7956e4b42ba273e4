import type { ChunkData } from "./chunk-data.ts";
import type { Fragment } from "./fragment.ts";
import { WINDOWS_STYLE } from "./rendering.ts";
import type { Rendering } from "./rendering.ts";
import { FIXED_BYTES, LIST, listStretches, scalarText, typeOf, valueText } from "./value.ts";
import type { Stretch } from "./value.ts";

/** A SYSTEMTIME as it stands in the log, in no stated time zone. Source: [MS-DTYP] 2.3.13. */
export interface EvtxSystemTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 0 is Sunday. */
  readonly dayOfWeek: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** A value with its own type. Texts keep every blank; GUIDs are in capitals without braces. */
export type EvtxValue =
  | { readonly type: "null"; readonly value: null }
  /** `ansi` was stored in a code page, `xml` as XML text; `guid` and `sid` are in their usual spelling. */
  | { readonly type: "string" | "ansi" | "xml" | "guid" | "sid"; readonly value: string }
  | { readonly type: "int8" | "uint8" | "int16" | "uint16"; readonly value: number }
  | { readonly type: "int32" | "uint32" | "hex32" | "float" | "double"; readonly value: number }
  /** `filetime`: 100 ns since 1601, UTC. `size` and `handle` have 4 or 8 bytes in the log. */
  | { readonly type: "int64" | "uint64" | "hex64" | "filetime"; readonly value: bigint }
  | { readonly type: "size" | "handle"; readonly value: bigint }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "systemtime"; readonly value: EvtxSystemTime }
  | { readonly type: "binary"; readonly value: Uint8Array }
  | { readonly type: "list"; readonly value: readonly EvtxValue[] }
  /** A type that nobody knows, or a value that is shorter than its type. */
  | { readonly type: "unknown"; readonly code: number; readonly value: Uint8Array };

/** The value at an index with its type. Binary XML gives its text. */
export function typedValue(fragment: Fragment, index: number, rendering: Rendering): EvtxValue {
  const type = typeOf(fragment, index);
  if (type === 0) return { type: "null", value: null };
  const at = fragment.starts[index] ?? 0;
  const end = fragment.starts[index + 1] ?? at;
  if ((type & LIST) === 0) return scalar(fragment.chunk, type, { at, end });
  // The budget for lists is the same as that of their texts.
  if (valueText(fragment, index, rendering) === "" && end > at) return { type: "list", value: [] };
  const value = listStretches(fragment.chunk, type & 0x7f, { at, end }).map((one) =>
    scalar(fragment.chunk, type & 0x7f, one),
  );
  return { type: "list", value };
}

const TEXTS: ReadonlyMap<number, "string" | "ansi" | "xml" | "sid"> = new Map([
  [0x01, "string"],
  [0x02, "ansi"],
  [0x13, "sid"],
  [0x23, "xml"],
]);

function scalar(chunk: ChunkData, type: number, stretch: Stretch): EvtxValue {
  const { at, end } = stretch;
  if (end - at < (FIXED_BYTES.get(type) ?? 0) || (type === 0x13 && end - at < 8))
    return { type: "unknown", code: type, value: bytesOf(chunk, stretch) };
  const text = TEXTS.get(type);
  if (text !== undefined) return { type: text, value: scalarText(chunk, type, stretch, WINDOWS_STYLE) };
  return number(chunk, type, stretch) ?? other(chunk, type, stretch);
}

function number({ view }: ChunkData, type: number, { at }: Stretch): EvtxValue | null {
  switch (type) {
    case 0x03:
      return { type: "int8", value: view.getInt8(at) };
    case 0x04:
      return { type: "uint8", value: view.getUint8(at) };
    case 0x05:
      return { type: "int16", value: view.getInt16(at, true) };
    case 0x06:
      return { type: "uint16", value: view.getUint16(at, true) };
    case 0x07:
      return { type: "int32", value: view.getInt32(at, true) };
    case 0x08:
      return { type: "uint32", value: view.getUint32(at, true) };
    case 0x09:
      return { type: "int64", value: view.getBigInt64(at, true) };
    case 0x0a:
      return { type: "uint64", value: view.getBigUint64(at, true) };
    case 0x0b:
      return { type: "float", value: view.getFloat32(at, true) };
    case 0x0c:
      return { type: "double", value: view.getFloat64(at, true) };
    default:
      return null;
  }
}

function other(chunk: ChunkData, type: number, stretch: Stretch): EvtxValue {
  const { view } = chunk;
  const { at, end } = stretch;
  switch (type) {
    case 0x0d:
      return { type: "boolean", value: view.getUint32(at, true) !== 0 };
    case 0x0e:
      return { type: "binary", value: bytesOf(chunk, stretch) };
    case 0x0f:
      return {
        type: "guid",
        value: scalarText(chunk, type, stretch, { ...WINDOWS_STYLE, guidBraces: false }),
      };
    case 0x11:
      return { type: "filetime", value: view.getBigUint64(at, true) };
    case 0x12:
      return { type: "systemtime", value: systemTime(view, at) };
    case 0x14:
      return { type: "hex32", value: view.getUint32(at, true) };
    case 0x15:
      return { type: "hex64", value: view.getBigUint64(at, true) };
    case 0x10:
    case 0x20: {
      const name = type === 0x10 ? "size" : "handle";
      if (end - at === 4) return { type: name, value: BigInt(view.getUint32(at, true)) };
      if (end - at === 8) return { type: name, value: view.getBigUint64(at, true) };
      return { type: "unknown", code: type, value: bytesOf(chunk, stretch) };
    }
    default:
      return { type: "unknown", code: type, value: bytesOf(chunk, stretch) };
  }
}

function systemTime(view: DataView, at: number): EvtxSystemTime {
  const part = (index: number): number => view.getUint16(at + index * 2, true);
  return {
    year: part(0),
    month: part(1),
    dayOfWeek: part(2),
    day: part(3),
    hour: part(4),
    minute: part(5),
    second: part(6),
    millisecond: part(7),
  };
}

/** A copy: a view would keep the chunk alive and change with it. */
function bytesOf({ bytes }: ChunkData, { at, end }: Stretch): Uint8Array {
  return Uint8Array.from(bytes.subarray(at, end));
}
