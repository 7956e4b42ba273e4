import type { ArtifactRecord, Place } from "../../model/index.ts";

/** Artifact id of every record of this folder. */
export const WINDOWS_EVENT = "windows-event";

/** The header of an event, each value as found; an empty text means that the export does not say. */
export interface EventSystem {
  readonly channel: string;
  readonly provider: string;
  readonly eventId: string;
  readonly computer: string;
  /** As found: ISO text, `/Date(ms)/`, epoch seconds, a local date. The normalizer reads it. */
  readonly timeCreated: string;
  readonly recordId: string;
  /** `0` to `5` where known, else the export's own word. */
  readonly level: string;
  /** The rendered sentence; raw event logs do not hold one. */
  readonly message: string;
  /** Further header values under the name that the export uses (`Version`, `UserID`, `@timestamp` ...). */
  readonly extra?: readonly EventValue[];
}

/** One value of EventData or UserData; classic providers write values without a name. */
export interface EventValue {
  readonly name: string | null;
  readonly value: string;
}

/** Where a record stands and what had to be mended to read it. */
export interface RecordOrigin {
  readonly at: Place;
  readonly raw: string | null;
  readonly repairs: readonly string[];
}

/** A header without any value, to start from. */
export const EMPTY_SYSTEM: EventSystem = {
  channel: "",
  provider: "",
  eventId: "",
  computer: "",
  timeCreated: "",
  recordId: "",
  level: "",
  message: "",
};

/** At most this much of an object's text is kept as the record's raw text. */
export const RAW_LIMIT_CHARS = 65_536;

/**
 * Builds the record that every form of a Windows event ends in: header names first (`Channel`, `Provider`, `EventID`,
 * `Computer`, `TimeCreated`, `EventRecordID`, `Level`, `Message`; those without a value are left out), then the further
 * header values, then the event's own names. Values without a name become `Data0` ... `DataN`, and `Data` holds all
 * of them joined by line feeds. A name that is taken already (event 104 has its own `Channel`) is written
 * `EventData.<name>`; the second of two equal names of the event itself is dropped only when its value is equal too.
 */
export function toUniformRecord(
  system: EventSystem,
  values: readonly EventValue[],
  origin: RecordOrigin,
): ArtifactRecord {
  const fields = new Map<string, string>();
  for (const [name, value] of headerOf(system)) if (value !== "") fields.set(name, value);
  for (const { name, value } of system.extra ?? [])
    if (name !== null && value !== "") fields.set(name, value);
  addValues(fields, values);
  return {
    artifact: WINDOWS_EVENT,
    names: [...fields.keys()],
    values: [...fields.values()],
    surplus: [],
    at: { ...origin.at, record: recordNumber(system.recordId) ?? origin.at.record },
    raw: origin.raw === null ? null : origin.raw.slice(0, RAW_LIMIT_CHARS),
    repairs: origin.repairs,
  };
}

function headerOf(system: EventSystem): readonly (readonly [string, string])[] {
  return [
    ["Channel", system.channel],
    ["Provider", system.provider],
    ["EventID", system.eventId],
    ["Computer", system.computer],
    ["TimeCreated", system.timeCreated],
    ["EventRecordID", system.recordId],
    ["Level", system.level],
    ["Message", system.message],
  ];
}

function addValues(fields: Map<string, string>, values: readonly EventValue[]): void {
  const unnamed: string[] = [];
  for (const { name, value } of values) {
    if (name === null || name === "") {
      addField(fields, `Data${String(unnamed.length)}`, value);
      unnamed.push(value);
    } else addField(fields, name, value);
  }
  if (unnamed.length > 0) addField(fields, "Data", unnamed.join("\n"));
}

function addField(fields: Map<string, string>, name: string, value: string): void {
  const present = fields.get(name);
  if (present === undefined) fields.set(name, value);
  else if (present !== value && !fields.has(`EventData.${name}`)) fields.set(`EventData.${name}`, value);
}

function recordNumber(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
