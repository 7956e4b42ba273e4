import { createWriter, putAll, putLong, putNumber, putWide } from "./byte-writer.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** A value of a template instance as it is stored. Type codes: see value.ts of this package. */
export interface StoredValue {
  readonly type: number;
  readonly bytes: Uint8Array;
}

function stored(type: number, write: (writer: ByteWriter) => void): StoredValue {
  const writer = createWriter();
  write(writer);
  return { type, bytes: Uint8Array.from(writer.bytes) };
}

/** No value. */
export const nothing: StoredValue = { type: 0x00, bytes: new Uint8Array(0) };

/** UTF-16 text. */
export function wide(text: string): StoredValue {
  return stored(0x01, (writer) => putWide(writer, text));
}

/** Text in a code page, given as its bytes. */
export function ansi(bytes: Uint8Array): StoredValue {
  return { type: 0x02, bytes };
}

/** A list of UTF-16 texts. */
export function wideList(texts: readonly string[]): StoredValue {
  return stored(0x81, (writer) => {
    for (const text of texts) putWide(writer, `${text}\0`);
  });
}

/** A whole number: `type` 0x03 to 0x0a, 0x10, 0x14, 0x15 or such with 0x80 for a list of one. */
export function whole(type: number, value: bigint): StoredValue {
  const size = new Map([
    [0x03, 1],
    [0x04, 1],
    [0x05, 2],
    [0x06, 2],
    [0x07, 4],
    [0x08, 4],
    [0x14, 4],
  ]).get(type & 0x7f);
  return stored(type, (writer) => {
    const low = Number(BigInt.asUintN(32, value));
    if (size === 1 || size === 2 || size === 4) putNumber(writer, size, low);
    else putLong(writer, BigInt.asUintN(64, value));
  });
}

/** Several values of one type side by side, as a list. */
export function listOf(values: readonly StoredValue[]): StoredValue {
  return stored((values[0]?.type ?? 0) | 0x80, (writer) => {
    for (const { bytes } of values) putAll(writer, bytes);
  });
}

/** A floating point number of 4 or 8 bytes. */
export function real(bytes: 4 | 8, value: number): StoredValue {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return { type: bytes === 4 ? 0x0b : 0x0c, bytes: new Uint8Array(view.buffer) };
}

/** True or false. */
export function truth(value: boolean): StoredValue {
  return stored(0x0d, (writer) => putNumber(writer, 4, value ? 1 : 0));
}

/** Bytes. */
export function binary(bytes: Uint8Array): StoredValue {
  return { type: 0x0e, bytes };
}

/** A GUID from its text without braces. */
export function guid(text: string): StoredValue {
  const hex = text.replaceAll("-", "");
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const bytes = order.map((index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16));
  return { type: 0x0f, bytes: Uint8Array.from(bytes) };
}

/** A FILETIME, 100 ns since 1601. */
export function filetime(ticks: bigint): StoredValue {
  return stored(0x11, (writer) => putLong(writer, ticks));
}

/** A SYSTEMTIME: year, month, day of week, day, hour, minute, second, millisecond. */
export function systemtime(parts: readonly number[]): StoredValue {
  return stored(0x12, (writer) => {
    for (let i = 0; i < 8; i++) putNumber(writer, 2, parts[i] ?? 0);
  });
}

/** A SID: authority below 2^32 and the numbers behind it. */
export function sid(authority: number, parts: readonly number[]): StoredValue {
  return stored(0x13, (writer) => {
    putNumber(writer, 1, 1);
    putNumber(writer, 1, parts.length);
    putNumber(writer, 2, 0);
    for (const shift of [24, 16, 8, 0]) putNumber(writer, 1, (authority >>> shift) & 255);
    for (const part of parts) putNumber(writer, 4, part);
  });
}
