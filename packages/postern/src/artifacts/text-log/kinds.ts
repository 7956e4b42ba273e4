import type { ArtifactId } from "../../model/index.ts";
import * as columns from "./columns.ts";

/** A kind of log in the `#Fields` family: everything that tells it from the others, as data. */
export interface LogKind {
  readonly artifact: ArtifactId;
  readonly title: string;
  /** Matches the value of the `#Log-type` (or, for W3C, `#Software`) directive. Null when the kind is known by its columns only. */
  readonly logType: RegExp | null;
  /** Columns that together prove the kind (lower case); enough of a header to recognise it without a log type. */
  readonly signature: readonly string[];
  /** Column with the time; W3C logs have `date` and `time`. */
  readonly timeColumn: string;
  /** Columns that name the server which wrote the record, best first. */
  readonly serverColumns: readonly string[];
  /** Full column list of the newest build known, for rows without a header. Empty when no public source has it. */
  readonly columns: readonly string[];
}

function kind(
  artifact: ArtifactId,
  title: string,
  logType: RegExp | null,
  rest: Partial<Omit<LogKind, "artifact" | "title" | "logType">>,
): LogKind {
  return {
    artifact,
    title,
    logType,
    signature: rest.signature ?? [],
    timeColumn: rest.timeColumn ?? "DateTime",
    serverColumns: rest.serverColumns ?? [],
    columns: rest.columns ?? [],
  };
}

/**
 * All kinds. The order matters only for signatures: the first whose columns are all there wins, so the special ones come first.
 * Log types of kinds without a public sample are matched loosely.
 */
export const LOG_KINDS: readonly LogKind[] = [
  kind("iis-w3c", "IIS web server log", /internet information services|^iis/iu, {
    signature: ["cs-uri-stem", "sc-status"],
    timeColumn: "time",
    serverColumns: ["s-computername"],
    columns: columns.W3C_COLUMNS,
  }),
  kind("httperr", "HTTP.sys error log", /http api/iu, {
    signature: ["c-port", "s-reason", "cs-uri"],
    timeColumn: "time",
  }),
  kind("exchange-httpproxy", "HttpProxy log (front end)", /^httpproxy/iu, {
    signature: ["anchormailbox", "urlstem"],
    serverColumns: ["ServerHostName"],
    columns: columns.HTTPPROXY_COLUMNS,
  }),
  kind("exchange-ecp-activity", "ECP activity log", /^ecp activity/iu, {
    timeColumn: "TimeStamp",
    serverColumns: ["ServerName"],
    columns: columns.ECP_COLUMNS,
  }),
  kind("exchange-ecp-server", "ECP server log (control panel)", /^ecp server/iu, {
    timeColumn: "TimeStamp",
    serverColumns: ["ServerName"],
    columns: columns.ECP_COLUMNS,
  }),
  kind("exchange-owa", "OWA log", /^owa/iu, { timeColumn: "TimeStamp", serverColumns: ["ServerName"] }),
  kind("exchange-ews", "EWS back-end log", /^ews/iu, {
    signature: ["soapaction", "impersonateduser"],
    serverColumns: ["ServerHostName"],
    columns: columns.EWS_COLUMNS,
  }),
  kind("exchange-autodiscover", "Autodiscover back-end log", /^autodiscover/iu, {
    signature: ["soapaction", "redirecttype"],
    serverColumns: ["ServerHostName"],
  }),
  kind("exchange-rps-http", "Remote PowerShell HTTP log", /^rps http/iu, {
    signature: ["clientinfo", "shellid", "commandname"],
    serverColumns: ["ServerHostName"],
    columns: columns.RPS_HTTP_COLUMNS,
  }),
  kind("exchange-cmdlet", "PowerShell cmdlet log", /cmdlet/iu, {
    signature: ["cmdlet", "parameters", "processname"],
    serverColumns: ["ServerHostName"],
    columns: columns.CMDLET_COLUMNS,
  }),
  kind("exchange-audit", "Admin audit queue", /^audit$/iu, {
    signature: ["recordtype", "operation", "userkey", "data"],
    timeColumn: "Timestamp",
    serverColumns: ["Server"],
    columns: columns.AUDIT_COLUMNS,
  }),
  kind("exchange-oab-generator", "OAB generator log", /^oab ?generator/iu, {
    signature: ["oabguid", "message"],
    timeColumn: "timestamp",
    columns: columns.OAB_GENERATOR_COLUMNS,
  }),
  kind("exchange-mapihttp", "MAPI over HTTP back-end log", /^mapi ?http/iu, {
    signature: ["mapirequestid", "ropids"],
    columns: columns.MAPIHTTP_COLUMNS,
  }),
  kind("exchange-addressbook", "Address book service log", /address ?book/iu, {}),
  kind("exchange-rpc-client-access", "RPC Client Access log", /^rca/iu, {
    signature: ["client-software", "rpc-status", "session-id"],
    timeColumn: "date-time",
  }),
  kind("exchange-rpchttp", "RPC over HTTP back-end log", /^rpc ?http/iu, {}),
  // What `Search-MailboxAuditLog -ShowDetails | Export-Csv` writes: a table with a header of its own.
  kind("exchange-mailbox-audit", "Exported mailbox audit log", null, {
    signature: ["logontype", "mailboxguid", "operation", "lastaccessed"],
    timeColumn: "LastAccessed",
    columns: columns.MAILBOX_AUDIT_COLUMNS,
  }),
  kind("message-tracking", "Message tracking log", /^message tracking/iu, {
    signature: ["recipient-address", "event-id", "source-context"],
    timeColumn: "date-time",
    serverColumns: ["server-hostname", "client-hostname"],
    columns: columns.TRACKING_COLUMNS,
  }),
  kind("smtp-protocol", "SMTP protocol log", /^smtp (receive|send)/iu, {
    signature: ["sequence-number", "local-endpoint", "remote-endpoint"],
    timeColumn: "date-time",
    columns: columns.SMTP_COLUMNS,
  }),
  kind("exchange-connectivity", "Transport connectivity log", /connectivity/iu, { timeColumn: "date-time" }),
  kind("exchange-agent-log", "Transport agent log", /^agent log/iu, {
    signature: ["p1fromaddress", "agent", "action"],
    timeColumn: "Timestamp",
  }),
  kind("exchange-imap-pop", "IMAP or POP log", /imap|pop3/iu, {
    signature: ["sip", "cip", "command", "parameters"],
    timeColumn: "dateTime",
  }),
];

/** What an unknown member of the family is called: its header is understood, its meaning is not. */
export const OTHER_LOG_KIND: LogKind = kind("exchange-log", "other Exchange log", null, {});

/** The kind with this artifact id. */
export function findLogKind(artifact: ArtifactId): LogKind | null {
  return LOG_KINDS.find((candidate) => candidate.artifact === artifact) ?? null;
}

/** Recognises a kind by its header: the log type when there is one, else the column names. */
export function identifyLogKind(header: {
  readonly logType: string | null;
  readonly software: string | null;
  readonly names: readonly string[];
}): LogKind | null {
  const names = new Set(header.names.map((name) => name.toLowerCase()));
  for (const candidate of LOG_KINDS) {
    const text =
      candidate.artifact === "iis-w3c" || candidate.artifact === "httperr" ? header.software : header.logType;
    if (candidate.logType !== null && text !== null && candidate.logType.test(text))
      return bySoftware(candidate, names);
  }
  const signed = LOG_KINDS.find(
    (c) => c.signature.length > 0 && c.signature.every((name) => names.has(name)),
  );
  if (signed !== undefined) return signed;
  return header.logType === null ? null : OTHER_LOG_KIND;
}

/** HTTP.sys and IIS both say "Microsoft ... "; the columns tell them apart. */
function bySoftware(candidate: LogKind, names: ReadonlySet<string>): LogKind {
  if (candidate.artifact === "iis-w3c" && names.has("s-reason")) return findLogKind("httperr") ?? candidate;
  return candidate;
}
