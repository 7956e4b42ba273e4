import { visibleText } from "../report/index.ts";

/** What may stand in a cell. */
export type CellValue = string | number | null;

/** Starts a formula in a spreadsheet, also behind blanks and as full-width forms. https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[\s\u00a0\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

/** One cell after RFC 4180. Text from evidence never becomes a formula (an apostrophe is put before it) and never acts on a terminal. */
export function csvCell(value: CellValue): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const visible = visibleText(value);
  const safe = FORMULA.test(visible) || /^[\t\r\n]/u.test(visible) ? `'${visible}` : visible;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One record: its cells and the end of its line. */
export function csvRow(row: readonly CellValue[]): string {
  return `${row.map(csvCell).join(",")}\r\n`;
}

/** A table: names of columns, then records; lines end with CR LF as RFC 4180 has it. */
export function csvTable(
  columns: readonly string[],
  rows: readonly (readonly CellValue[])[],
  bom: boolean,
): string {
  const lines = [columns, ...rows].map(csvRow);
  return `${bom ? "\ufeff" : ""}${lines.join("")}`;
}
