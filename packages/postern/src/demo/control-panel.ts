import { iso } from "./clock.ts";
import { ECP_COLUMNS, csvRow } from "./columns.ts";
import { exchangeLog } from "./exchange-logs.ts";
import { buildAt, shortBuild } from "./stage.ts";
import type { Stage } from "./stage.ts";

/** One call of the Exchange Control Panel's server side. */
export interface EcpCall {
  readonly timeMs: number;
  readonly tookMs: number;
  /** Cmdlet and parameters in dotted form: `Set-Mailbox.Identity=''x''` with single quotes; doubled when packed. */
  readonly command: string;
  readonly url: string;
  /** Empty when the cmdlet ran. */
  readonly exception: string;
  readonly activityId: string;
  readonly sessionId: string;
}

/** Adds a row to `ECP\Server`; gives the text of its `S:CMD` item. */
export function writeEcpServer(stage: Stage, call: EcpCall): void {
  if (!stage.keeps("ecp-server", call.timeMs)) return;
  const items = [
    `S:TIME=${call.tookMs}`,
    `S:SID=${call.sessionId}`,
    `S:CMD=${call.command}`,
    "S:REQID=",
    `S:URL=${call.url}`,
    "S:REFERRER=",
    `S:EX=${call.exception}`,
    `S:ACTID=${call.activityId}`,
    "S:RS=0",
    `S:BLD=${shortBuild(buildAt(stage, call.timeMs))}`,
    "S:TNAME=<null>",
    "S:TID=",
    `S:USID=${call.sessionId}`,
    "S:EDOID=",
    "S:ACID=",
  ];
  writeRow(stage, "ecp-server", { timeMs: call.timeMs, eventId: "ECP.Request", items });
}

/** Adds a row to `ECP\Activity`. */
export function writeEcpActivity(stage: Stage, call: EcpCall, user: string): void {
  if (!stage.keeps("ecp-activity", call.timeMs)) return;
  const items = [
    ...(user === "" ? [] : [`S:PSA=<PII>${user}</PII>`]),
    `S:URL=https://${stage.server.fqdn}:444${call.url}`,
    `S:Bld=${shortBuild(buildAt(stage, call.timeMs))}`,
    `S:ActID=${call.activityId}`,
    "I32:ADS.C[LUSD-DC01]=1",
    "F:ADS.AL[LUSD-DC01]=1.204113",
    "S:WLM.Bal=2.147484E+09",
    `Dbl:WLM.TS=${call.tookMs}`,
  ];
  writeRow(stage, "ecp-activity", { timeMs: call.timeMs, eventId: "Request", items });
}

interface EcpRow {
  readonly timeMs: number;
  readonly eventId: string;
  readonly items: readonly string[];
}

function writeRow(stage: Stage, log: "ecp-server" | "ecp-activity", row: EcpRow): void {
  const values = {
    TimeStamp: iso(row.timeMs),
    ServerName: stage.server.name,
    EventId: row.eventId,
    EventData: packItems(row.items),
  };
  stage.tree.line(exchangeLog(stage, log, row.timeMs), row.timeMs, csvRow(ECP_COLUMNS, values));
}

/** Joins `Key=Value` items by `;`. An item with `;` or `'` stands in single quotes with its own ones doubled. */
export function packItems(items: readonly string[]): string {
  return items.map((item) => (/[;']/.test(item) ? `'${item.replaceAll("'", "''")}'` : item)).join(";");
}
