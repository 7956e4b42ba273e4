import { HOUR, compactDay, dayStart, hourOf, iso, pad2 } from "./clock.ts";
import { ECP_COLUMNS, EWS_COLUMNS, HTTP_PROXY_COLUMNS, HTTP_PROXY_COLUMNS_2013 } from "./columns.ts";
import { MAPI_HTTP_COLUMNS } from "./columns.ts";
import { AUDIT_COLUMNS, OAB_GENERATOR_COLUMNS, RPS_CMDLET_COLUMNS, RPS_HTTP_COLUMNS } from "./columns.ts";
import { TRACKING_COLUMNS } from "./columns.ts";
import { buildAt, longBuild } from "./stage.ts";
import type { LogName, Stage } from "./stage.ts";
import type { LogFile } from "./tree.ts";

/** Exchange's install folder below drive C. */
export const INSTALL_FOLDER = "Program Files/Microsoft/Exchange Server/V15";

/**
 * Real servers begin a new request log every hour. The demo begins one every six hours, so that a month of thin traffic
 * stays at some hundred files.
 */
const HOURS_PER_FILE = 6;

/** One kind of Exchange text log. */
interface LogKind {
  readonly folder: string;
  readonly prefix: string;
  readonly type: string;
  readonly columns: readonly string[];
  readonly rolls: "hour" | "day";
  /** Where the bare column list stands besides `#Fields`: as a line before `#Software`, after `#Fields`, or nowhere. */
  readonly bareColumns: "first" | "after-fields" | "none";
  /** Fixed text instead of the build in `#Version`. */
  readonly fixedVersion?: string;
  readonly software?: string;
}

const CMDLET_INFRA = "Logging/CmdletInfra";

const KINDS: Readonly<Record<Exclude<LogName, "iis-front" | "iis-back" | "http-proxy">, LogKind>> = {
  "ecp-server": {
    folder: "Logging/ECP/Server",
    prefix: "ECPServer",
    type: "ECP Server Log",
    columns: ECP_COLUMNS,
    rolls: "day",
    bareColumns: "none",
    fixedVersion: "15.0.0.0",
  },
  "ecp-activity": {
    folder: "Logging/ECP/Activity",
    prefix: "ECPActivity_7316_",
    type: "ECP Activity Context Log",
    columns: ECP_COLUMNS,
    rolls: "day",
    bareColumns: "none",
    fixedVersion: "15.0.0.0",
  },
  ews: requestLog("Logging/Ews", "Ews_", "EWS Logs", EWS_COLUMNS),
  "mapi-http": requestLog("Logging/MapiHttp/Mailbox", "MapiHttp_", "MapiHttp Logs", MAPI_HTTP_COLUMNS),
  "oab-generator": {
    folder: "Logging/OABGeneratorLog",
    prefix: "oabgen",
    type: "OAB Generator Log",
    columns: OAB_GENERATOR_COLUMNS,
    rolls: "day",
    bareColumns: "none",
  },
  "rps-cmdlet": requestLog(
    `${CMDLET_INFRA}/Powershell-Proxy/Cmdlet`,
    "Rps_Cmdlet_",
    "Rps Cmdlet Logs",
    RPS_CMDLET_COLUMNS,
  ),
  "rps-http": requestLog(
    `${CMDLET_INFRA}/Powershell-Proxy/Http`,
    "Rps_Http_",
    "Rps Http Logs",
    RPS_HTTP_COLUMNS,
  ),
  "local-powershell": requestLog(
    `${CMDLET_INFRA}/LocalPowerShell/Cmdlet`,
    "LocalPowerShell_Cmdlet_",
    "LocalPowerShell Cmdlet Logs",
    RPS_CMDLET_COLUMNS,
  ),
  tracking: {
    ...requestLog("TransportRoles/Logs/MessageTracking", "MSGTRK", "Message Tracking Log", TRACKING_COLUMNS),
    bareColumns: "none",
  },
  audit: {
    folder: "Logging/CosmosQueue/audit",
    prefix: "audit",
    type: "audit",
    columns: AUDIT_COLUMNS,
    rolls: "day",
    bareColumns: "none",
    software: "Microsoft Exchange",
  },
};

function requestLog(folder: string, prefix: string, type: string, columns: readonly string[]): LogKind {
  return { folder, prefix, type, columns, rolls: "hour", bareColumns: "after-fields" };
}

/** The file that a record of this log and time belongs to. */
export function exchangeLog(stage: Stage, log: keyof typeof KINDS, timeMs: number): LogFile {
  return fileOf(stage, KINDS[log], timeMs);
}

/** The columns of HttpProxy in the version that runs at a time. */
export function httpProxyColumns(stage: Stage, timeMs: number): readonly string[] {
  return buildAt(stage, timeMs).minor === 0 ? HTTP_PROXY_COLUMNS_2013 : HTTP_PROXY_COLUMNS;
}

/** The HttpProxy file of a protocol (`Ecp`, `Owa`, ...) at a time. */
export function httpProxyLog(stage: Stage, protocol: string, timeMs: number): LogFile {
  const kind: LogKind = {
    folder: `Logging/HttpProxy/${protocol}`,
    prefix: "HttpProxy_",
    type: "HttpProxy Logs",
    columns: httpProxyColumns(stage, timeMs),
    rolls: "hour",
    bareColumns: "first",
  };
  return fileOf(stage, kind, timeMs);
}

function fileOf(stage: Stage, kind: LogKind, timeMs: number): LogFile {
  const hour = hourOf(timeMs) - (hourOf(timeMs) % HOURS_PER_FILE);
  const beginMs = dayStart(timeMs) + (kind.rolls === "hour" ? hour * HOUR : 0);
  const stamp = compactDay(timeMs) + (kind.rolls === "hour" ? pad2(hour) : "");
  // An update restarts the worker process, and a new process begins a new file.
  const number = buildAt(stage, beginMs) === buildAt(stage, timeMs) ? 1 : 2;
  return {
    path: `${stage.drive}/${INSTALL_FOLDER}/${kind.folder}/${kind.prefix}${stamp}-${number}.LOG`,
    header: (firstMs) => headerOf(kind, kind.fixedVersion ?? longBuild(buildAt(stage, firstMs)), firstMs),
    byteOrderMark: true,
  };
}

function headerOf(kind: LogKind, version: string, firstMs: number): readonly string[] {
  const columns = kind.columns.join(",");
  return [
    ...(kind.bareColumns === "first" ? [columns] : []),
    `#Software: ${kind.software ?? "Microsoft Exchange Server"}`,
    `#Version: ${version}`,
    `#Log-type: ${kind.type}`,
    `#Date: ${iso(firstMs)}`,
    `#Fields: ${columns}`,
    ...(kind.bareColumns === "after-fields" ? [columns] : []),
  ];
}
