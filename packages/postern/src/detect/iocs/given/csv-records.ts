/** A record of a table and the line on which it begins (1-based). */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Reads a table after RFC 4180 with any delimiter; a quote that is never closed ends with its line. Empty lines and `#` comments are left out. */
export function csvRecords(text: string, delimiter: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const { cells, end } = oneRecord(text, at, delimiter);
    line += countLines(text, at, end);
    at = end;
    const [first = ""] = cells;
    if ((cells.length > 1 || first.trim() !== "") && !first.startsWith("#"))
      records.push({ line: start, cells });
  }
  return records;
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf("\n", from); at !== -1 && at < to; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

function oneRecord(
  text: string,
  from: number,
  delimiter: string,
): { readonly cells: readonly string[]; readonly end: number } {
  const cells: string[] = [];
  let at = from;
  for (;;) {
    const closed = text[at] === '"' ? quotedEnd(text, at) : null;
    if (closed !== null) {
      cells.push(text.slice(at + 1, closed).replaceAll('""', '"'));
      at = closed + 1;
    } else {
      const stop = plainEnd(text, at, delimiter);
      cells.push(text.slice(at, stop).replace(/\r$/u, ""));
      at = stop;
    }
    while (at < text.length && text[at] !== delimiter && text[at] !== "\n") at++;
    if (at >= text.length) return { cells, end: at };
    if (text[at] === "\n") return { cells, end: at + 1 };
    at++;
  }
}

function plainEnd(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== "\n") at++;
  return at;
}

/** Where the quote that opens at `from` is closed, or null when it never is. */
function quotedEnd(text: string, from: number): number | null {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return null;
}
