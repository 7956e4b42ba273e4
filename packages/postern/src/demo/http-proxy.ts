import { HOUR, iso } from "./clock.ts";
import { csvRow } from "./columns.ts";
import { DATABASE_GUID, MAIL_HOST } from "./district.ts";
import { httpProxyColumns, httpProxyLog } from "./exchange-logs.ts";
import { buildAt, longBuild, packedVersion, versionColumns } from "./stage.ts";
import type { Stage } from "./stage.ts";

/** Folder names under `Logging\HttpProxy`. */
export type Protocol =
  "Autodiscover" | "Eas" | "Ecp" | "Ews" | "Mapi" | "Oab" | "Owa" | "PowerShell" | "RpcHttp";

/** One request as the front-end proxy logs it. */
export interface ProxyRecord {
  /** End of the request, ms since 1970. */
  readonly timeMs: number;
  readonly tookMs: number;
  readonly requestId: string;
  readonly protocol: Protocol;
  readonly method: string;
  readonly stem: string;
  /** Without `?`. */
  readonly query: string;
  readonly host?: string;
  readonly user: string;
  readonly authentication: string;
  readonly anchor: string;
  readonly routingHint: string;
  readonly backEndCookie?: string;
  readonly agent: string;
  readonly clientAddress: string;
  readonly status: number;
  /** Null when the request never reached a back end. */
  readonly backEndStatus: number | null;
  readonly targetServer?: string;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly action?: string;
  readonly clientRequestId?: string;
  readonly genericInfo?: string;
  readonly genericErrors?: string;
}

/** Adds a record to the protocol's HttpProxy log. */
export function writeHttpProxy(stage: Stage, record: ProxyRecord): void {
  if (!stage.keeps("http-proxy", record.timeMs)) return;
  const file = httpProxyLog(stage, record.protocol, record.timeMs);
  stage.tree.line(
    file,
    record.timeMs,
    csvRow(httpProxyColumns(stage, record.timeMs), httpProxyValues(stage, record)),
  );
}

/** The record by column name; columns that are not named stay empty. */
function httpProxyValues(stage: Stage, record: ProxyRecord): Readonly<Record<string, string | number>> {
  const proxied = record.backEndStatus !== null;
  return {
    ...versionColumns(buildAt(stage, record.timeMs)),
    DateTime: iso(record.timeMs),
    RequestId: record.requestId,
    ClientRequestId: record.clientRequestId ?? "",
    Protocol: record.protocol,
    UrlHost: record.host ?? MAIL_HOST,
    UrlStem: record.stem,
    ProtocolAction: record.action ?? "",
    AuthenticationType: record.authentication,
    IsAuthenticated: record.user === "" ? "false" : "true",
    AuthenticatedUser: record.user,
    AnchorMailbox: record.anchor,
    // Exchange puts a blank where the user agent had a comma.
    UserAgent: record.agent.replaceAll(",", " "),
    ClientIpAddress: record.clientAddress,
    ServerHostName: stage.server.name,
    HttpStatus: record.status,
    Method: record.method,
    RequestBytes: record.requestBytes,
    UrlQuery: record.query === "" ? "" : `?${record.query}`,
    GenericInfo: genericInfo(stage, record),
    GenericErrors: record.genericErrors ?? "",
    ...(proxied ? proxiedValues(stage, record) : { RoutingLatency: 0, TotalRequestTime: record.tookMs }),
  };
}

function proxiedValues(stage: Stage, record: ProxyRecord): Readonly<Record<string, string | number>> {
  const target = record.targetServer ?? stage.server.fqdn;
  const known = record.anchor.startsWith("Sid~") || record.anchor.startsWith("MailboxGuid~");
  return {
    BackEndStatus: record.backEndStatus ?? "",
    ProxyAction: "Proxy",
    TargetServer: target,
    TargetServerVersion: `${longBuild(buildAt(stage, record.timeMs)).slice(0, 11)}000`,
    RoutingType: "IntraForest",
    RoutingHint: record.routingHint,
    BackEndCookie: record.backEndCookie ?? (known ? databaseCookie(record.timeMs) : ""),
    ResponseBytes: record.responseBytes,
    HttpPipelineLatency: 0,
    CalculateTargetBackEndLatency: 0,
    TotalGlsLatency: 0,
    TotalAccountForestLatency: 0,
    TotalResourceForestLatency: 0,
    ADLatency: 0,
    TotalSharedCacheLatency: 0,
    ActivityContextLifeTime: record.tookMs,
    ModuleToHandlerSwitchingLatency: 0,
    BackendReqInitLatency: 1,
    BackendReqStreamLatency: 0,
    BackendProcessingLatency: Math.max(0, record.tookMs - 4),
    BackendRespInitLatency: 0,
    BackendRespStreamLatency: 1,
    ClientRespStreamLatency: 0,
    KerberosAuthHeaderLatency: 0,
    HandlerCompletionLatency: 0,
    RequestHandlerLatency: record.tookMs,
    HandlerToModuleSwitchingLatency: 0,
    ProxyTime: Math.max(0, record.tookMs - 3),
    CoreLatency: 2,
    RoutingLatency: 2,
    HttpProxyOverhead: 3,
    TotalRequestTime: record.tookMs,
    DatabaseGuid: known ? `|RoutingDB:${DATABASE_GUID}` : "",
    RoutingStatus: "CafeV1",
  };
}

function databaseCookie(timeMs: number): string {
  return `Database~${DATABASE_GUID}~~${iso(timeMs + 30 * 24 * HOUR).slice(0, 19)}`;
}

function genericInfo(stage: Stage, record: ProxyRecord): string {
  const begin = iso(record.timeMs - record.tookMs);
  const end = iso(record.timeMs);
  const items = [`BeginRequest=${begin}`, "CorrelationID=<empty>"];
  if (record.backEndStatus !== null) {
    items.push("ProxyState-Run=None", `FEAuth=BEVersion-${packedVersion(buildAt(stage, record.timeMs))}`);
    if (record.method !== "GET")
      items.push(`BeginGetRequestStream=${begin}`, `OnRequestStreamReady=${begin}`);
    items.push(`BeginGetResponse=${begin}`, `OnResponseReady=${end}`, `EndGetResponse=${end}`);
    items.push("ProxyState-Complete=ProxyResponseData");
  }
  items.push("SharedCacheGuard=0");
  if (record.genericInfo !== undefined) items.push(record.genericInfo);
  items.push(`EndRequest=${end}`);
  return `${items.join(";")};`;
}
