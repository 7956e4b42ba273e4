import { XmlEventError, parseEventDataXml } from "./event-xml.ts";
import { extraValues, isLevelWord, levelText } from "./exported-event.ts";
import type { ExportedEvent } from "./exported-event.ts";
import { eventDataValues } from "./event-data.ts";
import { anyText, firstText, isObject, ownMember, scalarText } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";
import type { EventValue } from "./uniform-record.ts";

/** Names of header values in flat exports, the most exact first. */
const CHANNEL = ["Channel", "LogName", "log_name", "Logfile", "EventLog"] as const;
const PROVIDER = [
  "SourceName",
  "ProviderName",
  "Provider",
  "Provider_Name",
  "EventSourceName",
  "Source",
] as const;
const EVENT_ID = ["EventID", "EventId", "EventCode", "event_id", "Event ID"] as const;
const COMPUTER = ["Hostname", "Computer", "ComputerName", "MachineName", "computer_name", "host"] as const;
const RECORD_ID = [
  "EventRecordID",
  "RecordNumber",
  "EventRecordId",
  "RecordId",
  "RecordID",
  "record_id",
] as const;
const MESSAGE = ["Message", "message", "RenderedDescription"] as const;
/** The time that the event itself states comes before those of collectors. */
const TIME = ["TimeCreated", "EventTime", "SystemTime", "Timestamp", "timestamp", "Date and Time"] as const;
const COLLECTED = ["@timestamp", "TimeGenerated", "EventReceivedTime", "_time"] as const;
const LEVEL = ["Level", "LevelDisplayName", "EventType", "Severity"] as const;

/** What collectors add of their own: no value of the event. */
const NOISE: ReadonlySet<string> = new Set([
  ...[
    "tags",
    "@version",
    "host",
    "port",
    "SourceModuleName",
    "SourceModuleType",
    "Severity",
    "SeverityValue",
    "Keywords",
  ],
  ...[
    "OpcodeValue",
    "TaskValue",
    "Task",
    "Opcode",
    "Category",
    "ThreadID",
    "ExecutionThreadID",
    "ExecutionProcessID",
  ],
  ...[
    "ProviderGuid",
    "EventSourceName",
    "EventData",
    "UserData",
    "EventType",
    "ActivityID",
    "RelatedActivityID",
    "Details",
  ],
  ...[
    "Domain",
    "AccountName",
    "AccountType",
    "EventLevel",
    "RenderedDescription",
    "_raw",
    "sourcetype",
    "index",
    "linecount",
  ],
]);

/** Of the noise above, names that are a value of the event when their text is no word of the collector. */
const SOMETIMES: ReadonlySet<string> = new Set(["EventType", "Details", "Domain"]);

/**
 * Reads flat objects, where header and values stand side by side: nxlog (`EventTime`, `Hostname`, `SourceName`), the OTRF Security
 * Datasets, Log Analytics with `EventData` as an XML text, key=value lines, hayabusa, and tables with such columns.
 */
export function readFlatEvent(object: JsonObject): ExportedEvent | null {
  const eventId = firstText(object, EVENT_ID);
  const time = firstText(object, TIME) || firstText(object, COLLECTED);
  const names = [CHANNEL, PROVIDER, COMPUTER].filter((aliases) => firstText(object, aliases) !== "");
  if (!/^\d{1,10}$/.test(eventId) || names.length === 0 || (time === "" && names.length < 2)) return null;
  const level = LEVEL.map((name) => firstText(object, [name])).find(
    (text) => isLevelWord(text) || /^\d$/.test(text),
  );
  const { values, repairs } = readValues(object);
  return {
    system: {
      channel: firstText(object, CHANNEL),
      provider: firstText(object, PROVIDER),
      eventId,
      computer: firstText(object, COMPUTER),
      timeCreated: time,
      recordId: firstText(object, RECORD_ID),
      level: levelText(level ?? ""),
      message: firstText(object, MESSAGE),
      extra: extraValues([
        ["Version", firstText(object, ["Version"])],
        ["UserID", firstText(object, ["UserID"])],
        ...collectedTimes(object, time),
      ]),
    },
    values,
    repairs,
  };
}

/** Times of collectors stay beside the event's own: they can show that its zone is wrong. */
function collectedTimes(object: JsonObject, time: string): readonly (readonly [string, string])[] {
  return COLLECTED.map((name) => [name, firstText(object, [name])] as const).filter(
    ([, text]) => text !== time,
  );
}

function readValues(object: JsonObject): {
  readonly values: readonly EventValue[];
  readonly repairs: readonly string[];
} {
  const values: EventValue[] = [];
  const repairs: string[] = [];
  for (const key of ["EventData", "UserData", "Details", "AllFieldInfo", "ExtraFieldInfo"]) {
    const data = ownMember(object, key);
    try {
      if (typeof data === "string" && data.trimStart().startsWith("<"))
        values.push(...parseEventDataXml(data));
      else if (isObject(data)) values.push(...eventDataValues(data));
    } catch (thrown) {
      if (!(thrown instanceof XmlEventError)) throw thrown;
      repairs.push(`${key} is no readable XML`);
    }
  }
  const taken = usedNames(object);
  const known = new Set(values.map(({ name }) => name));
  for (const [name, value] of Object.entries(object)) {
    if (taken.has(name) || known.has(name) || isNoise(object, name)) continue;
    const unnamed = /^(?:Data|param)_?\d+$/i.test(name) && name.startsWith("Data");
    values.push({ name: unnamed ? null : name, value: anyText(value) });
  }
  return { values, repairs };
}

/** The names that served as header; of several aliases the further ones too when their text is the same. */
function usedNames(object: JsonObject): ReadonlySet<string> {
  const used = new Set<string>(["Version", "UserID", ...COLLECTED, ...TIME]);
  for (const aliases of [CHANNEL, PROVIDER, EVENT_ID, COMPUTER, RECORD_ID, MESSAGE]) {
    const text = firstText(object, aliases);
    for (const name of aliases) if (firstText(object, [name]) === text) used.add(name);
  }
  return used;
}

function isNoise(object: JsonObject, name: string): boolean {
  const text = scalarText(ownMember(object, name));
  if (name === "Level" || name === "LevelDisplayName" || name === "level") return true;
  if (SOMETIMES.has(name))
    return text === "" || isLevelWord(text) || (Object.hasOwn(object, "AccountName") && name === "Domain");
  // The header's process id; events 5156 to 5159 have a value of this very name.
  if (name === "ProcessID")
    return !/^515\d$/.test(firstText(object, EVENT_ID)) && !Object.hasOwn(object, "ExecutionProcessID");
  return NOISE.has(name);
}
