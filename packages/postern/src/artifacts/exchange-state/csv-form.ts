import type { Damage } from "../../model/index.ts";
import { decodeHead, decodeText, offsetCounter } from "../exchange-build/decoded-text.ts";
import { damageAt } from "../exchange-build/observation.ts";
import { findStateKind } from "./kinds.ts";
import { MemberCollector, type StateForm } from "./state-object.ts";

// Export-Csv: "#TYPE <class>" (Windows PowerShell, unless -NoTypeInformation), a header, every value in quotes, quotes doubled; values
// may hold line ends. The delimiter is a comma, or what -UseCulture and spreadsheets take: semicolon, tab.

/** Export-Csv with or without its `#TYPE` line. */
export const csvForm: StateForm = {
  id: "csv",
  // Every log in CSV form passes here: its header alone must tell.
  identify: (head) => {
    const text = decodeHead(head.subarray(0, 16_384));
    const [row] = rowsOf(text.replace(TYPE_LINE, ""));
    if (row === undefined || row.values.length < 2) return false;
    const members = new Map(row.values.map((name) => [name.toLowerCase(), []] as const));
    return findStateKind({ types: typesIn(text), members }) !== null;
  },
  parse: (bytes, item, take) => {
    const text = decodeText(bytes);
    const offsetOf = offsetCounter(bytes, text);
    const types = typesIn(text);
    const damage: Damage[] = [];
    let names: readonly string[] | null = null;
    for (const { values, start, end, line, closed } of rowsOf(text, TYPE_LINE.exec(text)?.[0].length ?? 0)) {
      const offsetBytes = offsetOf(start);
      const at = { item, offsetBytes, lengthBytes: offsetOf(end) - offsetBytes, record: line };
      if (names === null) names = values;
      else if (!closed) damage.push(damageAt("TEXT_LINE_CUT", at, "rest", "The table ends inside a value."));
      else take({ types, members: membersOf(names, values), at });
    }
    return damage;
  },
};

const TYPE_LINE = /^\uFEFF?#TYPE[^\r\n]{0,300}\r?\n/u;

function typesIn(text: string): readonly string[] {
  const name = /^\uFEFF?#TYPE\s+([^\r\n]{1,300})/u.exec(text)?.[1]?.trim();
  return name === undefined
    ? []
    : [name.replace(/^(?:Selected|Deserialized)\./u, "").replace(/^Deserialized\./u, "")];
}

function membersOf(
  names: readonly string[],
  values: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const members = new MemberCollector();
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? "";
    if (value === "" || isClassName(value)) members.addEmpty(name);
    else members.add(name, value);
  }
  return members.finish();
}

/** Export-Csv writes the name of a list's class where the list would stand. */
function isClassName(value: string): boolean {
  return /^(?:System\.[\w.]{1,100}(?:\[\])?|Microsoft\.Exchange\.Data\.MultiValuedProperty`1\[.{1,200}\])$/u.test(
    value,
  );
}

interface Row {
  readonly values: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** False: the text ended inside quotes. */
  readonly closed: boolean;
}

const MAX_COLUMNS = 500;

/** The rows of a table, values with line ends included; blank lines are left out. */
function* rowsOf(text: string, from = 0): Generator<Row> {
  const delimiter = delimiterOf(text.slice(from, from + 32_768));
  let at = from;
  let line = from === 0 ? 1 : 2;
  while (at < text.length) {
    const start = at;
    const first = line;
    const values: string[] = [];
    let closed = true;
    for (let open = true; open;) {
      const cell = cellAt(text, at, delimiter);
      if (values.length < MAX_COLUMNS) values.push(cell.value);
      closed = cell.closed;
      line += cell.lines;
      at = cell.next;
      open = cell.more;
    }
    const end = at;
    if (text.startsWith("\r", at)) at++;
    if (text.startsWith("\n", at)) at++;
    line++;
    if (values.length > 1 || values[0] !== "") yield { values, start, end, line: first, closed };
  }
}

function delimiterOf(head: string): string {
  const line = /[^\r\n]+/u.exec(head)?.[0] ?? "";
  const count = (one: string): number => line.split(one).length;
  return [",", ";", "\t"].toSorted((a, b) => count(b) - count(a))[0] ?? ",";
}

interface Cell {
  readonly value: string;
  readonly next: number;
  readonly more: boolean;
  readonly closed: boolean;
  readonly lines: number;
}

function cellAt(text: string, start: number, delimiter: string): Cell {
  if (text.charAt(start) !== '"') {
    const end = endOfPlain(text, start, delimiter);
    const more = text.charAt(end) === delimiter;
    return { value: text.slice(start, end), next: more ? end + 1 : end, more, closed: true, lines: 0 };
  }
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    if (quote >= 0 && text.charAt(quote + 1) === '"') {
      at = quote + 2;
      continue;
    }
    const value = text.slice(start + 1, end).replaceAll('""', '"');
    const after = Math.min(end + 1, text.length);
    // What stands between a closing quote and the next delimiter belongs to no value.
    const stop = endOfPlain(text, after, delimiter);
    const more = text.charAt(stop) === delimiter;
    const next = more ? stop + 1 : stop;
    const lines = value.includes("\n") ? value.split("\n").length - 1 : 0;
    return { value, next, more, closed: quote >= 0, lines };
  }
}

function endOfPlain(text: string, start: number, delimiter: string): number {
  let at = start;
  while (at < text.length && !"\r\n".includes(text.charAt(at)) && text.charAt(at) !== delimiter) at++;
  return at;
}
