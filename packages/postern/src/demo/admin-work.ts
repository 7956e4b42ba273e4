import { writeAudit, writeCmdlet, writeEws, writeRpsHttp } from "./back-end-logs.ts";
import { ADMIN_ADDRESS, ADMINISTRATOR_SID, AD_DOMAIN, HEALTH_MAILBOX, MAIL_DOMAIN } from "./district.ts";
import { writeIis } from "./iis.ts";
import type { Stage } from "./stage.ts";
import { serve } from "./web-request.ts";
import { cmdletEvent } from "./windows-events.ts";

/** The server's own account, `LARCHMERE\LUSD-EX01$`. */
export function machineAccount(stage: Stage): string {
  return `${AD_DOMAIN}\\${stage.server.name}$`;
}

const ADMIN_CMDLETS = [
  { cmdlet: "Get-Mailbox", parameters: '-ResultSize "Unlimited"' },
  { cmdlet: "Set-Mailbox", parameters: '-Identity "s.tanaka" -ProhibitSendQuota "4.5 GB"' },
  { cmdlet: "Get-MessageTrackingLog", parameters: '-ResultSize "200" -Server "LUSD-EX01"' },
  { cmdlet: "Add-DistributionGroupMember", parameters: '-Identity "Staff North" -Member "l.farrow"' },
  { cmdlet: "Get-QueueDigest", parameters: '-Dag "none"' },
] as const;

/** The administrator works in remote PowerShell. */
export function adminCmdlet(stage: Stage, timeMs: number): void {
  const { random } = stage;
  const chosen = random.pick(ADMIN_CMDLETS);
  remoteCmdlet(stage, {
    timeMs,
    tookMs: random.between(40, 900),
    user: "Administrator",
    userSid: ADMINISTRATOR_SID,
    application: "EMC",
    clientAddress: ADMIN_ADDRESS,
    ...chosen,
  });
  if (chosen.cmdlet.startsWith("Get-")) return;
  cmdletEvent(stage, {
    timeMs,
    ...chosen,
    caller: `${MAIL_DOMAIN}/Users/Administrator`,
    callerSid: ADMINISTRATOR_SID,
  });
  writeAudit(stage, {
    timeMs,
    cmdlet: chosen.cmdlet,
    user: `${MAIL_DOMAIN}/Users/Administrator`,
    object: `${MAIL_DOMAIN}/Staff/s.tanaka`,
    parameters: [["Identity", "s.tanaka"]],
    localOffsetMinutes: -300,
  });
}

/** A cmdlet in remote PowerShell with its request and both cmdlet logs. */
export function remoteCmdlet(stage: Stage, call: Omit<Parameters<typeof writeCmdlet>[2], "requestId">): void {
  const query = `clientApplication=${call.application};PSVersion=5.1.14393.4225`;
  const { requestId } = serve(stage, {
    timeMs: call.timeMs,
    tookMs: call.tookMs,
    protocol: "PowerShell",
    method: "POST",
    stem: "/powershell",
    query,
    host: stage.server.fqdn,
    user: `${AD_DOMAIN}\\${call.user}`,
    clientAddress: call.clientAddress,
    agent: "Microsoft WinRM Client",
    status: 200,
    authentication: "Kerberos",
    anchor: "ServerVersion~Version 15.1 (Build 2175.0)",
    routingHint: "ExchClientVer-ServerCookie",
    action: `${call.cmdlet}:Command`,
    requestBytes: stage.random.between(2000, 5200),
    responseBytes: stage.random.between(800, 3000),
    backEnd: { query },
  });
  writeCmdlet(stage, "rps-cmdlet", { ...call, requestId });
  writeRpsHttp(stage, { ...call, requestId });
}

/** Exchange's own services search mailboxes under the machine account; only the back end sees it. */
export function internalEws(stage: Stage, timeMs: number): void {
  const { random } = stage;
  const agent = random.pick([
    "ExchangeInternalEwsClient-EwsStoreDataProvider",
    "ExchangeInternalEwsClient-AuditLog-MailboxAudit",
  ] as const);
  internalRequest(stage, timeMs, agent);
  const requestId = random.guid();
  writeEws(stage, {
    timeMs,
    tookMs: random.between(9, 90),
    requestId,
    user: machineAccount(stage),
    actAs: `${HEALTH_MAILBOX}@${MAIL_DOMAIN}`,
    agent,
    clientAddress: stage.server.linkLocal,
    operation: "FindFolder",
    requestBytes: random.between(800, 1500),
    responseBytes: random.between(900, 2500),
  });
}

function internalRequest(stage: Stage, timeMs: number, agent: string): void {
  writeIis(stage, {
    timeMs,
    site: 2,
    serverAddress: stage.server.linkLocal,
    method: "POST",
    stem: "/EWS/Exchange.asmx",
    query: `&request_id=${stage.random.guid()}`,
    port: 444,
    user: machineAccount(stage),
    clientAddress: stage.server.linkLocal,
    agent,
    referer: "",
    status: 200,
    subStatus: 0,
    win32Status: 0,
    tookMs: 24,
  });
}
