import type { Confidence } from "../../../model/index.ts";
import { classify, isKnownType, refang } from "./classify.ts";
import { csvRecords, type CsvRecord } from "./csv-records.ts";
import type { RawIndicator } from "./given-indicator.ts";
import type { ListBuilder } from "./list-builder.ts";

/** Names of columns that people use for the same thing; the first that is there counts. */
const COLUMNS = {
  type: [
    "type",
    "indicator_type",
    "indicatortype",
    "ioc_type",
    "ioctype",
    "kind",
    "observable_type",
    "filehashtype",
  ],
  value: [
    "value",
    "indicator",
    "ioc",
    "observable",
    "indicator_value",
    "ioc_value",
    "indicatorvalue",
    "artifact",
  ],
  from: ["first_seen", "firstseen", "valid_from", "from", "date", "start", "timestamp", "validfrom", "first"],
  to: ["last_seen", "lastseen", "valid_until", "to", "end", "expiration", "expires", "validuntil", "last"],
  confidence: ["confidence", "score"],
  note: [
    "comment",
    "description",
    "note",
    "notes",
    "tags",
    "context",
    "title",
    "threat",
    "malware",
    "family",
  ],
  folder: ["folder", "directory"],
} as const;

type Columns = Readonly<Record<keyof typeof COLUMNS, number>>;

const DELIMITERS = [",", ";", "\t", "|"];

function headName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^\ufeff/u, "")
    .replace(/[\s-]+/gu, "_");
}

/** The delimiter of a table whose first record names its columns; null when the text is no such table. */
export function findDelimiter(text: string): string | null {
  const first = text.replace(/^(?:\ufeff)?(?:\s*#[^\n]*\n|\s*\n)*/u, "").split("\n", 1)[0] ?? "";
  for (const delimiter of DELIMITERS) {
    const names = first.split(delimiter).map((cell) => headName(cell.replaceAll('"', "")));
    if (names.length < 2) continue;
    const columns = findColumns(names);
    if (columns.value !== -1 || names.some((name) => valueType(name) !== null)) return delimiter;
  }
  const only = headName(first);
  return valueType(only) !== null || COLUMNS.value.some((name) => name === only) ? "," : null;
}

function findColumns(names: readonly string[]): Columns {
  const find = (key: keyof typeof COLUMNS): number =>
    COLUMNS[key].map((name) => names.indexOf(name)).find((index) => index !== -1) ?? -1;
  return {
    ...{ type: find("type"), value: find("value"), from: find("from"), to: find("to") },
    ...{ confidence: find("confidence"), note: find("note"), folder: find("folder") },
  };
}

/** The kind of the values of a column that is called after them; null for any other column. */
function valueType(name: string): string | null {
  const word = [name, name.replaceAll("_", "-")].find(isKnownType);
  if (word !== undefined) return word;
  return /^(?:md5|sha1|sha_1|imphash|ssdeep|email|registry.*)$/u.test(name) ? name : null;
}

/** Reads a table: a column with values and one that says their kind, or columns that are called after their values. */
export function readTable(text: string, delimiter: string, list: ListBuilder): void {
  const [head, ...records] = csvRecords(text.replace(/^\ufeff/u, ""), delimiter);
  if (head === undefined) return;
  const names = head.cells.map(headName);
  const columns = findColumns(names);
  for (const record of records) {
    const about = aboutRecord(record, columns);
    if (columns.value !== -1) addValue(record, { columns, about }, list);
    else addColumns(record, { names, about }, list);
  }
}

type AboutRecord = Omit<RawIndicator, "type" | "value">;

function aboutRecord(record: CsvRecord, columns: Columns): AboutRecord {
  const cell = (index: number): string | null => {
    const text = index === -1 ? "" : (record.cells[index] ?? "").trim();
    return text === "" ? null : text;
  };
  const confidence = confidenceOf(cell(columns.confidence));
  return {
    ...{ line: record.line, place: "" },
    ...{ from: cell(columns.from), to: cell(columns.to), folder: cell(columns.folder) },
    note: cell(columns.note) ?? "",
    ...(confidence === null ? {} : { confidence }),
  };
}

function addValue(
  record: CsvRecord,
  of: { readonly columns: Columns; readonly about: AboutRecord },
  list: ListBuilder,
): void {
  const value = record.cells[of.columns.value] ?? "";
  const type = of.columns.type === -1 ? "" : (record.cells[of.columns.type] ?? "").trim().toLowerCase();
  list.add({ ...of.about, type: type === "" ? null : type, value: withoutApostrophe(value) });
}

/** Tables made safe for spreadsheets, ours too, put an apostrophe before what would be a formula. */
function withoutApostrophe(value: string): string {
  return value.replace(/^'(?=\s*[=+\-@])/u, "");
}

function addColumns(
  record: CsvRecord,
  of: { readonly names: readonly string[]; readonly about: AboutRecord },
  list: ListBuilder,
): void {
  let found = 0;
  record.cells.forEach((cell, index) => {
    const type = valueType(of.names[index] ?? "");
    if (type === null || cell.trim() === "") return;
    found++;
    list.add({ ...of.about, type, value: withoutApostrophe(cell) });
  });
  if (found === 0)
    list.fault(
      of.about,
      "the line has no value in any column that is understood",
      "Fill one, or remove the line.",
    );
}

function confidenceOf(text: string | null): Confidence | null {
  if (text === null) return null;
  const word = text.toLowerCase();
  if (word === "high" || word === "medium" || word === "low") return word;
  const number = Number(word.replace(/%$/u, ""));
  if (Number.isNaN(number)) return null;
  return number < 30 ? "low" : number < 70 ? "medium" : "high";
}

/** Reads a plain list: a value a line; what follows it, or `#`, is a note. */
export function readPlainList(text: string, list: ListBuilder): void {
  text.split("\n").forEach((raw, index) => {
    const at = { line: index + 1, place: "" };
    const [before = "", ...comment] = raw.replace(/^\ufeff/u, "").split(/(?:^|\s)(?:#|\/\/)\s*/u);
    const value = before.trim();
    if (value === "") return;
    const [first = "", rest = ""] = /^(\S+?)[,;\t ]+\s*(.*)$/u.exec(value)?.slice(1) ?? [value];
    const isWhole =
      rest === "" || !("kind" in classify(null, first)) || /^[\w.-]+\/v?\d/u.test(refang(first));
    list.add({
      ...at,
      type: null,
      value: isWhole ? value : first,
      note: [isWhole ? "" : rest, ...comment].filter((part) => part !== "").join(" "),
    });
  });
}
