import { userDataValues } from "./event-data.ts";
import { extraValues, levelText } from "./exported-event.ts";
import type { ExportedEvent } from "./exported-event.ts";
import { anyText, firstText, isObject, ownMember, scalarText } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";
import type { EventValue } from "./uniform-record.ts";

/** Objects that stores of such events put around them. */
const OUTER = ["_source", "fields", "data", "win"] as const;

/**
 * Reads what winlogbeat and elastic-agent write: `winlog.*` beside `@timestamp`, `event.code`, `host.name`, `message`, as nested
 * objects or with dots in the names; winlogbeat before 7 with `event_id`, `event_data`, `log_name`, `computer_name`; and Wazuh's
 * `win.system` + `win.eventdata`. Elasticsearch hits (`_source`) are looked into.
 */
export function readEcsEvent(object: JsonObject): ExportedEvent | null {
  const read = readWinlogbeat(object) ?? readOldWinlogbeat(object) ?? readWazuh(object);
  if (read !== null) return read;
  for (const key of OUTER) {
    const inner = ownMember(object, key);
    if (!isObject(inner)) continue;
    const found = readWinlogbeat(inner) ?? readOldWinlogbeat(inner) ?? readWazuh(inner);
    if (found !== null) return found;
  }
  return null;
}

function readWinlogbeat(object: JsonObject): ExportedEvent | null {
  const eventId = dotted(object, "winlog.event_id") || dotted(object, "event.code");
  const channel = dotted(object, "winlog.channel");
  if (eventId === "" || (channel === "" && dotted(object, "winlog.provider_name") === "")) return null;
  return {
    system: {
      channel,
      provider: dotted(object, "winlog.provider_name") || dotted(object, "event.provider"),
      eventId,
      computer: dotted(object, "winlog.computer_name") || dotted(object, "host.name"),
      timeCreated: dotted(object, "winlog.time_created") || dotted(object, "@timestamp"),
      recordId: dotted(object, "winlog.record_id"),
      level: levelText(dotted(object, "winlog.level") || dotted(object, "log.level")),
      message: scalarText(ownMember(object, "message")),
      extra: extraValues([
        ["Version", dotted(object, "winlog.version")],
        ["UserID", dotted(object, "winlog.user.identifier")],
      ]),
    },
    values: [...membersUnder(object, "winlog.event_data"), ...membersUnder(object, "winlog.user_data")],
    repairs: [],
  };
}

function readOldWinlogbeat(object: JsonObject): ExportedEvent | null {
  const eventId = firstText(object, ["event_id"]);
  if (eventId === "" || firstText(object, ["log_name", "source_name"]) === "") return null;
  return {
    system: {
      channel: firstText(object, ["log_name"]),
      provider: firstText(object, ["source_name"]),
      eventId,
      computer: firstText(object, ["computer_name"]),
      timeCreated: firstText(object, ["@timestamp"]),
      recordId: firstText(object, ["record_number", "record_id"]),
      level: levelText(firstText(object, ["level"])),
      message: firstText(object, ["message"]),
      extra: extraValues([
        ["Version", firstText(object, ["version"])],
        ["UserID", dotted(object, "user.identifier")],
      ]),
    },
    values: [...membersUnder(object, "event_data"), ...membersUnder(object, "user_data")],
    repairs: [],
  };
}

/** Wazuh writes the first letter of every name in lower case; the names of the event begin with a capital. */
function readWazuh(object: JsonObject): ExportedEvent | null {
  const win = ownMember(object, "win");
  const root = isObject(win) ? win : object;
  const eventId = dotted(root, "system.eventID");
  if (eventId === "") return null;
  return {
    system: {
      channel: dotted(root, "system.channel"),
      provider: dotted(root, "system.providerName"),
      eventId,
      computer: dotted(root, "system.computer"),
      timeCreated: dotted(root, "system.systemTime"),
      recordId: dotted(root, "system.eventRecordID"),
      level: levelText(dotted(root, "system.level")),
      message: unquoted(dotted(root, "system.message")),
      extra: extraValues([["Version", dotted(root, "system.version")]]),
    },
    values: membersUnder(root, "eventdata").map(({ name, value }) => ({ name: capitalised(name), value })),
    repairs: [],
  };
}

function capitalised(name: string | null): string | null {
  return name === null || name === "data" ? null : name.charAt(0).toUpperCase() + name.slice(1);
}

function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** A value by its dotted name, wherever the export broke the name into objects. */
function dotted(object: JsonObject, path: string): string {
  return scalarText(findDotted(object, path));
}

function findDotted(object: JsonObject, path: string): unknown {
  if (Object.hasOwn(object, path)) return object[path];
  for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
    const inner = ownMember(object, path.slice(0, dot));
    if (!isObject(inner)) continue;
    const found = findDotted(inner, path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All members below a dotted name, nested or with the whole path in their names. `param1` ... keep their names. */
function membersUnder(object: JsonObject, path: string): readonly EventValue[] {
  const inner = findDotted(object, path);
  if (Array.isArray(inner)) return inner.map((value: unknown) => ({ name: null, value: anyText(value) }));
  if (isObject(inner)) return userDataValues(withoutElementName(inner));
  const prefix = `${path}.`;
  const values: EventValue[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (name.startsWith(prefix)) values.push({ name: name.slice(prefix.length), value: anyText(value) });
    else if (isObject(value) && prefix.startsWith(`${name}.`)) {
      values.push(...membersUnder(value, path.slice(name.length + 1)));
    }
  }
  return values;
}

/** winlogbeat adds the name of the inner element of UserData as `xml_name`. */
function withoutElementName(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== "xml_name"));
}
