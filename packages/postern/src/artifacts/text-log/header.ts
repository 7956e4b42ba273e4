import type { LogKind } from "./kinds.ts";
import { findLogKind, identifyLogKind, OTHER_LOG_KIND } from "./kinds.ts";
import { identifyCsvTable } from "./csv-table.ts";

/** What the header lines read so far say about the lines that follow. Replaced, never changed, by each header line. */
export interface Header {
  readonly software: string | null;
  readonly version: string | null;
  readonly logType: string | null;
  /** `#Date` directive: the day of W3C lines that log only a time. */
  readonly date: string | null;
  readonly kind: LogKind | null;
  readonly names: readonly string[];
  /** `table` is a header without `#` that named its own columns; `rows` means that no header was seen. */
  readonly mode: "w3c" | "exchange" | "table" | "rows";
  readonly delimiter: string;
  /** What was wrong with the header and how it is read all the same. */
  readonly repairs: readonly string[];
}

/** Before the first header line. */
export const NO_HEADER: Header = {
  software: null,
  version: null,
  logType: null,
  date: null,
  kind: null,
  names: [],
  mode: "rows",
  delimiter: ",",
  repairs: [],
};

const DIRECTIVE = /^#\s*(software|version|log-type|date|fields)\s*:\s*(.*)$/iu;

/** True for lines that open with `#`: directives, PowerShell's `#TYPE`, comments. */
export function isHeaderLine(line: string): boolean {
  return line.startsWith("#");
}

/** The header after one more `#` line; unknown directives change nothing. */
export function applyDirective(header: Header, line: string): Header {
  const match = DIRECTIVE.exec(line.trimEnd());
  if (match === null) return header;
  const value = match[2] ?? "";
  switch ((match[1] ?? "").toLowerCase()) {
    case "software":
      return {
        ...NO_HEADER,
        software: value,
        names: header.names,
        mode: header.mode,
        kind: header.kind,
        delimiter: header.delimiter,
      };
    case "version":
      return { ...header, version: value };
    case "log-type":
      return { ...header, logType: value, kind: null };
    case "date":
      return { ...header, date: value };
    default:
      return applyFields(header, value);
  }
}

function applyFields(header: Header, value: string): Header {
  const exchange = value.includes(",");
  const listed = (exchange ? value.split(",") : value.split(/\s+/u)).map((name) => name.trim());
  const names = listed.filter((name, index) => name !== "" || index < listed.length - 1);
  const logType = exchange ? header.logType : null;
  const kind = identifyLogKind({ logType, software: exchange ? null : header.software, names });
  const mended = mendNames(names, kind);
  return {
    ...header,
    kind: kind ?? OTHER_LOG_KIND,
    names: mended.names,
    repairs: mended.repairs,
    mode: exchange ? "exchange" : "w3c",
    delimiter: exchange ? "," : " ",
  };
}

/**
 * A published Velociraptor fixture repeats a part of its `#Fields` line. A list that begins as a known one and then repeats
 * names is read as the known list.
 */
function mendNames(
  names: readonly string[],
  kind: LogKind | null,
): { names: readonly string[]; repairs: readonly string[] } {
  const known = kind?.columns ?? [];
  const repeats = new Set(names).size < names.length;
  const begins = known.length > 1 && known.slice(0, -1).every((name, index) => names[index] === name);
  if (repeats && begins)
    return { names: known, repairs: ["#Fields repeats names: the known column list is used"] };
  return { names, repairs: repeats ? ["#Fields repeats names"] : [] };
}

/** The header that a line without `#` gives by naming columns, or null when it is an ordinary line. */
export function applyTableHeader(header: Header, line: string): Header | null {
  if (header.mode !== "rows" && header.names.length > 0) {
    const first = line.split(header.delimiter, 1)[0]?.trim().replace(/^"|"$/gu, "");
    return first === header.names[0] ? header : null;
  }
  const table = identifyCsvTable(line);
  if (table === null) return null;
  return {
    ...header,
    kind: findLogKind(table.artifact),
    names: table.names,
    mode: "table",
    delimiter: table.delimiter,
    repairs: table.renamed.length === 0 ? [] : [`columns read as: ${table.renamed.join(", ")}`],
  };
}
