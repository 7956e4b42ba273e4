import type { Event } from "../model/index.ts";
import { parseStatedTime } from "./windows-time.ts";

/** What an event says about the logs themselves: that records are gone, will be missing, or bear a wrong time. */
export interface LogSign {
  readonly kind: "log-cleared" | "logging-off" | "clock-changed";
  /** One plain sentence without its time, which the event has. */
  readonly text: string;
  /** The channel that is meant, where the event names another one than its own. */
  readonly channel: string;
}

/** The time service corrects a clock by less all day long. */
const MIN_JUMP_MS = 60_000;

/** Ends of auditing in 4719: success or failure no longer recorded. Source: message table of the Security channel. */
const AUDIT_REMOVED = /%%84(?:48|50)\b|removed/iu;

/** Numbers of the events below: most events are none of them. */
const CODES: ReadonlySet<string> = new Set(["1", "4", "29", "104", "1102", "4616", "4719", "5001"]);
/** What they are told apart by besides: 1 is also what Sysmon writes for every process. */
const KINDS: ReadonlySet<string> = new Set(
  "security/4719 sysmon/4 defender/5001 iis/29 management/1 security/4616 kernel/1".split(" "),
);
const LOG_SERVICE = /^(?:Microsoft-Windows-)?Eventlog$/iu;

/** False for a Windows event that {@link findLogSign} says nothing of, by the channel that the normalizer names, provider and number. */
export function mayBeLogSign(channel: string, provider: string, code: string): boolean {
  if (!CODES.has(code)) return false;
  return LOG_SERVICE.test(provider) || KINDS.has(`${familyOf(channel, provider)}/${code}`);
}

/**
 * Finds out whether a Windows event tells of its logs: Security 1102 and System 104 (cleared), 4719 (audit policy), Sysmon 4 (stopped),
 * Defender 5001 (protection off), IIS-Configuration 29 (request logging off), `Set-AdminAuditLogConfig` (cmdlet audit off), System
 * Kernel-General 1 and Security 4616 (clock set by a minute or more).
 */
export function findLogSign(event: Event): LogSign | null {
  const code = event.ecs["event.code"] ?? "";
  if (event.artifact !== "windows-event" || !CODES.has(code)) return null;
  const provider = event.ecs["event.provider"] ?? "";
  const channel = event.ecs["winlog.channel"] ?? "";
  if (LOG_SERVICE.test(provider) && (code === "1102" || code === "104")) return clearedLog(event, channel);
  switch (`${familyOf(channel, provider)}/${code}`) {
    case "security/4719":
      return auditPolicy(event.fields, channel);
    case "sysmon/4":
      return /stopped/iu.test(event.fields["State"] ?? "")
        ? off(channel, "Sysmon was stopped: nothing more reached its log until it ran again.")
        : null;
    case "defender/5001":
      return off(channel, "Real-time protection of Defender was switched off.");
    case "iis/29":
      return requestLogging(event.fields, channel);
    case "management/1":
      return adminAudit(event.fields, channel);
    case "security/4616":
    case "kernel/1":
      return clockJump(event.fields, channel);
    default:
      return null;
  }
}

function familyOf(channel: string, provider: string): string {
  if (/^microsoft-windows-kernel-general$/iu.test(provider)) return "kernel";
  if (/sysmon/iu.test(channel)) return "sysmon";
  if (/windows defender/iu.test(channel)) return "defender";
  if (/iis-configuration/iu.test(channel)) return "iis";
  if (channel === "MSExchange Management") return "management";
  return channel === "Security" ? "security" : "";
}

function clearedLog({ fields }: Event, channel: string): LogSign {
  // 104 stands in System and names the log that was cleared.
  const which = fields["EventData.Channel"] ?? channel;
  const user = fields["SubjectUserName"] ?? "";
  const by = user === "" || user === "-" ? "" : ` by ${user}`;
  return { kind: "log-cleared", channel: which, text: `The event log ${which} was cleared${by}.` };
}

function off(channel: string, text: string): LogSign {
  return { kind: "logging-off", channel, text };
}

function auditPolicy(fields: Event["fields"], channel: string): LogSign | null {
  if (!AUDIT_REMOVED.test(fields["AuditPolicyChanges"] ?? "")) return null;
  const user = fields["SubjectUserName"] ?? "somebody";
  return off(channel, `Part of the security auditing was switched off by ${user}.`);
}

function requestLogging(fields: Event["fields"], channel: string): LogSign | null {
  const setting = fields["Configuration"] ?? "";
  const value = (fields["NewValue"] ?? "").toLowerCase();
  const isOff =
    (/httpLogging\/@dontLog$/iu.test(setting) && value === "true") ||
    (/logFile\/@enabled$/iu.test(setting) && value === "false") ||
    (/@logTargetW3C$/iu.test(setting) && !value.includes("file"));
  return isOff ? off(channel, "The web server's own request log was switched off.") : null;
}

function adminAudit(fields: Event["fields"], channel: string): LogSign | null {
  if (fields["Cmdlet"] !== "Set-AdminAuditLogConfig") return null;
  return /-AdminAuditLogEnabled\s+"?(?:\$?false|0)\b/iu.test(fields["Parameters"] ?? "")
    ? off(
        channel,
        `The administrators' audit of Exchange was switched off by ${fields["Caller"] ?? "somebody"}.`,
      )
    : null;
}

function clockJump(fields: Event["fields"], channel: string): LogSign | null {
  const after = parseStatedTime(fields["NewTime"] ?? "")?.timeMs;
  const before = parseStatedTime(fields["OldTime"] ?? fields["PreviousTime"] ?? "")?.timeMs;
  if (after === undefined || before === undefined || Math.abs(after - before) < MIN_JUMP_MS) return null;
  const way = after > before ? "forward" : "back";
  return {
    kind: "clock-changed",
    channel,
    text: `The clock was set ${way} by ${spanText(Math.abs(after - before))}.`,
  };
}

function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${String(minutes)} min`;
  const hours = Math.round(minutes / 60);
  return hours < 72 ? `${String(hours)} h` : `${String(Math.round(hours / 24))} days`;
}
