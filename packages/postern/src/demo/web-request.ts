import { iisLine, writeIis } from "./iis.ts";
import type { IisRecord } from "./iis.ts";
import { writeHttpProxy } from "./http-proxy.ts";
import type { Protocol } from "./http-proxy.ts";
import type { Stage } from "./stage.ts";

/** What the back end (port 444) logs for a request that the front end passed on. */
export interface BackEndCall {
  readonly stem?: string;
  readonly query: string;
  readonly user?: string;
  readonly status?: number;
  /** When the target is another server. */
  readonly stage?: Stage;
}

/** One HTTP request from outside and everything that the server writes about it. */
export interface WebRequest {
  /** End of the request, ms since 1970. */
  readonly timeMs: number;
  readonly tookMs: number;
  /** Null for pages that do not belong to Exchange: IIS alone logs those. */
  readonly protocol: Protocol | null;
  readonly method: string;
  readonly stem: string;
  readonly query: string;
  readonly user: string;
  readonly clientAddress: string;
  readonly agent: string;
  readonly referer?: string;
  readonly status: number;
  readonly subStatus?: number;
  readonly win32Status?: number;
  readonly backEndStatus?: number | null;
  readonly authentication?: string;
  readonly anchor?: string;
  readonly routingHint?: string;
  readonly backEndCookie?: string;
  readonly targetServer?: string;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
  readonly action?: string;
  readonly clientRequestId?: string;
  readonly genericInfo?: string;
  readonly genericErrors?: string;
  readonly host?: string;
  readonly backEnd?: BackEndCall;
}

/** What a served request left. */
export interface ServedRequest {
  /** `RequestId` of HttpProxy, `cafeReqId` of IIS. */
  readonly requestId: string;
  /** The front end's IIS line. */
  readonly frontText: string;
  /** The back end's IIS line, or null. */
  readonly backText: string | null;
}

/** Writes a request to the IIS front-end log, the HttpProxy log and the IIS back-end log. */
export function serve(stage: Stage, request: WebRequest): ServedRequest {
  const requestId = stage.random.guid();
  const front = frontRecord(stage, request, requestId);
  writeIis(stage, front);
  // Exchange does not log anonymous 401 answers in HttpProxy.
  const silent = request.status === 401 && request.user === "";
  if (request.protocol !== null && !silent)
    writeProxy(stage, request, { requestId, protocol: request.protocol });
  const backText = request.backEnd === undefined ? null : writeBackEnd(stage, request, request.backEnd);
  return { requestId, frontText: iisLine(front), backText };
}

function frontRecord(stage: Stage, request: WebRequest, requestId: string): IisRecord {
  const markers = `&CorrelationID=<empty>;&cafeReqId=${requestId};&encoding=;`;
  const local = request.clientAddress === "127.0.0.1" || request.clientAddress === "::1";
  return {
    timeMs: request.timeMs,
    site: 1,
    serverAddress: local ? request.clientAddress : stage.server.address,
    method: request.method,
    stem: request.stem,
    query: request.protocol === null ? request.query : request.query + markers,
    port: 443,
    user: request.user,
    clientAddress: local ? request.clientAddress : seenAddress(stage, request.clientAddress),
    agent: request.agent,
    referer: request.referer ?? "",
    status: request.status,
    subStatus: request.subStatus ?? 0,
    win32Status: request.win32Status ?? 0,
    tookMs: request.tookMs,
  };
}

/** The client as IIS sees it: the balancer, but for some machines inside that know the server by name. */
function seenAddress(stage: Stage, address: string): string {
  if (stage.balancer === null) return address;
  return address.startsWith("10.") && stage.random.chance(0.15) ? address : stage.balancer;
}

function writeProxy(
  stage: Stage,
  request: WebRequest,
  known: { readonly requestId: string; readonly protocol: Protocol },
): void {
  writeHttpProxy(stage, {
    ...request,
    ...known,
    authentication: request.authentication ?? (request.user === "" ? "" : "Negotiate"),
    anchor: request.anchor ?? "",
    routingHint: request.routingHint ?? "WindowsIdentity",
    backEndStatus: request.backEndStatus === undefined ? request.status : request.backEndStatus,
    requestBytes: request.requestBytes ?? 0,
    responseBytes: request.responseBytes ?? 0,
  });
}

function writeBackEnd(stage: Stage, request: WebRequest, call: BackEndCall): string {
  const target = call.stage ?? stage;
  const address = target === stage ? target.server.linkLocal : target.server.address;
  const record: IisRecord = {
    timeMs: request.timeMs,
    site: 2,
    serverAddress: address,
    method: request.method,
    stem: call.stem ?? request.stem,
    query: call.query,
    port: 444,
    user: call.user ?? request.user,
    clientAddress: target === stage ? address : stage.server.address,
    agent: request.agent,
    referer: request.referer ?? "",
    status: call.status ?? request.status,
    subStatus: 0,
    win32Status: 0,
    tookMs: Math.max(0, request.tookMs - 3),
  };
  writeIis(target, record);
  return iisLine(record);
}
