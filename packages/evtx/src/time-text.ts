import type { ChunkData } from "./chunk-data.ts";

/** Seconds from 1601 to 1970. */
const EPOCH_SECONDS = 11_644_473_600;

/** From here on whole seconds do not fit the exact arithmetic of doubles below (year 9999). */
const FAR_HIGH = 0x24c8_5a5e;

/**
 * The FILETIME at a chunk offset as ISO 8601 UTC with some digits behind the point (at most 7: a FILETIME counts 100 ns), the
 * further digits cut off. Source: [MS-DTYP] 2.3.3.
 */
export function filetimeText(chunk: ChunkData, at: number, digits: number): string {
  const low = chunk.view.getUint32(at, true);
  const high = chunk.view.getUint32(at + 4, true);
  if (high >= FAR_HIGH) return farText(chunk.view.getBigUint64(at, true), digits);
  // 2^32 ticks are 429 seconds and 4,967,296 ticks.
  const rest = high * 4_967_296 + low;
  const carried = Math.floor(rest / 10_000_000);
  const second = high * 429 + carried;
  const ticks = String(rest - carried * 10_000_000).padStart(7, "0");
  if (second !== chunk.lastSecond) {
    chunk.lastSecond = second;
    chunk.lastSecondText = secondText(second);
  }
  return `${chunk.lastSecondText}.${ticks.slice(0, digits)}Z`;
}

function farText(filetime: bigint, digits: number): string {
  const ticks = String(filetime % 10_000_000n).padStart(7, "0");
  return `${secondText(Number(filetime / 10_000_000n))}.${ticks.slice(0, digits)}Z`;
}

function secondText(second: number): string {
  // Years beyond 9999 come as +030828; their sign and zeros say nothing.
  return new Date((second - EPOCH_SECONDS) * 1000).toISOString().slice(0, -5).replace(/^\+0*/u, "");
}

/** A FILETIME (100 ns since 1601 UTC) as ISO 8601 UTC with 7 digits. */
export function formatFiletime(filetime: bigint): string {
  return farText(filetime, 7);
}

/** The SYSTEMTIME at a chunk offset as ISO 8601 UTC: eight u16, the third is the day of the week. Source: [MS-DTYP] 2.3.13. */
export function systemtimeText(chunk: ChunkData, at: number, digits: number): string {
  const part = (index: number, width: number): string =>
    String(chunk.view.getUint16(at + index * 2, true)).padStart(width, "0");
  const date = `${part(0, 4)}-${part(1, 2)}-${part(3, 2)}`;
  const fraction = part(7, 3).padEnd(digits, "0").slice(0, digits);
  return `${date}T${part(4, 2)}:${part(5, 2)}:${part(6, 2)}.${fraction}Z`;
}
