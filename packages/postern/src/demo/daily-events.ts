import { DAY, HOUR, MINUTE, SECOND, dayStart, iso } from "./clock.ts";
import { AD_DOMAIN, DOMAIN_CONTROLLER, HEALTH_MAILBOX, MAIL_DOMAIN } from "./district.ts";
import { writeAudit, writeCmdlet } from "./back-end-logs.ts";
import { shortBuild } from "./stage.ts";
import type { InstalledBuild, Stage } from "./stage.ts";
import { cmdletEvent, unnamed } from "./windows-events.ts";
import type { WindowsEvent } from "./windows-record.ts";

const SYSTEM_SID = "S-1-5-18";

/** Name of the account under which services run, in the server's language. */
function systemAccount(stage: Stage): string {
  return stage.language === "de" ? "NT-AUTORITÄT\\SYSTEM" : "NT AUTHORITY\\SYSTEM";
}

/** Events, local cmdlets and audit rows that an Exchange server writes every day on its own. */
export function writeDailyEvents(stage: Stage, fromMs: number, untilMs: number): void {
  for (let day = dayStart(fromMs); day < untilMs; day += DAY) {
    const random = stage.random.fork(`events@${day}`);
    const local: Stage = { ...stage, random };
    for (let slot = 0; slot < 4; slot++) {
      const timeMs = day + slot * 6 * HOUR + random.int(50 * MINUTE);
      if (timeMs < fromMs || timeMs >= untilMs) continue;
      applicationRound(local, timeMs);
      systemRound(local, timeMs + 7 * MINUTE);
    }
    const healthMs = day + 3 * HOUR + random.int(HOUR);
    if (healthMs >= fromMs && healthMs < untilMs) healthMailboxPassword(local, healthMs);
  }
}

function applicationRound(stage: Stage, timeMs: number): void {
  const topology = `Process w3wp.exe (PID=${stage.random.between(3000, 9000)}). Exchange Active Directory Provider has discovered the following servers with the following characteristics: In-site: ${DOMAIN_CONTROLLER} CDG 1 7 7 1 0 1 1 7 1`;
  stage.event(information(timeMs, "MSExchange ADAccess", 2080, topology));
  const esent =
    "MSExchangeIS (6124) Mailbox Database 01: The database engine has completed a backup-free maintenance pass.";
  stage.event(information(timeMs + 90 * SECOND, "ESENT", 700, esent));
}

function systemRound(stage: Stage, timeMs: number): void {
  const state = stage.random.chance(0.5) ? "running" : "stopped";
  stage.event({
    timeMs,
    channel: "System",
    provider: "Service Control Manager",
    id: 7036,
    level: 4,
    values: [
      ["param1", "WMI Performance Adapter"],
      ["param2", state],
    ],
    message: `The WMI Performance Adapter service entered the ${state} state.`,
  });
}

/** Managed Availability sets a new password for its mailbox: the commonest cmdlet of every server. */
function healthMailboxPassword(stage: Stage, timeMs: number): void {
  const object = `${MAIL_DOMAIN}/Microsoft Exchange System Objects/Monitoring Mailboxes/${HEALTH_MAILBOX}`;
  const parameters = `-Identity "${object}" -Password "System.Security.SecureString"`;
  const user = `${systemAccount(stage)} (MSExchangeHMHost)`;
  cmdletEvent(stage, {
    timeMs,
    cmdlet: "Set-Mailbox",
    parameters,
    caller: user,
    callerSid: SYSTEM_SID,
    application: "ActiveMonitor",
    process: "4520 MSExchangeHMWorker",
  });
  writeCmdlet(stage, "local-powershell", {
    timeMs,
    tookMs: 310,
    requestId: stage.random.guid(),
    user,
    userSid: SYSTEM_SID,
    application: "ActiveMonitor",
    cmdlet: "Set-Mailbox",
    parameters,
    clientAddress: "",
  });
  writeAudit(stage, {
    timeMs: timeMs + 400,
    cmdlet: "Set-Mailbox",
    user,
    object,
    parameters: [
      ["Identity", object],
      ["Password", "<Secure Information Omitted>"],
    ],
    localOffsetMinutes: stage.language === "de" ? 60 : -300,
  });
}

/** The traces of an installed security update: installer, service stop and start, application restarts, reboot. */
export function writePatchEvents(stage: Stage, build: InstalledBuild, update: PatchNames): void {
  const end = build.sinceMs - 4 * MINUTE;
  const name = `Security Update for Exchange Server ${update.product} (${update.kb}) ${shortBuild(build)}`;
  const product = "Microsoft Exchange Server";
  const installed = `Windows Installer installed an update. Product Name: ${product}. Product Version: ${update.from}. Product Language: 1033. Manufacturer: Microsoft Corporation. Update Name: ${name}. Installation success or error status: 0.`;
  stage.event(
    information(end, "MsiInstaller", 1022, `Product: ${product} - Update '${name}' installed successfully.`),
  );
  stage.event({
    ...information(end, "MsiInstaller", 1036, installed),
    values: unnamed([product, update.from, "1033", name, "0", "Microsoft Corporation"]),
  });
  const user = `${AD_DOMAIN}\\Administrator`;
  const reboot = `The process C:\\Windows\\explorer.exe (${stage.server.name}) has initiated the restart of computer ${stage.server.name} on behalf of user ${user}`;
  stage.event({ ...information(end + MINUTE, "User32", 1074, reboot), channel: "System" });
  const started: WindowsEvent = {
    ...information(build.sinceMs, "EventLog", 6005, "The Event log service was started."),
    channel: "System",
  };
  stage.event(started);
  writeApplicationRestart(stage, build.sinceMs + 20 * SECOND);
}

/** What the update is called, and the product version below it. */
export interface PatchNames {
  readonly kb: string;
  /** e.g. `2016 Cumulative Update 19` */
  readonly product: string;
  readonly from: string;
}

/** Front-end applications stop and start: after a reboot, and when a virtual directory is made anew. */
export function writeApplicationRestart(stage: Stage, timeMs: number): void {
  ["Oab", "Ews", "Owa", "Mapi", "Autodiscover", "PowerShell"].forEach((application, index) => {
    const provider = "MSExchange Front End HTTP Proxy";
    const off = `[${application}] Application shutting down.`;
    const on = `[${application}] Application starting.`;
    stage.event(information(timeMs + index * 300, provider, 1002, off));
    stage.event(information(timeMs + 4000 + index * 300, provider, 1001, on));
  });
}

/** An information event of the Application log whose only value is its text. */
function information(timeMs: number, provider: string, id: number, message: string): WindowsEvent {
  return { timeMs, channel: "Application", provider, id, level: 4, values: unnamed([message]), message };
}

/** The reading of a time as Exchange's setup log writes it: `03/03/2021 22:10:05.0123`. */
export function setupStamp(timeMs: number): string {
  const text = iso(timeMs);
  const [date, clock] = [text.slice(0, 10), text.slice(11, 23)];
  return `${date.slice(5, 7)}/${date.slice(8, 10)}/${date.slice(0, 4)} ${clock.slice(0, 9)}0${clock.slice(9)}`;
}
