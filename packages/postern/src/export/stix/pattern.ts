import { isIPv6 } from "node:net";

import type { SharedIndicator } from "../shared-indicators.ts";

/** A text as a STIX pattern writes it. STIX 2.1 section 9.5: backslash and quote are escaped by a backslash. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/gu, "\\$&")}'`;
}

/** The pattern that finds an indicator again. */
export function patternOf({ kind, value, folder }: SharedIndicator): string {
  switch (kind) {
    case "address":
      return `[${isIPv6(value) ? "ipv6" : "ipv4"}-addr:value = ${quoted(value)}]`;
    case "hash":
      return `[file:hashes.'SHA-256' = ${quoted(value)}]`;
    case "file":
      return folder === null || folder === ""
        ? `[file:name = ${quoted(value)}]`
        : `[file:name = ${quoted(value)} AND file:parent_directory_ref.path = ${quoted(folder.replace(/\\$/u, ""))}]`;
    case "page":
      return `[network-traffic:extensions.'http-request-ext'.request_value = ${quoted(value)}]`;
    case "user-agent":
      return `[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = ${quoted(value)}]`;
  }
}
