import { allDataValues } from "./event-data.ts";
import { extraValues, levelText } from "./exported-event.ts";
import type { ExportedEvent } from "./exported-event.ts";
import { firstText, isObject } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";
import type { EventValue } from "./uniform-record.ts";

/**
 * Reads EvtxECmd's JSON lines and the rows of its CSV (columns: github.com/EricZimmerman/evtx, `EventRecord`). The values stand as a
 * JSON text in `Payload`; where that is missing the six mapped `PayloadDataN` texts (`Name: value`) are all there is.
 */
export function readEvtxECmd(object: JsonObject): ExportedEvent | null {
  const eventId = firstText(object, ["EventId"]);
  const known = ["Payload", "PayloadData1", "MapDescription", "ChunkNumber"].some((name) =>
    Object.hasOwn(object, name),
  );
  if (eventId === "" || !known) return null;
  const payload = readPayload(firstText(object, ["Payload"]));
  return {
    system: {
      channel: firstText(object, ["Channel"]),
      provider: firstText(object, ["Provider"]),
      eventId,
      computer: firstText(object, ["Computer"]),
      timeCreated: firstText(object, ["TimeCreated"]),
      recordId: firstText(object, ["EventRecordId", "RecordNumber"]),
      level: levelText(firstText(object, ["Level"])),
      message: "",
      extra: extraValues([["UserID", firstText(object, ["UserId"])]]),
    },
    values: payload ?? mappedValues(object),
    repairs:
      payload === null
        ? ["values taken from EvtxECmd's summary columns, its payload is missing or unreadable"]
        : [],
  };
}

function readPayload(text: string): readonly EventValue[] | null {
  if (text === "") return null;
  try {
    const payload: unknown = JSON.parse(text);
    return isObject(payload) ? allDataValues(payload) : null;
  } catch {
    // The caller says in the record's repairs that the payload was unreadable and takes the summary columns.
    return null;
  }
}

function mappedValues(object: JsonObject): readonly EventValue[] {
  const values: EventValue[] = [];
  for (let n = 1; n <= 6; n++) {
    const text = firstText(object, [`PayloadData${String(n)}`]);
    if (text === "") continue;
    const colon = /^([A-Za-z][\w ]{0,40}): /.exec(text);
    if (colon?.[1] === undefined) values.push({ name: `PayloadData${String(n)}`, value: text });
    else values.push({ name: colon[1], value: text.slice(colon[0].length) });
  }
  return values;
}
