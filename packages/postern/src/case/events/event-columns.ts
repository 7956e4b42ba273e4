import type { EcsFields, EvidenceEntry } from "../../model/index.ts";
import type { SpooledEvent } from "../../scan/index.ts";

/** What an event is written with besides itself. */
export interface EventContext {
  /** Name of the server, as the assessment has it; null when it is not known. */
  readonly server: string | null;
  readonly evidence: Pick<EvidenceEntry, "sha256" | "path">;
}

/** A column of the events of a case; docs/events.md lists all of them, and a test compares the two. */
export interface EventColumn {
  readonly name: string;
  readonly type: "TIMESTAMP" | "STRING" | "INT32" | "INT64" | "JSON";
  readonly value: (event: SpooledEvent, context: EventContext) => unknown;
}

const MAX_INT32 = 2_147_483_647;

function text(name: keyof EcsFields): EventColumn {
  return { name, type: "STRING", value: ({ ecs }) => ecs[name] ?? null };
}

/** A count that a log states; what is no whole number that fits is not one. */
function whole(name: "http.response.status_code"): EventColumn {
  return {
    name,
    type: "INT32",
    value: ({ ecs }) => {
      const value = ecs[name];
      return value !== undefined && Number.isInteger(value) && Math.abs(value) <= MAX_INT32 ? value : null;
    },
  };
}

function bigOrNull(value: number | null | undefined): bigint | null {
  return value === null || value === undefined || !Number.isSafeInteger(value) ? null : BigInt(value);
}

/** Times that a Parquet timestamp can hold and that a reader can show. */
const MAX_TIME_MS = 253_402_300_799_999;

/** The columns, in their order. Names are those of the Elastic Common Schema; what it has no name for begins with `postern.`. */
export const EVENT_COLUMNS: readonly EventColumn[] = [
  {
    name: "@timestamp",
    type: "TIMESTAMP",
    value: ({ timeMs }) => (timeMs === null || Math.abs(timeMs) > MAX_TIME_MS ? null : new Date(timeMs)),
  },
  { name: "event.dataset", type: "STRING", value: ({ artifact }) => artifact },
  { name: "host.name", type: "STRING", value: (_event, { server }) => server },
  text("host.ip"),
  text("source.ip"),
  text("source.forwarded"),
  text("user.name"),
  text("http.request.method"),
  text("url.path"),
  text("url.query"),
  whole("http.response.status_code"),
  { name: "http.response.bytes", type: "INT64", value: ({ ecs }) => bigOrNull(ecs["http.response.bytes"]) },
  text("user_agent.original"),
  text("http.request.id"),
  text("process.name"),
  text("process.command_line"),
  text("process.parent.name"),
  text("file.path"),
  text("event.code"),
  text("event.provider"),
  text("winlog.channel"),
  { name: "rule.id", type: "STRING", value: ({ rules }) => (rules.length === 0 ? null : rules.join(" ")) },
  { name: "postern.rung", type: "STRING", value: ({ rung }) => rung },
  { name: "log.file.path", type: "STRING", value: (_event, { evidence }) => evidence.path },
  { name: "postern.evidence", type: "STRING", value: (_event, { evidence }) => evidence.sha256 },
  { name: "postern.count", type: "INT32", value: ({ count }) => Math.min(count, MAX_INT32) },
  { name: "postern.offset", type: "INT64", value: ({ offsetBytes }) => bigOrNull(offsetBytes) },
  { name: "postern.record", type: "INT64", value: ({ record }) => bigOrNull(record) },
  { name: "postern.fields", type: "JSON", value: ({ fields }) => fields },
  { name: "event.original", type: "STRING", value: ({ raw }) => raw },
];
