import type { Stage } from "./stage.ts";
import type { WindowsEvent } from "./windows-record.ts";

/** Unnamed event data, as classic providers write it. */
export function unnamed(values: readonly string[]): WindowsEvent["values"] {
  return values.map((value) => ["", value] as const);
}

/** A cmdlet that ran, for the channel MSExchange Management. */
export interface CmdletTrace {
  readonly timeMs: number;
  readonly cmdlet: string;
  readonly parameters: string;
  readonly caller: string;
  readonly callerSid: string;
  readonly application?: string;
  readonly process?: string;
  readonly planted?: boolean;
}

/** Writes MSExchange Management event 1 with its 27 values (order as in a published raw record of the channel). */
export function cmdletEvent(stage: Stage, trace: CmdletTrace): void {
  const activityId = stage.random.guid();
  const values = [
    trace.cmdlet,
    trace.parameters,
    trace.caller,
    trace.callerSid,
    trace.callerSid,
    trace.application ?? "Remote-ManagementShell-Unknown",
    trace.process ?? "15756 w3wp#MSExchangePowerShellAppPool",
    "",
    "42",
    "00:00:00.3593880",
    "View Entire Forest: 'False', Default Scope: 'larchmere.example', Configuration Domain Controller: 'LUSD-DC01.larchmere.example'",
    "",
    "0",
    "",
    "",
    "",
    "",
    "False",
    "",
    "0 objects execution has been proxied to remote server.",
    "",
    "",
    "0",
    `ActivityId: ${activityId}`,
    "ServicePlan:;IsAdmin:True;",
    "",
    "en-US",
  ];
  stage.event({
    timeMs: trace.timeMs,
    channel: "MSExchange Management",
    provider: "MSExchange CmdletLogs",
    id: 1,
    level: 4,
    values: unnamed(values),
    message: cmdletMessage(stage, trace),
    ...(trace.planted === true ? { planted: { what: "cmdlet-event", needle: activityId } as const } : {}),
  });
}

function cmdletMessage(stage: Stage, trace: CmdletTrace): string {
  return stage.language === "de"
    ? `Das Cmdlet wurde erfolgreich ausgeführt. Cmdlet ${trace.cmdlet}, Parameter ${trace.parameters}.`
    : `Cmdlet suceeded. Cmdlet ${trace.cmdlet}, parameters ${trace.parameters}.`;
}
