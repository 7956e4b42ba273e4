import { findAddress } from "../core/index.ts";
import type { ArtifactRecord, EcsFields, Event } from "../model/index.ts";
import { parseAuditData } from "./audit-data.ts";
import { isZoneNote, parseEventTime, type EventTime } from "./event-time.ts";
import { mappingOf, type EcsMapping } from "./ecs-mapping.ts";
import type { DayOrder, DayOrderSeen } from "./local-date.ts";
import { parsePackedValues } from "./packed-values.ts";

/** Artifacts whose times are UTC by their format, so that a missing zone says nothing. */
const UTC_BY_FORMAT = /^(iis-w3c|httperr|exchange-|message-tracking|smtp-protocol)/u;

/**
 * Gives a record of a text log its meaning: UTC time, server, ECS fields; vendor fields stay as found. `order` is what the rest of
 * the file shows about day and month, see createDayOrderSeen.
 */
export function normalizeTextRecord(record: ArtifactRecord, order: DayOrder | null = null): Event {
  const fields = collectFields(record);
  const mapping = mappingOf(record.artifact);
  const time = readTime(fields, mapping, order);
  const notes = time === null || time.note === "" || isNoteExpected(record, time) ? [] : [time.note];
  const ecs = toEcs(fields, mapping);
  return {
    artifact: record.artifact,
    timeMs: time?.timeMs ?? null,
    server: serverOf(fields, mapping),
    fields,
    ecs,
    at: record.at,
    raw: record.raw,
    repairs: [...record.repairs, ...notes],
  };
}

/** Shows the dates of a record to whoever watches the order of day and month in its file. */
export function lookAtDates(record: ArtifactRecord, seen: DayOrderSeen): void {
  for (const index of timeColumns(record)) {
    const value = record.values[index] ?? "";
    // A date alone has its time in the next column.
    seen.look(record.names[index]?.startsWith("date") === true ? `${value} 00:00` : value);
  }
}

/** Places of columns with a date or a time, for each list of names: all records below one header share it. */
const TIME_COLUMNS = new WeakMap<readonly string[], readonly number[]>();

function timeColumns({ artifact, names }: ArtifactRecord): readonly number[] {
  const known = TIME_COLUMNS.get(names);
  if (known !== undefined) return known;
  const times = new Set([...mappingOf(artifact).time, "date", "date-local"]);
  const places = names.flatMap((name, index) => (times.has(name) ? [index] : []));
  TIME_COLUMNS.set(names, places);
  return places;
}

/** Host name as the case compares it: lower case, without domain; null for empty and for addresses. */
export function serverName(text: string | null | undefined): string | null {
  const name = (text ?? "").trim().toLowerCase().replace(/\$$/u, "");
  if (name === "" || name === "-" || findAddress(name) !== null) return null;
  const short = name.split(".")[0] ?? "";
  return /^[\p{L}\p{N}_-]{1,63}$/u.test(short) ? short : null;
}

function isNoteExpected(record: ArtifactRecord, time: EventTime): boolean {
  return isZoneNote(time.note) && UTC_BY_FORMAT.test(record.artifact);
}

function collectFields(record: ArtifactRecord): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [index, name] of record.names.entries()) {
    const value = record.values[index];
    if (value !== undefined && fields[name] === undefined) fields[name] = value;
  }
  if (PACKED.has(record.artifact)) unpack(fields);
  if (record.artifact === "exchange-audit") Object.assign(fields, parseAuditData(fields["Data"] ?? ""));
  return fields;
}

const PACKED: ReadonlySet<string> = new Set(["exchange-ecp-server", "exchange-ecp-activity", "exchange-owa"]);

/** ECP and OWA logs keep everything in one packed column; its string items become fields `S:KEY`. */
function unpack(fields: Record<string, string>): void {
  for (const { key, type, value } of parsePackedValues(fields["EventData"] ?? "")) {
    if (type === "S" && fields[`S:${key}`] === undefined) fields[`S:${key}`] = value;
  }
}

function readTime(
  fields: Readonly<Record<string, string>>,
  mapping: EcsMapping,
  order: DayOrder | null,
): EventTime | null {
  const date = fields["date"] ?? fields["date-local"];
  const time = fields["time"] ?? fields["time-local"];
  if (date !== undefined && time !== undefined) return parseEventTime(`${date} ${time}`, order);
  if (fields["date-us"] !== undefined && time !== undefined)
    return parseEventTime(`${fields["date-us"]} ${time}`, "month-first");
  for (const name of mapping.time) {
    const read = parseEventTime(fields[name] ?? "", order);
    if (read !== null) return read;
  }
  return null;
}

function serverOf(fields: Readonly<Record<string, string>>, mapping: EcsMapping): string | null {
  if (fields["recipient-address"] !== undefined && fields["event-id"] !== undefined)
    return trackingServer(fields);
  for (const name of mapping.server) {
    const server = serverName(fields[name]);
    if (server !== null) return server;
  }
  return null;
}

/**
 * Message tracking names both ends of a hop. The writer of the record is the sending end of a SEND and the receiving end of
 * everything else; records of the mailbox store may name only the client end, which is the server itself.
 */
function trackingServer(fields: Readonly<Record<string, string>>): string | null {
  if (fields["event-id"] === "SEND" || fields["event-id"] === "SENDEXTERNAL")
    return serverName(fields["client-hostname"]);
  const own = serverName(fields["server-hostname"]);
  return own ?? (fields["source"] === "STOREDRIVER" ? serverName(fields["client-hostname"]) : null);
}

function first(fields: Readonly<Record<string, string>>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined && value !== "" && value !== "-") return value;
  }
  return undefined;
}

const CAFE_REQUEST_ID = /(?:cafeReqId|RequestId)=([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/iu;

function toEcs(fields: Readonly<Record<string, string>>, mapping: EcsMapping): EcsFields {
  const ecs: Record<string, string | number> = {};
  const put = (name: keyof EcsFields, value: string | number | undefined | null): void => {
    if (value !== undefined && value !== null && value !== "") ecs[name] = value;
  };
  put("source.ip", addressIn(first(fields, mapping.sourceIp)));
  put("source.forwarded", first(fields, ["X-Forwarded-For", "x-forwarded-for", "XForwardedFor"]));
  put("host.ip", addressIn(first(fields, ["s-ip"])));
  put("user.name", first(fields, mapping.user));
  put("host.name", first(fields, mapping.server));
  const [path, query] = urlOf(fields, mapping);
  put("url.path", path);
  put("url.query", query);
  put("http.request.method", first(fields, mapping.method));
  put("http.response.status_code", numberIn(first(fields, mapping.status)));
  put("http.response.bytes", numberIn(first(fields, mapping.bytes)));
  put("user_agent.original", first(fields, mapping.userAgent)?.replaceAll("+", " "));
  const requestId = first(fields, mapping.requestId) ?? CAFE_REQUEST_ID.exec(query ?? "")?.[1];
  put("http.request.id", requestId?.toLowerCase());
  return ecs;
}

/** Several hops may stand in one column: the first is the one nearest to the server's peer. */
function addressIn(text: string | undefined): string | null {
  if (text === undefined) return null;
  return findAddress(text) ?? findAddress(text.split(/[\s,]+/u)[0] ?? "");
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
}

function urlOf(
  fields: Readonly<Record<string, string>>,
  mapping: EcsMapping,
): readonly [string | undefined, string | undefined] {
  const path = first(fields, mapping.path);
  const query = first(fields, mapping.query)?.replace(/^\?/u, "");
  if (path === undefined || query !== undefined || !path.includes("?")) return [path, query];
  return [path.slice(0, path.indexOf("?")), path.slice(path.indexOf("?") + 1)];
}
