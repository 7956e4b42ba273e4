import { iso } from "./clock.ts";
import type { Server } from "./district.ts";
import type { WindowsEvent } from "./windows-record.ts";

const FIRST_RECORD = 18_204;
const LEVEL_NAMES = ["Information", "Critical", "Error", "Warning", "Information"] as const;

/** Events sorted by time, each with its record number within its channel. */
export function numbered(
  events: readonly WindowsEvent[],
): readonly (readonly [record: number, event: WindowsEvent])[] {
  const next = new Map<string, number>();
  return [...events]
    .sort((a, b) => a.timeMs - b.timeMs)
    .map((event) => {
      const record = next.get(event.channel) ?? FIRST_RECORD;
      next.set(event.channel, record + 1);
      return [record, event] as const;
    });
}

/** `Get-WinEvent | ConvertTo-Json` of PowerShell 5.1: one array, odd indents, `/Date(ms)/`, letters escaped. */
export function toGetWinEventJson(server: Server, events: readonly WindowsEvent[]): string {
  const objects = numbered(events).map(([record, event]) => ({
    Message: event.message,
    Id: event.id,
    Version: event.channel === "Security" ? 2 : null,
    Qualifiers: event.channel === "Security" ? null : event.level === 2 ? 49152 : 16384,
    Level: event.level,
    Task: event.channel === "Security" ? 13312 : 1,
    Opcode: null,
    Keywords: event.channel === "Security" ? -9214364837600034816n : 36028797018963968,
    RecordId: record,
    ProviderName: event.provider,
    ProviderId: null,
    LogName: event.channel,
    ProcessId: 0,
    ThreadId: 0,
    MachineName: server.fqdn.toUpperCase(),
    UserId: null,
    TimeCreated: `/Date(${event.timeMs})/`,
    ActivityId: null,
    RelatedActivityId: null,
    ContainerLog: event.channel,
    MatchedQueryIds: [],
    Bookmark: {},
    LevelDisplayName: LEVEL_NAMES[event.level],
    OpcodeDisplayName: event.channel === "Security" ? "Info" : null,
    TaskDisplayName: event.channel === "Security" ? "Process Creation" : "General",
    KeywordsDisplayNames: [event.channel === "Security" ? "Audit Success" : "Classic"],
    Properties: event.values.map(([, value]) => ({ Value: value })),
  }));
  return `${powerShellJson(objects, 0)}\r\n`;
}

/** Winlogbeat 7: one JSON object a line, ECS names around `winlog.*`. */
export function toWinlogbeat(server: Server, events: readonly WindowsEvent[]): string {
  const lines = numbered(events).map(([record, event]) =>
    JSON.stringify({
      "@timestamp": iso(event.timeMs),
      "@metadata": { beat: "winlogbeat", type: "_doc", version: "7.11.1" },
      event: { code: event.id, kind: "event", provider: event.provider, created: iso(event.timeMs + 1900) },
      log: { level: LEVEL_NAMES[event.level].toLowerCase() },
      message: event.message,
      host: { name: server.fqdn },
      agent: { type: "winlogbeat", version: "7.11.1", hostname: server.name },
      ecs: { version: "1.7.0" },
      winlog: {
        api: "wineventlog",
        channel: event.channel,
        computer_name: server.fqdn.toUpperCase(),
        event_id: event.id,
        provider_name: event.provider,
        record_id: record,
        keywords: ["Classic"],
        event_data: Object.fromEntries(
          event.values.map(([name, value], index) => [name === "" ? `param${index + 1}` : name, value]),
        ),
      },
    }),
  );
  return `${lines.join("\n")}\n`;
}

type Json = string | number | bigint | null | readonly Json[] | { readonly [key: string]: Json };

/** PowerShell 5.1 aligns what is inside a bracket by the bracket's own column and puts two blanks after a colon. */
function powerShellJson(value: Json, column: number): string {
  if (typeof value === "string") return powerShellText(value);
  if (value === null || typeof value === "number" || typeof value === "bigint") return String(value);
  const inner = " ".repeat(column + 4);
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => inner + powerShellJson(item, column + 4));
    return `[\r\n${items.join(",\r\n")}\r\n${" ".repeat(column)}]`;
  }
  const items = Object.entries(value).map(([key, item]) => {
    const head = `"${key}":  `;
    return inner + head + powerShellJson(item, column + 4 + head.length);
  });
  return `{\r\n${items.join(",\r\n")}\r\n${" ".repeat(column)}}`;
}

function powerShellText(text: string): string {
  if (/^\/Date\(\d+\)\/$/.test(text)) return JSON.stringify(text).replaceAll("/", "\\/");
  return JSON.stringify(text).replace(
    /[<>&']/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
