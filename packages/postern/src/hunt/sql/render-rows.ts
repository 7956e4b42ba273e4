import { terminalLine, textWidth } from "../../report/index.ts";
import type { SqlValue } from "./run-query.ts";

/** Columns of a screen table are no wider. */
const CELL_LIMIT = 60;

/** One row as a JSON object; the names of columns are its names. */
export function rowAsJson(columns: readonly string[], row: readonly SqlValue[]): string {
  return JSON.stringify(Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])));
}

/** A table for a screen; text from evidence cannot act on the terminal. */
export function renderRows(columns: readonly string[], rows: readonly (readonly SqlValue[])[]): string {
  const cells = [columns, ...rows].map((row) =>
    row.map((value) => terminalLine(value === null ? "" : String(value), CELL_LIMIT)),
  );
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => textWidth(row[index] ?? ""))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => cell + " ".repeat(Math.max(0, (widths[index] ?? 0) - textWidth(cell))))
      .join("  ")
      .trimEnd();
  const [head = [], ...body] = cells;
  return `${[line(head), widths.map((width) => "-".repeat(width)).join("  "), ...body.map(line)].join("\n")}\n`;
}
