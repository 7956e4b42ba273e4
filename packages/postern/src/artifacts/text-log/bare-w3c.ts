import { findAddress } from "../../core/index.ts";
import type { BareRow } from "./row.ts";

const METHOD =
  /^(GET|POST|HEAD|PUT|DELETE|OPTIONS|TRACE|PATCH|CONNECT|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|SEARCH|SUBSCRIBE|POLL|RPC_IN_DATA|RPC_OUT_DATA|DEBUG)$/u;
const INTEGER = /^\d+$/u;
const STATUS = /^[1-9]\d\d$/u;

/**
 * Reads an IIS row without its header. The order of the standard fields never changes, only which of them are logged: the
 * method, the port before the user name, the client address and the three status numbers are anchors for the rest.
 */
export function alignBareW3c(line: string): BareRow | null {
  const tokens = line.split(" ").filter((token) => token !== "");
  const method = tokens.findIndex((token, index) => index >= 2 && index <= 6 && METHOD.test(token));
  if (method < 0) return null;
  const port = findPort(tokens, method);
  if (port < 0) return null;
  const status = findStatus(tokens, port + 3);
  if (status < 0) return null;
  const pairs: [string, string][] = [
    ["date", tokens[0] ?? ""],
    ["time", tokens[1] ?? ""],
    ...namesBeforeMethod(tokens.slice(2, method)),
    ["cs-method", tokens[method] ?? ""],
    ["cs-uri-stem", tokens[method + 1] ?? ""],
    ["cs-uri-query", tokens.slice(method + 2, port).join(" ")],
    ["s-port", tokens[port] ?? ""],
    ["cs-username", tokens[port + 1] ?? ""],
    ["c-ip", tokens[port + 2] ?? ""],
    ...namesOfClient(tokens.slice(port + 3, status)),
    ...namesOfResult(tokens.slice(status)),
  ];
  return {
    artifact: "iis-w3c",
    names: pairs.map(([name]) => name),
    values: pairs.map(([, value]) => value),
    surplus: [],
    repairs: ["no header"],
  };
}

/** The port is the number whose second neighbour is the client's address. */
function findPort(tokens: readonly string[], method: number): number {
  return tokens.findIndex(
    (token, index) =>
      index >= method + 2 && INTEGER.test(token) && findAddress(tokens[index + 2] ?? "") !== null,
  );
}

function findStatus(tokens: readonly string[], from: number): number {
  return tokens.findIndex(
    (token, index) =>
      index >= from &&
      STATUS.test(token) &&
      INTEGER.test(tokens[index + 1] ?? "") &&
      INTEGER.test(tokens[index + 2] ?? ""),
  );
}

/** Before the method stand, in this order and each optional: site name, computer name, server address. */
function namesBeforeMethod(tokens: readonly string[]): [string, string][] {
  const last = tokens.at(-1);
  if (last === undefined) return [];
  const hasAddress = findAddress(last) !== null;
  const rest = hasAddress ? tokens.slice(0, -1) : tokens;
  const named: [string, string][] = rest.map((token, index) => [
    /^W3SVC\d+$/iu.test(token) && index === 0 ? "s-sitename" : "s-computername",
    token,
  ]);
  return hasAddress ? [...named, ["s-ip", last]] : named;
}

/** Between client address and status: version, user agent, cookie, referer, host; the last three are optional. */
function namesOfClient(tokens: readonly string[]): [string, string][] {
  const version = /^HTTP\/\d/u.test(tokens[0] ?? "") ? tokens.slice(0, 1) : [];
  const [agent, ...rest] = tokens.slice(version.length);
  const named: [string, string][] = version.map((token) => ["cs-version", token]);
  if (agent !== undefined) named.push(["cs(User-Agent)", agent]);
  const slots =
    rest.length === 1
      ? ["cs(Referer)"]
      : rest.length === 2
        ? secondOfTwo(rest[1] ?? "")
        : ["cs(Cookie)", "cs(Referer)", "cs-host"];
  for (const [index, slot] of slots.entries()) named.push([slot, rest[index] ?? "-"]);
  return named;
}

function secondOfTwo(second: string): readonly string[] {
  return /^https?:|^-$/iu.test(second) ? ["cs(Cookie)", "cs(Referer)"] : ["cs(Referer)", "cs-host"];
}

/** After the status: sub-status, Win32 status, then sent and received bytes and time, or the time alone, then custom fields. */
function namesOfResult(tokens: readonly string[]): [string, string][] {
  const [status = "", substatus = "", win32 = "", ...rest] = tokens;
  const named: [string, string][] = [
    ["sc-status", status],
    ["sc-substatus", substatus],
    ["sc-win32-status", win32],
  ];
  const firstText = rest.findIndex((token) => !INTEGER.test(token));
  const numbers = firstText < 0 ? rest : rest.slice(0, firstText);
  const slots = numbers.length >= 3 ? ["sc-bytes", "cs-bytes", "time-taken"] : ["time-taken"];
  for (const [index, slot] of slots.entries()) {
    const value = numbers[index];
    if (value !== undefined) named.push([slot, value]);
  }
  const forwarded = rest.find((token) => token.split(",").every((part) => findAddress(part.trim()) !== null));
  if (forwarded !== undefined && firstText >= 0) named.push(["X-Forwarded-For", forwarded]);
  return named;
}
