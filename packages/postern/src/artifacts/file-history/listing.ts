import { detectEncoding } from "../../core/index.ts";
import { MAX_TRACES, isPageName, type FileTrace, type TraceReader } from "./trace.ts";
import { readListingLines, type ListingLine } from "./listing-lines.ts";

/** A row of a listing by lower-case names of its columns. */
type Row = ReadonlyMap<string, string>;

/** How the lines of one kind of listing become traces; made anew for each source. */
type LineReader = (line: ListingLine) => FileTrace | null;

/**
 * Listings of files, by their columns: MFTECmd (table and journal), PowerShell's Get-ChildItem, Velociraptor's results (Windows.NTFS.MFT,
 * Windows.Forensics.Usn, the file finders). Sources: the tools' own documentation.
 */
const COLUMNS = {
  path: ["fullname", "fullpath", "ospath", "_fullpath", "filepath", "path"],
  folder: ["parentpath"],
  name: ["filename", "name"],
  created: ["created0x10", "creationtimeutc", "btime", "si_create_time", "createdutc"],
  modified: ["lastmodified0x10", "lastwritetimeutc", "mtime", "modifiedutc"],
  nameCreated: ["created0x30"],
  inUse: ["inuse"],
  size: ["filesize", "length", "size", "sizebytes"],
  reasons: ["updatereasons", "reason"],
  time: ["updatetimestamp", "timestamp"],
  zone: ["zoneidcontents"],
} as const;

const KNOWN: ReadonlySet<string> = new Set(Object.values(COLUMNS).flat());

/** Reads listings with columns (CSV, JSON lines), body files and the output of `dir /s`. */
export const listingReader: TraceReader = {
  id: "file-listing",
  title: "Listing of files",
  identify: (head) => findLineReader(firstLines(head)) !== null,
  async *read(source, item) {
    let reader: LineReader | null = null;
    const first: string[] = [];
    let kept = 0;
    for await (const lines of readListingLines(source, item)) {
      const traces: FileTrace[] = [];
      if (first.length < 20) first.push(...lines.slice(0, 20).map(({ text }) => text));
      reader ??= findLineReader(first);
      for (const line of lines) {
        const trace = kept < MAX_TRACES ? (reader?.(line) ?? null) : null;
        if (trace !== null) {
          traces.push(trace);
          kept++;
        }
      }
      yield { traces, damage: [], entries: lines.length };
    }
  },
};

function firstLines(head: Uint8Array): readonly string[] {
  const { encoding } = detectEncoding(head);
  return new TextDecoder(encoding)
    .decode(head.subarray(0, 8192))
    .replace(/^\uFEFF/u, "")
    .split(/\r?\n/u, 20);
}

function findLineReader(lines: readonly string[]): LineReader | null {
  const [first = ""] = lines;
  if (isHeader(splitLine(first))) return csvReader(splitLine(first));
  // PowerShell writes the type of its objects above the columns.
  const second = splitLine(lines[1] ?? "");
  if (first.startsWith("#TYPE ") && isHeader(second)) return csvReader(second);
  if (first.startsWith("{") && isHeader([...rowOfJson(first).keys()])) return jsonReader;
  if (BODY_LINE.test(first)) return bodyReader();
  if (lines.some((line) => DIRECTORY_OF.test(line))) return dirReader();
  return null;
}

/** A place of a file and something that is told of it: fewer columns are another kind of table. */
function isHeader(names: readonly string[]): boolean {
  const lower = new Set(names.map((name) => name.trim().toLowerCase()));
  const has = (columns: readonly string[]): boolean => columns.some((column) => lower.has(column));
  const place = has(COLUMNS.path) || (has(COLUMNS.folder) && has(COLUMNS.name));
  const told = [...lower].filter((name) => KNOWN.has(name)).length;
  const particular = has([
    "created0x10",
    "creationtimeutc",
    "btime",
    "updatereasons",
    "reason",
    "lastwritetimeutc",
    "createdutc",
  ]);
  return place && particular && told >= 3;
}

function csvReader(columns: readonly string[]): LineReader {
  const names = columns.map((name) => name.trim().toLowerCase());
  return (line) => {
    if (!PAGE_IN_LINE.test(line.text)) return null;
    const values = splitLine(line.text);
    return traceOf(new Map(names.map((name, index) => [name, values[index] ?? ""])), line);
  };
}

const jsonReader: LineReader = (line) =>
  PAGE_IN_LINE.test(line.text) ? traceOf(rowOfJson(line.text), line) : null;

/** Cheap first: nearly all lines of a listing name other files. */
const PAGE_IN_LINE = /\.(?:aspx|ashx|asmx|asp|asa|cer|cdx|svc|soap|cshtml|vbhtml)\b/iu;

function rowOfJson(text: string): Row {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return new Map();
    const entries: [string, unknown][] = Object.entries(value);
    return new Map(
      entries.map(([name, one]) => [
        name.toLowerCase(),
        typeof one === "string" ? one : JSON.stringify(one ?? ""),
      ]),
    );
  } catch {
    // A line that is no JSON is no row: the listing's other lines still count.
    return new Map();
  }
}

function traceOf(row: Row, line: ListingLine): FileTrace | null {
  const of = (columns: readonly string[]): string =>
    columns.map((column) => row.get(column) ?? "").find((value) => value !== "") ?? "";
  const path = of(COLUMNS.path) || joinPath(of(COLUMNS.folder), of(COLUMNS.name));
  if (!isPageName(path.slice(Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/")) + 1))) return null;
  const reasons = of(COLUMNS.reasons);
  const time = timeOf(of(COLUMNS.time));
  const deleted = /delete/iu.test(reasons);
  const gone = deleted || /^(?:false|0)$/iu.test(of(COLUMNS.inUse));
  const zone = of(COLUMNS.zone);
  return {
    ...bare(path, line),
    state: gone ? "gone" : "present",
    createdUtc: timeOf(of(COLUMNS.created)) ?? (/create/iu.test(reasons) ? time : null),
    modifiedUtc: timeOf(of(COLUMNS.modified)),
    nameCreatedUtc: timeOf(of(COLUMNS.nameCreated)),
    goneUtc: deleted ? time : null,
    sizeBytes: sizeOf(of(COLUMNS.size)),
    streams: zone === "" ? [] : ["Zone.Identifier"],
  };
}

function joinPath(folder: string, name: string): string {
  return folder === "" ? name : `${folder.replace(/[\\/]$/u, "")}\\${name}`;
}

function bare(path: string, line: ListingLine): FileTrace {
  return {
    path,
    state: "present",
    createdUtc: null,
    modifiedUtc: null,
    nameCreatedUtc: null,
    goneUtc: null,
    sizeBytes: null,
    streams: [],
    excerpt: line.text.slice(0, 600),
    at: line.at,
  };
}

/** MFTECmd and Velociraptor write UTC, with or without a `Z`. */
function timeOf(text: string): string | null {
  const match = /^"?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?(?:Z|\+00:00)?"?$/u.exec(text.trim());
  if (match === null) return null;
  const timeMs = Date.parse(`${match[1] ?? ""}T${match[2] ?? ""}${(match[3] ?? "").slice(0, 4)}Z`);
  return Number.isNaN(timeMs) || timeMs < Date.UTC(1995, 0) ? null : new Date(timeMs).toISOString();
}

function sizeOf(text: string): number | null {
  return /^\d{1,15}$/u.test(text.trim()) ? Number(text) : null;
}

/** Body file of The Sleuth Kit 3: `MD5|name|inode|mode|UID|GID|size|atime|mtime|ctime|crtime`, seconds since 1970. */
const BODY_LINE =
  /^[^|]{0,64}\|[^|]{1,1024}\|[^|]{0,40}\|[^|]{0,40}\|\d*\|\d*\|\d*\|-?\d+\|-?\d+\|-?\d+\|-?\d+\s*$/u;

function bodyReader(): LineReader {
  return (line) => {
    if (!PAGE_IN_LINE.test(line.text) || !BODY_LINE.test(line.text)) return null;
    const fields = line.text.split("|");
    const told = fields[1] ?? "";
    const path = told.replace(/ \(\$FILE_NAME\)/u, "").replace(/ \(deleted(?:-realloc)?\)$/u, "");
    const byName = told.includes("($FILE_NAME)");
    if (!isPageName(path.slice(path.lastIndexOf("/") + 1))) return null;
    const created = secondsOf(fields[10]);
    return {
      ...bare(path, line),
      state: told.includes("(deleted") ? "gone" : "present",
      createdUtc: byName ? null : created,
      modifiedUtc: byName ? null : secondsOf(fields[8]),
      nameCreatedUtc: byName ? created : null,
      sizeBytes: sizeOf(fields[6] ?? ""),
    };
  };
}

function secondsOf(text: string | undefined): string | null {
  const seconds = Number(text ?? "0");
  return seconds > 800_000_000 && seconds < 4_000_000_000 ? new Date(seconds * 1000).toISOString() : null;
}

/** Head of a folder in the output of `dir`, in the languages in which Windows servers are met. */
const DIRECTORY_OF =
  /^\s(?:Directory of|Verzeichnis von|R.{1,2}pertoire de|Directorio de|Directory di|Map van|Diret.{1,2}rio de)\s([A-Za-z]:\\.{0,400})$/u;
const DIR_FILE = /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\s.{4,12}\s{1,20}([\d.,\u00a0\u202f]{1,20})\s(.{1,255})$/u;

/** Times of `dir` are in the server's own zone, to the minute: not used. */
function dirReader(): LineReader {
  let folder = "";
  return (line) => {
    const head = DIRECTORY_OF.exec(line.text)?.[1];
    if (head !== undefined) folder = head.trimEnd();
    const [, size = "", name = ""] = PAGE_IN_LINE.test(line.text) ? (DIR_FILE.exec(line.text) ?? []) : [];
    if (head !== undefined || folder === "" || !isPageName(name)) return null;
    return { ...bare(joinPath(folder, name), line), sizeBytes: sizeOf(size.replace(/\D/gu, "")) };
  };
}

/** Fields of a line of CSV; quotes may hold commas. */
function splitLine(line: string): readonly string[] {
  const fields: string[] = [];
  const separator = !line.includes(",") && line.includes(";") ? ";" : ",";
  let field = "";
  let quoted = false;
  for (let at = 0; at < Math.min(line.length, 20_000); at++) {
    const sign = line[at] ?? "";
    if (sign === '"' && quoted && line[at + 1] === '"') {
      field += sign;
      at++;
    } else if (sign === '"') quoted = !quoted;
    else if (sign === separator && !quoted) {
      fields.push(field);
      field = "";
    } else field += sign;
  }
  return [...fields, field];
}
