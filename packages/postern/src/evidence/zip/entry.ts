import { Buffer } from "node:buffer";
import type { EvidenceTimes } from "../item.ts";
import { NO_TIMES } from "../found.ts";

/** An entry as a zip's directory, or a local header, states it. Nothing here has been checked against the data. */
export interface ZipEntry {
  /** Name as stored, decoded; backslashes and all. Untrusted. */
  readonly rawName: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number | null;
  readonly compressedBytes: number;
  /** Null when only a local header is left and it leaves the size to a trailer that is gone. */
  readonly sizeBytes: number | null;
  /** Where the local header stands. */
  readonly headerOffset: number;
  /** Upper 16 bits of the external attributes when a Unix system packed it, else 0. */
  readonly unixMode: number;
  readonly times: EvidenceTimes;
}

/** Stored and deflated, the methods that can be read. APPNOTE.TXT 4.4.5. */
export const METHOD_STORED = 0;
/** See METHOD_STORED. */
export const METHOD_DEFLATED = 8;

const NAME_IS_UTF8 = 0x800;
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/** Decodes an entry's name: UTF-8 where flagged or valid (many packers forget the flag), else code page 437. */
export function decodeName(bytes: Uint8Array, flags: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (thrown) {
    if ((flags & NAME_IS_UTF8) !== 0 && thrown instanceof TypeError)
      return Buffer.from(bytes).toString("utf8");
    let name = "";
    for (const byte of bytes) name += byte < 128 ? String.fromCharCode(byte) : (CP437[byte - 128] ?? "_");
    return name;
  }
}

/**
 * Times of an entry. The extended fields are UTC; the plain field is the packing machine's local time without a zone
 * and is given as if it were UTC, up to 14 hours off. 1980 means that the packer wrote none.
 */
export function entryTimes(dosDate: number, dosTime: number, extra: readonly ExtraField[]): EvidenceTimes {
  const modifiedMs = extendedTime(extra) ?? dosTimeMs(dosDate, dosTime);
  if (modifiedMs === null || Math.abs(modifiedMs) > 8.64e15) return NO_TIMES;
  return { modified: new Date(modifiedMs).toISOString(), created: null, source: "archive" };
}

/** A block of an entry's extra data. */
export interface ExtraField {
  readonly id: number;
  readonly data: Buffer;
}

/** Cuts extra data into its blocks; a block that reaches beyond the end ends the list. */
export function extraFields(bytes: Buffer): ExtraField[] {
  const fields: ExtraField[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > bytes.length) break;
    fields.push({ id: bytes.readUInt16LE(at), data: bytes.subarray(at + 4, end) });
    at = end;
  }
  return fields;
}

function extendedTime(extra: readonly ExtraField[]): number | null {
  for (const { id, data } of extra) {
    // 0x5455 "UT" (Info-ZIP): flags, then seconds since 1970; 0x000a (PKWARE NTFS): 100 ns since 1601 at offset 8.
    if (id === 0x5455 && data.length >= 5 && (data.readUInt8(0) & 1) === 1) return data.readInt32LE(1) * 1000;
    if (id === 0x000a && data.length >= 16)
      return Number(data.readBigUInt64LE(8) / 10_000n) - 11_644_473_600_000;
  }
  return null;
}

function dosTimeMs(date: number, time: number): number | null {
  const year = 1980 + (date >> 9);
  if (year <= 1980) return null;
  const day = Date.UTC(year, ((date >> 5) & 15) - 1, date & 31);
  return day + ((time >> 11) * 3600 + ((time >> 5) & 63) * 60 + (time & 31) * 2) * 1000;
}
