import { iso } from "./clock.ts";
import {
  AUDIT_COLUMNS,
  EWS_COLUMNS,
  MAPI_HTTP_COLUMNS,
  OAB_GENERATOR_COLUMNS,
  RPS_CMDLET_COLUMNS,
  RPS_HTTP_COLUMNS,
  TRACKING_COLUMNS,
  csvRow,
} from "./columns.ts";
import { DATABASE_GUID, DOMAIN_CONTROLLER, MAIL_DOMAIN, OAB_GUID } from "./district.ts";
import type { Person } from "./district.ts";
import { exchangeLog } from "./exchange-logs.ts";
import { buildAt, longBuild, versionColumns } from "./stage.ts";
import type { LogName, Stage } from "./stage.ts";

type BackEndLog = Exclude<LogName, "iis-front" | "iis-back" | "http-proxy" | "ecp-server" | "ecp-activity">;
type Values = Readonly<Record<string, string | number>>;

interface Row {
  readonly log: BackEndLog;
  readonly timeMs: number;
  readonly columns: readonly string[];
  readonly values: Values;
}

function write(stage: Stage, row: Row): void {
  if (!stage.keeps(row.log, row.timeMs)) return;
  stage.tree.line(exchangeLog(stage, row.log, row.timeMs), row.timeMs, csvRow(row.columns, row.values));
}

/** One operation in the EWS back-end log. */
export interface EwsCall {
  readonly timeMs: number;
  readonly tookMs: number;
  readonly requestId: string;
  readonly user: string;
  readonly actAs: string;
  /** Set for an account with the right to impersonate. */
  readonly impersonated?: string;
  readonly agent: string;
  readonly clientAddress: string;
  /** Front end that passed the call on; default the server itself. */
  readonly frontEnd?: string;
  readonly operation: string;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** Adds a row to `Logging\Ews`. */
export function writeEws(stage: Stage, call: EwsCall): void {
  const item = stage.random.guid();
  const values: Values = {
    ...versionColumns(buildAt(stage, call.timeMs)),
    DateTime: iso(call.timeMs),
    RequestId: call.requestId,
    Ring: "Unknown",
    AuthenticationType: "Negotiate",
    IsAuthenticated: "true",
    AuthenticatedUser: call.user,
    Organization: MAIL_DOMAIN.toUpperCase(),
    UserAgent: call.agent.replaceAll(",", " "),
    VersionInfo: "Target=None;Req=Exchange2013_SP1/Exchange2013_SP1;",
    ClientIpAddress: call.clientAddress,
    ServerHostName: stage.server.name,
    FrontEndServer: call.frontEnd ?? stage.server.name,
    SoapAction: call.operation,
    HttpStatus: 200,
    RequestSize: call.requestBytes,
    ResponseSize: call.responseBytes,
    ImpersonatedUser: call.impersonated ?? "",
    ActAsUser: call.actAs,
    Cookie: item.replaceAll("-", ""),
    CorrelationGuid: stage.random.guid(),
    PrimaryOrProxyServer: "PrimaryServer",
    TaskType: "LocalTask",
    RemoteBackendCount: 0,
    LocalMailboxCount: 1,
    RemoteMailboxCount: 0,
    LocalIdCount: 1,
    RemoteIdCount: 0,
    MDBResource: "[C]",
    MDBHealth: 0,
    TotalRequestTime: call.tookMs,
    ClientStatistics: `MessageId_0=${item};ResponseTime_0=${call.tookMs};SoapAction_0=${call.operation};`,
    GenericInfo:
      "SKU=Unknown;RequestHandler=Wcf;BackEndAuthenticator=WindowsAuthenticator;S:WLM.BT=Ews;Dbl:WLM.TS=17",
    StartTime: iso(call.timeMs - call.tookMs),
    ProcessId: 9716,
  };
  write(stage, { log: "ews", timeMs: call.timeMs, columns: EWS_COLUMNS, values });
}

/** One MAPI over HTTP request of a mailbox owner. */
export interface MapiCall {
  readonly timeMs: number;
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly type: string;
  readonly person: Pick<Person, "account" | "mail" | "mailboxGuid">;
  readonly clientAddress: string;
}

/** Adds a row to `Logging\MapiHttp\Mailbox`. */
export function writeMapiHttp(stage: Stage, call: MapiCall): void {
  const values: Values = {
    ...versionColumns(buildAt(stage, call.timeMs)),
    DateTime: iso(call.timeMs),
    RequestId: call.requestId,
    ClientRequestId: call.clientRequestId,
    RequestType: call.type,
    HttpStatusCode: 200,
    ResponseCode: "Success",
    StatusCode: 0,
    ReturnCode: 0,
    TotalRequestLatency: stage.random.between(2, 60),
    AuthenticatedUserEmail: call.person.mail,
    UPN: call.person.mail,
    MailboxId: call.person.mailboxGuid,
    MDBGuid: DATABASE_GUID,
    ActAsUserEmail: call.person.mail,
    ClientIP: call.clientAddress,
    SourceCafeServer: stage.server.fqdn.toUpperCase(),
    ClientSoftware: "OUTLOOK.EXE",
    ClientSoftwareVersion: "16.0.5122.1000",
    ClientMode: "Cached",
    AuthenticationType: "Negotiate",
    AuthenticatedUser: call.person.account,
  };
  write(stage, { log: "mapi-http", timeMs: call.timeMs, columns: MAPI_HTTP_COLUMNS, values });
}

/** One cmdlet in the PowerShell logs. */
export interface CmdletCall {
  readonly timeMs: number;
  readonly tookMs: number;
  readonly requestId: string;
  readonly user: string;
  readonly userSid: string;
  readonly application: string;
  readonly cmdlet: string;
  /** `-Name "value" -Other "value"` */
  readonly parameters: string;
  readonly clientAddress: string;
  /** What the client calls itself; default the program that remote PowerShell uses. */
  readonly clientInfo?: string;
}

/** Adds a row to the cmdlet log of remote PowerShell, or of PowerShell on the server itself. */
export function writeCmdlet(stage: Stage, log: "rps-cmdlet" | "local-powershell", call: CmdletCall): void {
  const local = log === "local-powershell";
  const values: Values = {
    ...versionColumns(buildAt(stage, call.timeMs)),
    DateTime: iso(call.timeMs),
    StartTime: iso(call.timeMs - call.tookMs),
    RequestId: call.requestId,
    ServerHostName: stage.server.name,
    ProcessId: local ? 4520 : 15756,
    ProcessName: local ? "MSExchangeHMWorker" : "w3wp#MSExchangePowerShellAppPool",
    ThreadId: stage.random.between(12, 120),
    AuthenticatedUser: call.user,
    ExecutingUserSid: call.userSid,
    IsAdmin: "True",
    ClientApplication: call.application,
    Cmdlet: call.cmdlet,
    Parameters: call.parameters,
    CmdletUniqueId: stage.random.guid(),
    RunspaceSettingsCreationHint: "GCRandomly",
    ADViewEntireForest: "False",
    ADRecipientViewRoot: MAIL_DOMAIN,
    ADConfigurationDomainControllers: DOMAIN_CONTROLLER,
    OutputObjectCount: 1,
    TotalTime: call.tookMs,
    ExecutionResult: "Success",
    GenericLatency: "Dispose=0;Cmd=15;Cmd.ADC=3;",
    NonPiiParameters: call.parameters,
  };
  write(stage, { log, timeMs: call.timeMs, columns: RPS_CMDLET_COLUMNS, values });
}

/** Adds the HTTP side of a remote PowerShell cmdlet. */
export function writeRpsHttp(stage: Stage, call: CmdletCall): void {
  const values: Values = {
    ...versionColumns(buildAt(stage, call.timeMs)),
    DateTime: iso(call.timeMs),
    StartTime: iso(call.timeMs - call.tookMs),
    RequestId: call.requestId,
    UrlHost: stage.server.fqdn,
    UrlStem: "/powershell",
    AuthenticationType: "Kerberos",
    IsAuthenticated: "True",
    AuthenticatedUser: call.user,
    ClientIpAddress: call.clientAddress,
    ServerHostName: stage.server.name,
    FrontEndServer: stage.server.fqdn,
    HttpStatus: 200,
    SubStatus: 0,
    Action: "Command",
    CommandId: stage.random.guid().toUpperCase(),
    CommandName: call.cmdlet,
    SessionId: stage.random.guid().toUpperCase(),
    ShellId: stage.random.guid().toUpperCase(),
    RequestBytes: stage.random.between(1800, 5200),
    ClientInfo: call.clientInfo ?? "Microsoft WinRM Client",
    TotalTime: call.tookMs,
    UrlQuery: `?clientApplication=${call.application};PSVersion=5.1.14393.4225`,
  };
  write(stage, { log: "rps-http", timeMs: call.timeMs, columns: RPS_HTTP_COLUMNS, values });
}

/** A mail as message tracking sees it. */
export interface Mail {
  readonly timeMs: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly bytes: number;
  readonly inbound: boolean;
}

/** Adds the RECEIVE and DELIVER (or SEND) rows of a mail. */
export function writeMail(stage: Stage, mail: Mail): void {
  const id = `<${stage.random.text("0123456789ABCDEF", 32)}@${stage.server.fqdn}>`;
  const networkId = stage.random.guid();
  const shared: Values = {
    "client-ip": mail.inbound ? "198.51.100.9" : stage.server.linkLocal,
    "client-hostname": mail.inbound ? "mx.partner-district.example" : stage.server.fqdn,
    "server-ip": stage.server.address,
    "server-hostname": stage.server.name,
    "internal-message-id": 3_750_000 + stage.random.int(90_000),
    "message-id": id,
    "network-message-id": networkId,
    "recipient-address": mail.to.join(";"),
    "total-bytes": mail.bytes,
    "recipient-count": mail.to.length,
    "message-subject": mail.subject,
    "sender-address": mail.from,
    "return-path": mail.from,
    directionality: mail.inbound ? "Incoming" : "Originating",
    "custom-data": `S:DeliveryPriority=Normal;S:AccountForest=${MAIL_DOMAIN}`,
    "transport-traffic-type": "Email",
    "log-id": stage.random.guid(),
    "schema-version": longBuild(buildAt(stage, mail.timeMs)),
  };
  const steps: readonly { readonly source: string; readonly event: string }[] = [
    { source: mail.inbound ? "SMTP" : "STOREDRIVER", event: mail.inbound ? "RECEIVE" : "SUBMIT" },
    { source: "STOREDRIVER", event: "DELIVER" },
  ];
  steps.forEach((step, index) => {
    const timeMs = mail.timeMs + index * 740;
    const values = { ...shared, "date-time": iso(timeMs), source: step.source, "event-id": step.event };
    write(stage, { log: "tracking", timeMs, columns: TRACKING_COLUMNS, values });
  });
}

/** A message that a rule or a forwarding property sends on. */
export interface ForwardedMail {
  readonly timeMs: number;
  readonly owner: Pick<Person, "mail" | "mailboxGuid">;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly bytes: number;
  readonly by: "rule" | "property";
}

/** Adds the row of the forward and the SEND that the other side confirms; gives a text of the first row only, null when not kept. */
export function writeForward(stage: Stage, mail: ForwardedMail): string | null {
  if (!stage.keeps("tracking", mail.timeMs)) return null;
  const logId = stage.random.guid();
  const sender = mail.by === "rule" ? mail.owner.mail : mail.from;
  const shared: Values = {
    "client-ip": stage.server.address,
    "client-hostname": stage.server.name,
    "internal-message-id": 3_850_000 + stage.random.int(90_000),
    "message-id": `<${stage.random.text("0123456789ABCDEF", 32)}@${stage.server.fqdn}>`,
    "network-message-id": stage.random.guid(),
    "recipient-address": mail.to,
    "total-bytes": mail.bytes,
    "recipient-count": 1,
    "message-subject": mail.subject,
    "sender-address": sender,
    "return-path": sender,
    directionality: "Originating",
    "transport-traffic-type": "Email",
    "schema-version": longBuild(buildAt(stage, mail.timeMs)),
  };
  const forward: Values = {
    ...shared,
    "date-time": iso(mail.timeMs),
    "server-hostname": stage.server.name,
    source: mail.by === "rule" ? "MAILBOXRULE" : "ROUTING",
    "event-id": mail.by === "rule" ? "RECEIVE" : "REDIRECT",
    "related-recipient-address": mail.by === "rule" ? "" : mail.owner.mail,
    "custom-data": "S:DeliveryPriority=Normal",
    "log-id": logId,
  };
  const send: Values = {
    ...shared,
    "date-time": iso(mail.timeMs + 1_900),
    "server-ip": "203.0.113.25",
    "server-hostname": "mx.quick-mail.example",
    "source-context": ";250 2.0.0 OK queued;ClientSubmitTime:",
    "connector-id": "Outbound to the internet",
    source: "SMTP",
    "event-id": "SEND",
    "recipient-status": "250 2.1.5 OK",
    "log-id": stage.random.guid(),
  };
  for (const values of [forward, send])
    write(stage, { log: "tracking", timeMs: mail.timeMs, columns: TRACKING_COLUMNS, values });
  return logId;
}

/** A changed setting as the audit queue keeps it. */
export interface AuditedChange {
  readonly timeMs: number;
  readonly cmdlet: string;
  readonly user: string;
  readonly object: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Minutes of the server's own clock against UTC; `CreationTime` inside `Data` is local time. */
  readonly localOffsetMinutes: number;
}

/** Adds a row to `CosmosQueue\audit`. */
export function writeAudit(stage: Stage, change: AuditedChange): void {
  const id = stage.random.guid();
  const data = JSON.stringify({
    CreationTime: iso(change.timeMs + change.localOffsetMinutes * 60_000).slice(0, 19),
    Id: id,
    Operation: change.cmdlet,
    OrganizationId: "00000000-0000-0000-0000-000000000000",
    RecordType: 1,
    ResultStatus: "True",
    UserKey: change.user,
    UserType: 3,
    Version: 1,
    Workload: "Exchange",
    ObjectId: change.object,
    UserId: change.user,
    ExternalAccess: false,
    OrganizationName: "First Org",
    OriginatingServer: `${stage.server.name} (${longBuild(buildAt(stage, change.timeMs))})`,
    Parameters: change.parameters.map(([name, value]) => ({ Name: name, Value: value })),
  }).replaceAll("/", "\\/");
  const values: Values = {
    Timestamp: iso(change.timeMs),
    Server: stage.server.name,
    TenantId: "00000000-0000-0000-0000-000000000000",
    RecordType: "ExchangeAdmin",
    Data: data,
    UserKey: change.user,
    RecordId: id,
    Operation: change.cmdlet,
    Workload: "Exchange",
    ResultStatus: "True",
    Version: 1,
    Scope: "Online",
  };
  write(stage, { log: "audit", timeMs: change.timeMs, columns: AUDIT_COLUMNS, values });
}

/** Adds the rows of one nightly offline address book run. */
export function writeOabRun(stage: Stage, timeMs: number): void {
  const trace = stage.random.guid();
  const messages = [
    "Started generation of offline address book",
    "Download of template files into 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\ClientAccess\\OAB\\Temp' finished",
    "Generation finished, 0 errors",
  ];
  messages.forEach((message, index) => {
    const rowMs = timeMs + index * 21_300;
    const values: Values = {
      timestamp: iso(rowMs),
      recordType: "Information",
      traceId: trace,
      oabGuid: OAB_GUID,
      message,
    };
    write(stage, { log: "oab-generator", timeMs: rowMs, columns: OAB_GENERATOR_COLUMNS, values });
  });
}
