import type { ArtifactId } from "../../model/index.ts";
import { splitCsv } from "./csv-line.ts";
import { findLogKind, LOG_KINDS } from "./kinds.ts";

/** A table with a header of its own: a spreadsheet, rows out of a SIEM, a report of another tool. */
export interface CsvTable {
  readonly artifact: ArtifactId;
  readonly delimiter: string;
  /** Column names, known ones as the vendor writes them, others as found. */
  readonly names: readonly string[];
  /** `name in the file -> vendor name` for columns that were renamed, to be told to the reader. */
  readonly renamed: readonly string[];
}

const DELIMITERS = [",", ";", "\t", "|"];

/** Other names that SIEMs and spreadsheets give to plain columns, by vendor name of the HttpProxy family. Lower case, letters and digits only. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  DateTime: [
    "timestamp",
    "time",
    "datetime",
    "datum",
    "date",
    "zeit",
    "zeitstempel",
    "zeitpunkt",
    "horodatage",
    "eventtime",
    "timegenerated",
    "timecreated",
    "uhrzeit",
  ],
  ClientIpAddress: [
    "clientip",
    "clientipaddress",
    "sourceip",
    "srcip",
    "src",
    "sourceaddress",
    "remoteaddr",
    "remoteip",
    "ip",
    "cip",
    "clientaddress",
    "ipadresse",
  ],
  HttpStatus: [
    "status",
    "httpstatus",
    "statuscode",
    "httpresponsestatuscode",
    "scstatus",
    "responsecode",
    "httpstatuscode",
  ],
  UrlStem: [
    "urlstem",
    "uristem",
    "csuristem",
    "urlpath",
    "uripath",
    "path",
    "requestpath",
    "url",
    "uri",
    "pfad",
  ],
  UrlQuery: ["urlquery", "uriquery", "csuriquery", "query", "querystring"],
  Method: ["method", "httpmethod", "csmethod", "httprequestmethod", "verb", "requestmethod"],
  UserAgent: ["useragent", "csuseragent", "httpuseragent", "useragentoriginal", "agent"],
  AuthenticatedUser: ["user", "username", "csusername", "account", "benutzer", "benutzername", "utilisateur"],
  ServerHostName: [
    "server",
    "host",
    "hostname",
    "computer",
    "computername",
    "servername",
    "scomputername",
    "servidor",
    "serveur",
    "dvchost",
  ],
  Cmdlet: ["cmdlet", "cmdletname", "command"],
  Parameters: ["parameters", "cmdletparameters", "parametres"],
};

/** The same plain columns in W3C words, for tables that hold web server rows. */
const W3C_NAMES: Readonly<Record<string, string>> = {
  ClientIpAddress: "c-ip",
  HttpStatus: "sc-status",
  UrlStem: "cs-uri-stem",
  UrlQuery: "cs-uri-query",
  Method: "cs-method",
  UserAgent: "cs(User-Agent)",
  AuthenticatedUser: "cs-username",
  ServerHostName: "s-computername",
};

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/gu, "");

const KNOWN_COLUMNS: ReadonlyMap<string, string> = new Map(
  LOG_KINDS.flatMap((kind) => kind.columns.map((name) => [plain(name), name] as const)),
);

/**
 * Recognises the header line of a table by its column names.
 * @returns null when the line is not a header with at least two columns that mean something here, or with one that only Exchange has.
 */
export function identifyCsvTable(headerLine: string): CsvTable | null {
  const line = headerLine.replace(/^\uFEFF/u, "").trimEnd();
  for (const delimiter of DELIMITERS) {
    const { values } = splitCsv(line, delimiter);
    if (values.length < 2 || values.some((value) => value.length > 200)) continue;
    const table = nameColumns(values, delimiter);
    if (table !== null) return table;
  }
  return null;
}

/** Columns that only one kind of Exchange log has: one of them beside a time is enough. */
const TELLING: Readonly<Record<string, ArtifactId>> = {
  anchormailbox: "exchange-httpproxy",
  backendcookie: "exchange-httpproxy",
  routinghint: "exchange-httpproxy",
  eventdata: "exchange-ecp-server",
  csuristem: "iis-w3c",
  soapaction: "exchange-ews",
  mailboxownerupn: "exchange-mailbox-audit",
  cmdlet: "exchange-cmdlet",
  clientinfo: "exchange-rps-http",
};

function nameColumns(found: readonly string[], delimiter: string): CsvTable | null {
  const keys = found.map(plain);
  const telling = Object.keys(TELLING).find((key) => keys.includes(key));
  const known = keys.filter((key) => KNOWN_COLUMNS.has(key) || synonymOf(key) !== null).length;
  const artifact = telling === undefined ? artifactByColumns(keys) : TELLING[telling];
  if (artifact === undefined || known < 2) return null;
  const vendorNames = new Set(findLogKind(artifact)?.columns ?? []);
  const names = keys.map((key, index) => vendorName(key, artifact, vendorNames) ?? found[index] ?? "");
  const renamed = found.flatMap((name, index) =>
    names[index] === name ? [] : [`${name} -> ${names[index] ?? ""}`],
  );
  return { artifact, delimiter, names, renamed };
}

/** No telling column: message tracking and plain web rows can still be told by a handful of columns together. */
function artifactByColumns(keys: readonly string[]): ArtifactId | undefined {
  const has = (name: string): boolean => keys.some((key) => key === plain(name) || synonymOf(key) === name);
  if (keys.includes("recipientaddress") && keys.includes("eventid")) return "message-tracking";
  if (has("UrlStem") && has("HttpStatus") && has("DateTime")) return "iis-w3c";
  return undefined;
}

function synonymOf(key: string): string | null {
  for (const [name, words] of Object.entries(SYNONYMS)) if (words.includes(key)) return name;
  return null;
}

function vendorName(key: string, artifact: ArtifactId, vendorNames: ReadonlySet<string>): string | null {
  const exact = [...vendorNames].find((name) => plain(name) === key);
  if (exact !== undefined) return exact;
  const synonym = synonymOf(key);
  if (synonym === null) return KNOWN_COLUMNS.get(key) ?? null;
  if (artifact === "iis-w3c") return W3C_NAMES[synonym] ?? synonym;
  const kind = findLogKind(artifact);
  if (synonym === "DateTime") return kind?.timeColumn ?? synonym;
  if (synonym === "ServerHostName") return kind?.serverColumns[0] ?? synonym;
  return synonym;
}
