import { isEveryHosts, type LineShape } from "../../core/index.ts";
import type { ArtifactId } from "../../model/index.ts";
import { findClientColumn, type ClientColumn } from "./client-collector.ts";
import { parseDataLine } from "./data-line.ts";
import type { Header } from "./header.ts";
import type { SureLine } from "./text-batch.ts";
import { decodeLine } from "./text-decoding.ts";

/** What is asked of the header for every line. Always made in one place, so that compiled code meets one form of it only. */
export interface LineRules {
  /** Null under no header of a known kind. */
  readonly artifact: ArtifactId | null;
  readonly shape: LineShape;
  /** True when lines may be counted without being decoded. */
  readonly mayCount: boolean;
  readonly client: ClientColumn;
}

/** What the lines below a header are asked; `parseAll` names kinds of which none may be only counted. */
export function rulesUnder(header: Header, parseAll: ReadonlySet<ArtifactId>): LineRules {
  const { mode, kind, names, delimiter } = header;
  const client = findClientColumn(names);
  const isKnown = (mode === "w3c" || mode === "exchange") && kind !== null && !parseAll.has(kind.artifact);
  return {
    artifact: kind?.artifact ?? null,
    shape: {
      delimiter: delimiter.charCodeAt(0),
      delimiters: names.length - 1,
      client: typeof client === "number" ? client : null,
    },
    // Literals of a status count on the blank behind it.
    mayCount: isKnown && names.at(-1) !== "sc-status" && startsWithTime(header),
    client,
  };
}

/** Times stand at the start of a line in all native logs, unless an administrator reordered the IIS fields. */
function startsWithTime(header: Header): boolean {
  if (header.mode === "w3c") return header.names[0] === "date" && header.names[1] === "time";
  return header.names[0] === header.kind?.timeColumn;
}

/** Columns of which the value is told without parsing the line: those that the normalizer leaves as they are. */
export function namesToldEarly({ mode, kind, names }: Header): readonly string[] {
  return mode === "w3c" || kind?.artifact === "exchange-httpproxy" ? names : [];
}

/** Reads regular lines below a header that were put aside. */
export function recordReader(header: Header): SureLine["recordOf"] {
  return (bytes, at) => {
    const { text, codePage } = decodeLine(bytes);
    return parseDataLine(header, text, at, { cut: false, tooLong: false, codePage }).record;
  };
}

/** True for an address that tells one server from others. */
export function isOwnAddress(address: string | null | undefined): boolean {
  return typeof address === "string" && address !== "" && address !== "-" && !isEveryHosts(address);
}
