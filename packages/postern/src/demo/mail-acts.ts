import { machineAccount } from "./admin-work.ts";
import { writeAudit, writeCmdlet, writeEws, writeForward } from "./back-end-logs.ts";
import { SECOND } from "./clock.ts";
import { writeEcpServer } from "./control-panel.ts";
import { AD_DOMAIN, ADMINISTRATOR_SID, MAIL_DOMAIN } from "./district.ts";
import type { Person } from "./district.ts";
import { exchangeLog, httpProxyLog } from "./exchange-logs.ts";
import type { Ledger, PlantKind } from "./ledger.ts";
import type { Stage } from "./stage.ts";
import { serve } from "./web-request.ts";
import { cmdletEvent } from "./windows-events.ts";

/** Where acts on mailboxes take place. */
export interface MailScene {
  readonly stage: Stage;
  readonly ledger: Ledger;
}

/** Somebody as cmdlet logs name him. */
export interface Caller {
  /** `larchmere.example/Users/Administrator` */
  readonly canonical: string;
  readonly account: string;
  readonly sid: string;
}

/** The built-in administrator. */
export const ADMINISTRATOR: Caller = {
  canonical: `${MAIL_DOMAIN}/Users/Administrator`,
  account: `${AD_DOMAIN}\\Administrator`,
  sid: ADMINISTRATOR_SID,
};

/** A person of the district as the caller of a cmdlet. */
export function callerOf(person: Person): Caller {
  const name = person.mail.replace(/@.*$/u, "");
  return { canonical: `${MAIL_DOMAIN}/Staff/${name}`, account: person.account, sid: person.sid };
}

/** A cmdlet that concerns mail. */
export interface MailCommand {
  readonly timeMs: number;
  readonly caller: Caller;
  readonly cmdlet: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly object?: string;
  /** What it is, when an intruder gave it. */
  readonly planted?: PlantKind;
  /** Given in the control panel: `/ecp/...` */
  readonly page?: string;
}

/** Writes a cmdlet into the event log, the audit queue, and the cmdlet log of remote PowerShell or the control panel's log. */
export function mailCommand({ stage, ledger }: MailScene, command: MailCommand): void {
  const { timeMs, caller, cmdlet } = command;
  const text = command.parameters.map(([name, value]) => `-${name} "${value}"`).join(" ");
  cmdletEvent(stage, {
    timeMs,
    cmdlet,
    parameters: text,
    caller: caller.canonical,
    callerSid: caller.sid,
    process:
      command.page === undefined
        ? "15756 w3wp#MSExchangePowerShellAppPool"
        : "7316 w3wp#MSExchangeECPAppPool",
    planted: command.planted !== undefined,
  });
  writeAudit(stage, {
    timeMs: timeMs + 300,
    cmdlet,
    user: caller.canonical,
    object: command.object ?? "",
    parameters: command.parameters,
    localOffsetMinutes: -300,
  });
  if (command.page === undefined) remote(stage, command, text);
  else panel({ stage, ledger }, command, command.page);
  if (command.planted === undefined || command.page !== undefined || !stage.keeps("rps-cmdlet", timeMs))
    return;
  ledger.plant(command.planted, exchangeLog(stage, "rps-cmdlet", timeMs).path, timeMs, plantedText(timeMs));
}

/** Time with milliseconds, as the first column has it: nothing else happens in that millisecond. */
function plantedText(timeMs: number): string {
  return `${new Date(timeMs).toISOString()},`;
}

function remote(stage: Stage, { timeMs, caller, cmdlet }: MailCommand, parameters: string): void {
  writeCmdlet(stage, "rps-cmdlet", {
    timeMs,
    tookMs: 412,
    requestId: stage.random.guid(),
    user: caller.account,
    userSid: caller.sid,
    application: "EMC",
    cmdlet,
    parameters,
    clientAddress: "",
  });
}

function panel({ stage }: MailScene, { timeMs, cmdlet, parameters }: MailCommand, url: string): void {
  const items = parameters.map(([name, value]) => `.${name}='${value}'`).join("");
  writeEcpServer(stage, {
    timeMs: timeMs - 90,
    tookMs: 240,
    command: `${cmdlet}${items}`,
    url,
    exception: "",
    activityId: stage.random.guid(),
    sessionId: stage.random.guid(),
  });
}

/** A request of Outlook on the web or of the control panel by somebody who signed in as a person. */
export interface OwaStep {
  readonly timeMs: number;
  readonly person: Person;
  readonly address: string;
  readonly agent: string;
  readonly stem: string;
  readonly query: string;
  readonly bytes: number;
  readonly planted?: PlantKind;
}

/** Writes the request into the front end's logs. */
export function owaStep({ stage, ledger }: MailScene, step: OwaStep): void {
  const protocol = step.stem.startsWith("/ecp/") ? "Ecp" : "Owa";
  const { requestId } = serve(stage, {
    timeMs: step.timeMs,
    tookMs: 84,
    protocol,
    method: "POST",
    stem: step.stem,
    query: step.query,
    user: step.person.mail,
    clientAddress: step.address,
    agent: step.agent,
    status: 200,
    authentication: "FBA",
    anchor: `Sid~${step.person.sid}`,
    requestBytes: 1240,
    responseBytes: step.bytes,
    backEnd: { query: step.query },
  });
  if (step.planted !== undefined)
    ledger.plant(step.planted, httpProxyLog(stage, protocol, step.timeMs).path, step.timeMs, requestId);
}

/** A program that asks Exchange Web Services for the mailboxes of others: a backup, an archive, a migration. */
export interface ServiceCall {
  readonly timeMs: number;
  readonly account: string;
  readonly accountSid: string;
  readonly owner: Person;
  readonly address: string;
  readonly agent: string;
  readonly operation: string;
  readonly bytes: number;
}

/** Writes a call with `ApplicationImpersonation` as a product makes it. */
export function impersonatedCall({ stage }: MailScene, call: ServiceCall): void {
  const { requestId } = serve(stage, {
    timeMs: call.timeMs,
    tookMs: 130,
    protocol: "Ews",
    method: "POST",
    stem: "/EWS/Exchange.asmx",
    query: "",
    user: call.account,
    clientAddress: call.address,
    agent: call.agent,
    status: 200,
    authentication: "NTLM",
    anchor: `Smtp~${call.owner.mail}`,
    routingHint: "AnchorMailboxHeader-SMTP",
    requestBytes: 1800,
    responseBytes: call.bytes,
    backEnd: { query: `&request_id=${stage.random.guid()}` },
  });
  writeEws(stage, {
    timeMs: call.timeMs - 4,
    tookMs: 120,
    requestId,
    user: call.account,
    actAs: "",
    impersonated: call.owner.mail,
    agent: call.agent,
    clientAddress: call.address,
    operation: call.operation,
    requestBytes: 1800,
    responseBytes: call.bytes,
  });
}

/** Exchange itself searches mailboxes for an administrator: only the back end sees it, under the server's account. */
export function discoverySearch({ stage }: MailScene, timeMs: number, owner: Person): void {
  writeEws(stage, {
    timeMs,
    tookMs: 900,
    requestId: stage.random.guid(),
    user: machineAccount(stage),
    actAs: owner.mail,
    agent: "ExchangeInternalEwsClient-EDiscovery-15.01.2176.009",
    clientAddress: stage.server.linkLocal,
    operation: "SearchMailboxes",
    requestBytes: 3_100,
    responseBytes: 88_000,
  });
}

/** Security 5145: a file on a share was opened for writing. */
export function shareWrite(
  { stage }: MailScene,
  write: { readonly timeMs: number; readonly share: string; readonly file: string },
): void {
  stage.event({
    timeMs: write.timeMs,
    channel: "Security",
    provider: "Microsoft-Windows-Security-Auditing",
    id: 5145,
    level: 0,
    values: [
      ["SubjectUserSid", "S-1-5-18"],
      ["SubjectUserName", `${stage.server.name}$`],
      ["SubjectDomainName", AD_DOMAIN],
      ["SubjectLogonId", "0x4a1b22"],
      ["ObjectType", "File"],
      ["IpAddress", stage.server.address],
      ["IpPort", "49822"],
      ["ShareName", `\\\\*\\${write.share}`],
      ["ShareLocalPath", "\\??\\C:\\"],
      ["RelativeTargetName", write.file],
      ["AccessMask", "0x2"],
      ["AccessList", "%%4417"],
      ["AccessReason", "-"],
    ],
    message: `A network share object was checked to see whether client can be granted desired access.\r\n\r\nShare Name:\t\\\\*\\${write.share}\r\nRelative Target Name:\t${write.file}`,
  });
}

/** A message that a forward sends on, with its delivery. */
export function forwardedMessage(
  { stage, ledger }: MailScene,
  message: {
    readonly timeMs: number;
    readonly owner: Person;
    readonly from: string;
    readonly to: string;
    readonly subject: string;
    readonly bytes: number;
    readonly by: "rule" | "property";
  },
): void {
  const id = writeForward(stage, message);
  if (id === null) return;
  ledger.plant(
    "mail-forwarded",
    exchangeLog(stage, "tracking", message.timeMs).path,
    message.timeMs,
    `${id},`,
  );
}

/** Seconds between the steps of somebody at a keyboard. */
export const STEP_MS: number = 23 * SECOND;
