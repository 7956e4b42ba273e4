import { detectEncoding } from "../../core/index.ts";
import { readBareRow } from "./bare-row.ts";
import { applyDirective, applyTableHeader, isHeaderLine, NO_HEADER, type Header } from "./header.ts";

/** True when the head of a file is a text this parser reads: a directive, a known header, or a row it recognises. */
export function identifyTextLog(headText: string): boolean {
  const lines = headText.split(/\r?\n/u, 60).map((line) => line.replace(/^\uFEFF/u, ""));
  if (lines.some((line) => /^#(fields|log-type|software):/iu.test(line))) return true;
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith("#"));
  if (first !== undefined && applyTableHeader(NO_HEADER, first) !== null) return true;
  return lines.some((line) => line.length < 100_000 && readBareRow(line) !== null);
}

/**
 * The header with which a log opens: what its first lines say. Null for a text that can't be read from further down: one of another encoding than
 * 8-bit or UTF-8, a table, rows without header.
 * @param head the first bytes; a header that does not end in them is none
 */
export function readOpening(head: Uint8Array): Header | null {
  if (detectEncoding(head).encoding !== "utf-8") return null;
  let header = NO_HEADER;
  for (const line of new TextDecoder().decode(head).split(/\r?\n/u)) {
    // Exchange names the columns once more in a line without `#` before its header.
    const next = isHeaderLine(line) ? applyDirective(header, line) : applyTableHeader(header, line);
    if (next === null) return header.mode === "w3c" || header.mode === "exchange" ? header : null;
    header = next;
  }
  return null;
}

/** True when lines below both headers are read alike, in one item. */
export function readsAlike(a: Header, b: Header): boolean {
  const { date, ...others } = a;
  const isDated = a.mode === "exchange" || a.names.includes("date");
  return JSON.stringify(others) === JSON.stringify({ ...b, date: undefined }) && (isDated || date === b.date);
}
