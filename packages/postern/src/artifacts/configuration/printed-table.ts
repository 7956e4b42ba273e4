import type { Damage } from "../../model/index.ts";
import { decodeHead, linesOf, type Line } from "../exchange-build/decoded-text.ts";
import { excerptOf, MAX_SETTINGS, settingValues, type Setting } from "./setting.ts";

// What Format-Table prints: names, a line of dashes below each, one line an object. Values that are wider than their column end in `...`
// (5.1) or `…` (7), or, with -Wrap, go on in lines whose first column is empty.
//   Name            Image                                   Precondition
//   ----            -----                                   ------------
//   UriCacheModule  %windir%\System32\inetsrv\cachuri.dll

const DASHES = /^\s{0,200}-{2,}(?:\s+-{2,})*\s*$/u;
const CUT = /(?:\.\.\.|…)$/u;
const MAX_COLUMNS = 60;

/** Values of one row by column. */
export type Row = Readonly<Record<string, string | undefined>>;

/** A table's entries, and the damage where PowerShell cut what an entry hangs on. */
export interface PrintedTable {
  readonly settings: readonly Omit<Setting, "kind">[];
  readonly damage: readonly Damage[];
}

/** True when the first table in a text has these columns. Letter case does not matter. */
export function hasColumns(head: Uint8Array, columns: readonly string[]): boolean {
  const lines = decodeHead(head).split(/\r?\n/u, 200);
  const at = lines.findIndex((line) => DASHES.test(line));
  const names = columnsOf(lines[at - 1] ?? "", lines[at] ?? "").map(({ name }) => name);
  return columns.every((column) => names.includes(column.toLowerCase()));
}

/**
 * Reads tables as Format-Table prints them. Column names come in lower case. A row of which `needed` was cut is left out, because half
 * a path is another path.
 */
export function readPrintedTable(
  bytes: Uint8Array,
  item: number,
  of: { readonly needed: string; readonly toValues: (row: Row) => Row | null },
): PrintedTable {
  const reader = new TableReader(of);
  for (const line of linesOf(bytes, item)) reader.take(line);
  reader.finish();
  return { settings: reader.settings, damage: reader.damage };
}

interface Column {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function columnsOf(header: string, dashes: string): readonly Column[] {
  const starts = [...dashes.matchAll(/-{2,}/gu)].map((run) => run.index).slice(0, MAX_COLUMNS);
  return starts.map((from, i) => {
    const to = starts[i + 1] ?? Infinity;
    return { name: header.slice(from, to).trim().toLowerCase(), from, to };
  });
}

class TableReader {
  readonly settings: Omit<Setting, "kind">[] = [];
  damage: readonly Damage[] = [];
  readonly #of: { readonly needed: string; readonly toValues: (row: Row) => Row | null };
  #columns: readonly Column[] = [];
  #before = "";
  #row: Record<string, string> = {};
  #lines: Line[] = [];

  constructor(of: { readonly needed: string; readonly toValues: (row: Row) => Row | null }) {
    this.#of = of;
  }

  take(line: Line): void {
    if (DASHES.test(line.text)) {
      this.#row = {};
      this.#lines = [];
      this.#columns = columnsOf(this.#before, line.text);
    } else if (line.text.trim() === "") {
      this.finish();
      this.#columns = [];
    } else if (this.#columns.length > 0) this.#takeRow(line);
    this.#before = line.text;
  }

  #takeRow(line: Line): void {
    const values = this.#columns.map(
      ({ name, from, to }) => [name, line.text.slice(from, to).trim()] as const,
    );
    const goesOn = this.#lines.length > 0 && values[0]?.[1] === "";
    if (!goesOn) this.finish();
    for (const [name, value] of values) this.#row[name] = `${this.#row[name] ?? ""}${value}`;
    this.#lines.push(line);
  }

  finish(): void {
    const [first] = this.#lines;
    const last = this.#lines.at(-1);
    const row = this.#row;
    this.#row = {};
    const excerpt = excerptOf(this.#lines.map(({ text }) => text).join("\n"));
    this.#lines = [];
    if (first === undefined || last === undefined || this.settings.length >= MAX_SETTINGS) return;
    const at = { ...first.at, lengthBytes: last.at.offsetBytes + last.at.lengthBytes - first.at.offsetBytes };
    if (CUT.test(row[this.#of.needed] ?? "")) {
      if (this.damage.length === 0)
        this.damage = [{ kind: "damage", code: "TEXT_LINE_MALFORMED", at, lost: "value", note: WAS_CUT }];
      return;
    }
    const values = this.#of.toValues(row);
    if (values !== null) this.settings.push({ values: settingValues(values), location: "", excerpt, at });
  }
}

const WAS_CUT = "PowerShell cut values of this table: print it with Format-List, which cuts none.";
