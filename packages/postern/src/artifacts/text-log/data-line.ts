import type { ArtifactRecord, Damage, DamageCode, Lost, Place } from "../../model/index.ts";
import { readBareRow } from "./bare-row.ts";
import { splitCsv } from "./csv-line.ts";
import type { Header } from "./header.ts";
import { alignCutW3c, alignW3c, type Aligned } from "./w3c-line.ts";

/** What is known of a line besides its text. */
export interface LineState {
  /** Last line of the text, without a line end. */
  readonly cut: boolean;
  /** Only its beginning is here. */
  readonly tooLong: boolean;
  readonly codePage: "utf-8" | "windows-1252";
}

/** A record, damage, or both: a cut line gives what was left of it and says what is lost. */
export interface ParsedLine {
  readonly record: ArtifactRecord | null;
  readonly damage: Damage | null;
}

/** Artifact of lines that could not be read as records: their raw text is still searched. */
export const RAW_TEXT = "raw-text";

/** Longest raw text kept with a record. */
const MAX_RAW_CHARACTERS = 1 << 16;

/** Parses one data line by its header, or as a bare row when it has none or does not fit it. */
export function parseDataLine(header: Header, line: string, at: Place, state: LineState): ParsedLine {
  if (/^\0+$/u.test(line))
    return unreadable(
      header,
      line,
      at,
      problem("TEXT_NUL_BYTES", "only zero bytes: the file was not written to its end"),
    );
  const text = line.replaceAll("\0", "");
  const read = header.mode === "rows" ? null : align(header, text, state.cut);
  const repairs = [
    ...(text === line ? [] : ["zero bytes removed"]),
    ...(state.codePage === "windows-1252" ? ["read as Windows-1252"] : []),
    ...header.repairs,
  ];
  if (state.tooLong) return tooLong(header, text, at, repairs);
  if (read !== null && read.missing === 0)
    return { record: record(header, read.aligned, text, { at, repairs }), damage: null };
  const bare = readBareRow(text);
  if (bare !== null && (read === null || bare.values.length > read.aligned.values.length)) {
    return { record: { ...bare, at, raw: keep(text), repairs: [...bare.repairs, ...repairs] }, damage: null };
  }
  if (read === null) return unreadable(header, text, at, malformed(header));
  return partial(header, read, text, { at, repairs, cut: state.cut });
}

interface Read {
  readonly aligned: Aligned;
  /** Number of columns for which the line has no value. */
  readonly missing: number;
}

function align(header: Header, text: string, isCut: boolean): Read | null {
  if (header.mode === "w3c") {
    const aligned = alignW3c(header.names, text);
    if (aligned !== null) return { aligned, missing: 0 };
    const cut = alignCutW3c(header.names, text);
    return cut === null ? null : { aligned: cut, missing: header.names.length - cut.values.length };
  }
  return alignCsv(header, text, isCut);
}

/**
 * Log writers end a row with all its commas; public samples and other tools leave out empty values at the end. So many may be
 * left out, and never more than a third of the columns: else the line lacks something.
 */
const TRAILING_VALUES_ALLOWED = 8;

function alignCsv(header: Header, text: string, isCut: boolean): Read | null {
  const { values, unclosedQuote } = splitCsv(text, header.delimiter);
  const names = header.names;
  if (values.length < 2 && names.length > 2) return null;
  if (header.mode === "exchange" && !/^"?\d{4}-\d\d-\d\d/u.test(values[0] ?? "") && startsWithTime(header))
    return null;
  const short = names.length - values.length;
  const repairs = [
    ...(unclosedQuote ? ["unclosed quote"] : []),
    ...(short > 0 ? [`${String(short)} values missing at the end`] : []),
    ...(short < 0 ? ["more values than columns"] : []),
  ];
  const aligned = { values: values.slice(0, names.length), surplus: values.slice(names.length), repairs };
  // A writer ends its row before the next one begins: a last line that lacks values or a quote was cut while it was written or copied.
  if (isCut && header.mode === "exchange")
    return { aligned, missing: unclosedQuote ? Math.max(short, 1) : Math.max(short, 0) };
  const allowed = Math.min(TRAILING_VALUES_ALLOWED, Math.floor(names.length / 3));
  return { aligned, missing: short > allowed ? short : 0 };
}

function startsWithTime(header: Header): boolean {
  return header.names[0] === header.kind?.timeColumn;
}

function record(
  header: Header,
  aligned: Aligned,
  text: string,
  more: { readonly at: Place; readonly repairs: readonly string[] },
): ArtifactRecord {
  const dated = header.mode === "w3c" && !header.names.includes("date") && header.date !== null;
  return {
    artifact: header.kind?.artifact ?? "exchange-log",
    names: dated ? ["date", ...header.names] : header.names,
    values: dated ? [header.date.slice(0, 10), ...aligned.values] : aligned.values,
    surplus: aligned.surplus,
    at: more.at,
    raw: keep(text),
    repairs: [...aligned.repairs, ...more.repairs],
  };
}

interface Trouble {
  readonly code: DamageCode;
  readonly note: string;
}

function problem(code: DamageCode, note: string): Trouble {
  return { code, note };
}

function malformed(header: Header): Trouble {
  return header.mode === "rows"
    ? problem("TEXT_NO_HEADER", "no header says what the columns mean, and the line is no row of a known log")
    : problem("TEXT_LINE_MALFORMED", "the line does not fit the columns of its header");
}

function damageAt(at: Place, trouble: Trouble, lost: Lost): Damage {
  return { kind: "damage", code: trouble.code, at, lost, note: trouble.note };
}

/** The raw text goes on as a record of its own artifact, so that keyword rules still see it. */
function unreadable(header: Header, text: string, at: Place, trouble: Trouble): ParsedLine {
  const raw: ArtifactRecord = {
    artifact: RAW_TEXT,
    names: ["text"],
    values: [keep(text)],
    surplus: [],
    at,
    raw: keep(text),
    repairs: [header.kind?.artifact ?? "unknown log"],
  };
  return { record: trouble.code === "TEXT_NUL_BYTES" ? null : raw, damage: damageAt(at, trouble, "record") };
}

function tooLong(header: Header, text: string, at: Place, repairs: readonly string[]): ParsedLine {
  const trouble = problem(
    "TEXT_LINE_TOO_LONG",
    `the line has ${String(at.lengthBytes)} bytes; only its beginning was read`,
  );
  const read = header.mode === "rows" ? null : align(header, text, false);
  if (read === null) return unreadable(header, text, at, trouble);
  return {
    record: record(header, read.aligned, text, { at, repairs: [...repairs, "too long"] }),
    damage: damageAt(at, trouble, "value"),
  };
}

function partial(
  header: Header,
  read: Read,
  text: string,
  more: { readonly at: Place; readonly repairs: readonly string[]; readonly cut: boolean },
): ParsedLine {
  const trouble = more.cut
    ? problem("TEXT_LINE_CUT", "the text ends in the middle of this line")
    : problem(
        "TEXT_LINE_MALFORMED",
        `${String(read.missing)} of ${String(header.names.length)} values are missing`,
      );
  return { record: record(header, read.aligned, text, more), damage: damageAt(more.at, trouble, "value") };
}

function keep(text: string): string {
  return text.length > MAX_RAW_CHARACTERS ? text.slice(0, MAX_RAW_CHARACTERS) : text;
}
