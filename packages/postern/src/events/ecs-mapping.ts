import type { ArtifactId } from "../model/index.ts";

/** Which vendor fields hold what, best first. */
export interface EcsMapping {
  readonly time: readonly string[];
  readonly server: readonly string[];
  readonly sourceIp: readonly string[];
  readonly user: readonly string[];
  readonly path: readonly string[];
  readonly query: readonly string[];
  readonly method: readonly string[];
  readonly status: readonly string[];
  readonly bytes: readonly string[];
  readonly userAgent: readonly string[];
  readonly requestId: readonly string[];
}

const NOTHING: EcsMapping = {
  time: ["DateTime", "date-time", "TimeStamp", "Timestamp", "timestamp", "dateTime", "time-ncsa"],
  server: [],
  sourceIp: [],
  user: [],
  path: [],
  query: [],
  method: [],
  status: [],
  bytes: [],
  userAgent: [],
  requestId: [],
};

const WEB: EcsMapping = {
  ...NOTHING,
  server: ["s-computername"],
  sourceIp: ["c-ip"],
  user: ["cs-username"],
  path: ["cs-uri-stem", "cs-uri"],
  query: ["cs-uri-query"],
  method: ["cs-method"],
  status: ["sc-status"],
  bytes: ["sc-bytes"],
  userAgent: ["cs(User-Agent)"],
};

const REQUEST_LOG: EcsMapping = {
  ...NOTHING,
  server: ["ServerHostName"],
  sourceIp: ["ClientIpAddress", "ClientIP"],
  user: ["AuthenticatedUser"],
  path: ["UrlStem"],
  query: ["UrlQuery"],
  method: ["Method"],
  status: ["HttpStatus", "HttpStatusCode"],
  bytes: ["ResponseBytes", "ResponseSize"],
  userAgent: ["UserAgent", "ClientInfo"],
  requestId: ["RequestId"],
};

const MAPPINGS: Readonly<Record<string, EcsMapping>> = {
  "iis-w3c": WEB,
  "web-access": WEB,
  httperr: WEB,
  "exchange-httpproxy": REQUEST_LOG,
  "exchange-ews": REQUEST_LOG,
  "exchange-autodiscover": REQUEST_LOG,
  "exchange-rps-http": REQUEST_LOG,
  "exchange-mapihttp": { ...REQUEST_LOG, user: ["AuthenticatedUserEmail", "AuthenticatedUser"] },
  "exchange-rpc-client-access": { ...NOTHING, sourceIp: ["client-ip"], user: ["client-name"] },
  "exchange-mailbox-audit": {
    ...NOTHING,
    time: ["LastAccessed"],
    sourceIp: ["ClientIPAddress"],
    user: ["LogonUserDisplayName", "LogonUserSid"],
    userAgent: ["ClientInfoString"],
  },
  "exchange-cmdlet": { ...REQUEST_LOG, sourceIp: [] },
  "exchange-ecp-server": { ...NOTHING, server: ["ServerName"], path: ["S:URL"] },
  "exchange-ecp-activity": { ...NOTHING, server: ["ServerName"], path: ["S:URL"], user: ["S:PSA"] },
  "exchange-owa": { ...NOTHING, server: ["ServerName"], user: ["S:user"] },
  "exchange-imap-pop": { ...NOTHING, sourceIp: ["cIp"], user: ["user"], bytes: ["rpsize"] },
  "exchange-audit": { ...NOTHING, server: ["Server"], user: ["UserId", "UserKey"] },
  "message-tracking": {
    ...NOTHING,
    server: ["server-hostname", "client-hostname"],
    sourceIp: ["original-client-ip", "client-ip"],
    user: ["sender-address"],
  },
  "smtp-protocol": { ...NOTHING, sourceIp: ["remote-endpoint"] },
};

/** The mapping of an artifact; unknown ones get only a time. */
export function mappingOf(artifact: ArtifactId): EcsMapping {
  return MAPPINGS[artifact] ?? NOTHING;
}
