import { findAddress } from "../core/index.ts";
import type { EcsFields, Event, Place } from "../model/index.ts";
import { parseEventTime } from "./event-time.ts";
import { serverName } from "./text-record.ts";

/** A record of an audit log as an export of it has it; names of members are in lower case. */
export interface ExportedRecord {
  readonly kind: string;
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly excerpt: string;
  readonly at: Place;
}

/**
 * Makes an event of a record that Search-AdminAuditLog or Search-MailboxAuditLog gave, or null for any other object. The first gets the
 * field names of the audit queue (artifact `exchange-audit`), so that rules about cmdlets see it; the second keeps the vendor's names
 * (artifact `exchange-mailbox-audit`). A time without a zone is the clock of the computer that exported it; it is read as UTC and said.
 */
export function normalizeExportedAudit(record: ExportedRecord): Event | null {
  if (record.kind === "admin-audit") return toEvent(record, "exchange-audit", adminFields(record));
  if (record.kind === "mailbox-audit")
    return toEvent(record, "exchange-mailbox-audit", mailboxFields(record));
  return null;
}

function value(record: ExportedRecord, name: string): string {
  return (record.values[name] ?? []).join("; ").trim();
}

/** Fields as parseAuditData names them; see audit-data.ts. */
function adminFields(record: ExportedRecord): Fields {
  const succeeded = value(record, "succeeded");
  const result = succeeded === "" ? "" : /^(?:true|1)$/iu.test(succeeded) ? "Success" : "Failed";
  return {
    Cmdlet: value(record, "cmdletname"),
    Parameters: parametersText(record.values["cmdletparameters"] ?? []),
    UserId: value(record, "caller"),
    ObjectId: value(record, "objectmodified"),
    ExecutionResult: result,
    Error: value(record, "error"),
    Server: value(record, "originatingserver").split(" ")[0] ?? "",
    ClientIP: value(record, "clientip"),
    RunDate: value(record, "rundate"),
  };
}

/** Exports by Format-List and Export-Csv name the parameters and not their values. */
function parametersText(parameters: readonly string[]): string {
  return parameters
    .map((parameter) => {
      const [, name = parameter, text] = /^([A-Za-z][A-Za-z0-9]{0,80}): ?([\s\S]*)$/u.exec(parameter) ?? [];
      return text === undefined ? `-${name}` : `-${name} "${text}"`;
    })
    .join(" ");
}

const MAILBOX_FIELDS: Readonly<Record<string, string>> = {
  operation: "Operation",
  operationresult: "OperationResult",
  logontype: "LogonType",
  externalaccess: "ExternalAccess",
  folderpathname: "FolderPathName",
  destfolderpathname: "DestFolderPathName",
  clientinfostring: "ClientInfoString",
  clientipaddress: "ClientIPAddress",
  clientmachinename: "ClientMachineName",
  clientprocessname: "ClientProcessName",
  mailboxownerupn: "MailboxOwnerUPN",
  mailboxownersid: "MailboxOwnerSid",
  mailboxresolvedownername: "MailboxResolvedOwnerName",
  mailboxguid: "MailboxGuid",
  logonuserdisplayname: "LogonUserDisplayName",
  logonusersid: "LogonUserSid",
  itemsubject: "ItemSubject",
  sourceitemsubjectslist: "SourceItemSubjectsList",
  originatingserver: "OriginatingServer",
  lastaccessed: "LastAccessed",
};

/** Logon types as ConvertTo-Json writes them (number of the enumeration LogonType). */
const LOGON_TYPES: Readonly<Record<string, string>> = { "0": "Owner", "1": "Admin", "2": "Delegate" };

function mailboxFields(record: ExportedRecord): Fields {
  const fields = Object.fromEntries(
    Object.entries(MAILBOX_FIELDS).map(([member, name]) => [name, value(record, member)] as const),
  );
  return { ...fields, LogonType: LOGON_TYPES[fields["LogonType"] ?? ""] ?? fields["LogonType"] ?? "" };
}

type Fields = Readonly<Record<string, string>>;

function toEvent(record: ExportedRecord, artifact: string, found: Fields): Event {
  const fields = Object.fromEntries(Object.entries(found).filter(([, text]) => text !== ""));
  const stated = fields["RunDate"] ?? fields["LastAccessed"] ?? "";
  const ticks = /^\/Date\((-?\d{1,15})/u.exec(stated)?.[1];
  const time = ticks === undefined ? parseEventTime(stated) : { timeMs: Number(ticks), note: "" };
  const server = serverName((fields["Server"] ?? fields["OriginatingServer"] ?? "").split(" ")[0]);
  const isAdmin = artifact === "exchange-audit";
  return {
    artifact,
    timeMs: time?.timeMs ?? null,
    server,
    fields,
    ecs: ecsOf(fields, server, isAdmin),
    at: record.at,
    raw: record.excerpt,
    repairs: time === null || time.note === "" ? [] : [time.note],
  };
}

function ecsOf(fields: Fields, server: string | null, isAdmin: boolean): EcsFields {
  const address = findAddress((isAdmin ? fields["ClientIP"] : fields["ClientIPAddress"]) ?? "");
  const user = isAdmin ? fields["UserId"] : (fields["LogonUserDisplayName"] ?? fields["LogonUserSid"]);
  return {
    ...(address === null ? {} : { "source.ip": address }),
    ...(user === undefined ? {} : { "user.name": user }),
    ...(server === null ? {} : { "host.name": server }),
    ...(isAdmin || fields["ClientInfoString"] === undefined
      ? {}
      : { "user_agent.original": fields["ClientInfoString"] }),
  };
}
