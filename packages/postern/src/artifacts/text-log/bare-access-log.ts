import { findAddress } from "../../core/index.ts";
import type { BareRow } from "./row.ts";

/**
 * Access logs without a header line: the NCSA common and combined formats (Apache, nginx, IIS by choice), as a reverse
 * proxy in front of Exchange writes them, and the comma format of old IIS. Columns get their W3C names.
 */
const NCSA =
  /(\S+) (\S+) (.*?) \[(\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] "(.*?)" (\d{3}) (\d+|-)(?: "(.*?)" "(.*?)")?/u;
const REQUEST = /^([A-Z_]{2,24}) (\S+)(?: (HTTP\/[\d.]+))?$/u;
const IIS_NATIVE = /^\S+, [^,]*, \d{1,2}\/\d{1,2}\/\d{2,4}, \d{1,2}:\d{2}:\d{2}, [^,]*, [^,]*, [\d.]+, /u;

/** Reads one line of such a log, or gives null. */
export function readAccessLogRow(line: string): BareRow | null {
  return readNcsa(line) ?? readIisNative(line);
}

function readNcsa(line: string): BareRow | null {
  if (!line.includes("[") || line.length > 32_768) return null;
  const match = NCSA.exec(line);
  if (match === null) return null;
  const [, , , , time = "", request = "", status = "", bytes = "", referer, agent] = match;
  const { host, client, user } = splitFront(match);
  const parts = REQUEST.exec(request);
  const [stem, query] = splitUrl(parts?.[2] ?? request);
  const pairs: (readonly [string, string])[] = [
    ["time-ncsa", time],
    ["c-ip", client],
    ["cs-username", user],
    ["cs-method", parts?.[1] ?? "-"],
    ["cs-uri-stem", stem],
    ["cs-uri-query", query],
    ["sc-status", status],
    ["sc-bytes", bytes],
    ["cs(Referer)", referer ?? "-"],
    ["cs(User-Agent)", agent ?? "-"],
    ...(host === null ? [] : ([["cs-host", host]] as const)),
  ];
  return row("web-access", pairs);
}

/** What stands before the time: client, identity, user; servers of many sites write the site's name before them. */
function splitFront(match: RegExpExecArray): {
  readonly host: string | null;
  readonly client: string;
  readonly user: string;
} {
  const first = (match[1] ?? "").replace(/^"/u, "");
  const [second = "", rest = ""] = match.slice(2, 4);
  const user = /^\S+ (.+)$/u.exec(rest)?.[1];
  if (user === undefined || findAddress(first) !== null || findAddress(second) === null)
    return { host: null, client: first, user: rest };
  return { host: first, client: second, user };
}

function splitUrl(url: string): readonly [string, string] {
  const mark = url.indexOf("?");
  return mark < 0 ? [url, "-"] : [url.slice(0, mark), url.slice(mark + 1)];
}

const NATIVE_NAMES =
  "c-ip,cs-username,date-us,time,s-sitename,s-computername,s-ip,time-taken,cs-bytes,sc-bytes,sc-status,sc-win32-status,cs-method,cs-uri-stem,cs-uri-query".split(
    ",",
  );

function readIisNative(line: string): BareRow | null {
  if (!IIS_NATIVE.test(line)) return null;
  const values = line.split(",").map((value) => value.trim());
  return row(
    "web-access",
    NATIVE_NAMES.map((name, index) => [name, values[index] ?? "-"]),
  );
}

function row(artifact: string, pairs: readonly (readonly [string, string])[]): BareRow {
  return {
    artifact,
    names: pairs.map(([name]) => name),
    values: pairs.map(([, value]) => value),
    surplus: [],
    repairs: [],
  };
}
