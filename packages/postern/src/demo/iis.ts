import { compactDay, iisStamp } from "./clock.ts";
import { IIS_FIELDS } from "./columns.ts";
import type { Stage } from "./stage.ts";
import type { LogFile } from "./tree.ts";

/** One request as IIS logs it. Empty text becomes `-`; blanks inside values become `+`. */
export interface IisRecord {
  /** End of the request, ms since 1970. */
  readonly timeMs: number;
  readonly site: 1 | 2;
  readonly serverAddress: string;
  readonly method: string;
  readonly stem: string;
  /** Written as it is: Exchange's own markers and the deliberate oddities go through unchanged. */
  readonly query: string;
  readonly port: number;
  readonly user: string;
  readonly clientAddress: string;
  readonly agent: string;
  readonly referer: string;
  readonly status: number;
  readonly subStatus: number;
  readonly win32Status: number;
  readonly tookMs: number;
}

/** Adds a record to the day's W3SVC1 (front end) or W3SVC2 (back end) log. */
export function writeIis(stage: Stage, record: IisRecord): void {
  if (!stage.keeps(record.site === 1 ? "iis-front" : "iis-back", record.timeMs)) return;
  const extra = isWide(stage, record)
    ? ` ${stage.random.between(200, 9000)} ${stage.random.between(150, 1900)}`
    : "";
  stage.tree.line(iisLog(stage, record.site, record.timeMs), record.timeMs, iisLine(record) + extra);
}

/** The default fields and two more, as an administrator may switch them on for an afternoon. */
export const WIDE_IIS_FIELDS: string = `${IIS_FIELDS} sc-bytes cs-bytes`;

function isWide(stage: Stage, record: IisRecord): boolean {
  const wide = stage.wideIis;
  return wide !== null && record.site === 1 && record.timeMs >= wide.fromMs && record.timeMs < wide.untilMs;
}

/** The log file of a site on a day. */
export function iisLog(stage: Stage, site: 1 | 2, timeMs: number): LogFile {
  const day = compactDay(timeMs).slice(2);
  return {
    path: `${stage.drive}/inetpub/logs/LogFiles/W3SVC${site}/u_ex${day}.log`,
    header: iisHeader,
    byteOrderMark: false,
  };
}

/** The four header lines that IIS writes at the beginning of a file and again after each start. */
export function iisHeader(timeMs: number, fields: string = IIS_FIELDS): readonly string[] {
  return [
    "#Software: Microsoft Internet Information Services 10.0",
    "#Version: 1.0",
    `#Date: ${iisStamp(timeMs)}`,
    `#Fields: ${fields}`,
  ];
}

/** A record in the default field order. */
export function iisLine(record: IisRecord): string {
  // Exchange's remote PowerShell module leaves an extra blank before the user name (seen in plaso's iis10_edge_cases.log).
  const userGap = record.site === 2 && record.stem === "/powershell" ? " " : "";
  return [
    iisStamp(record.timeMs),
    record.serverAddress,
    record.method,
    record.stem,
    record.query === "" ? "-" : record.query,
    record.port,
    userGap + value(record.user),
    record.clientAddress,
    value(record.agent),
    value(record.referer),
    record.status,
    record.subStatus,
    record.win32Status,
    record.tookMs,
  ].join(" ");
}

function value(text: string): string {
  return text === "" ? "-" : text.replaceAll(" ", "+");
}
