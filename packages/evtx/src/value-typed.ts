import type { ChunkData } from "./chunk-data.ts";
import { ARRAY, VALUE, elementPlaces, readableType } from "./value-kinds.ts";
import type { ValuePlace } from "./value-kinds.ts";
import { numberAt, scalarText } from "./value-text.ts";

/**
 * A value with its type. `filetime` counts 100 ns since 1601 UTC, `systemtime` is ISO 8601 text, `guid` has braces, `hex` is a number
 * that Windows shows in hex, `binxml` stands for values that hold XML of their own.
 */
export type EvtxValue =
  | { readonly type: "null"; readonly value: null }
  | { readonly type: "text" | "guid" | "sid" | "systemtime"; readonly value: string }
  | { readonly type: "number"; readonly value: number }
  | { readonly type: "integer64" | "filetime" | "hex"; readonly value: bigint }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "binary" | "binxml"; readonly value: Uint8Array }
  | { readonly type: "array"; readonly value: readonly EvtxValue[] };

/** Decodes a value; bytes are copied. Never throws: bytes that do not fit their type come as binary. */
export function typedValue(chunk: ChunkData, place: ValuePlace): EvtxValue {
  if (place.type & ARRAY)
    return {
      type: "array",
      value: elementPlaces(chunk.bytes, place).map((element) => typedValue(chunk, element)),
    };
  const type = readableType(chunk.bytes, place);
  switch (type) {
    case VALUE.null:
      return { type: "null", value: null };
    case VALUE.text:
    case VALUE.ansi:
    case VALUE.xml:
      return { type: "text", value: scalarText(chunk, place, "windows") };
    case VALUE.guid:
      return { type: "guid", value: scalarText(chunk, place, "windows") };
    case VALUE.sid:
      return { type: "sid", value: scalarText(chunk, place, "windows") };
    case VALUE.systemtime:
      return { type: "systemtime", value: scalarText(chunk, place, "windows") };
    case VALUE.boolean:
      return { type: "boolean", value: chunk.view.getUint32(place.at, true) !== 0 };
    case VALUE.binary:
    case VALUE.binxml:
      return {
        type: type === VALUE.binary ? "binary" : "binxml",
        value: Uint8Array.from(chunk.bytes.subarray(place.at, place.at + place.length)),
      };
    default:
      return typedNumber(type, numberAt(chunk, type, place.at));
  }
}

function typedNumber(type: number, value: number | bigint): EvtxValue {
  if (type === VALUE.filetime) return { type: "filetime", value: BigInt(value) };
  if (type === VALUE.hex32 || type === VALUE.hex64) return { type: "hex", value: BigInt(value) };
  return typeof value === "bigint" ? { type: "integer64", value } : { type: "number", value };
}
