import { allDataValues } from "./event-data.ts";
import { extraValues, levelText } from "./exported-event.ts";
import type { ExportedEvent } from "./exported-event.ts";
import {
  attributeText,
  elementText,
  firstText,
  isObject,
  objectAt,
  ownMember,
  scalarText,
} from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";

/**
 * Reads the tree that keeps the shape of the event's XML: `{"Event":{"System":..,"EventData":..}}` (evtx_dump, SigmaHQ's
 * test data), the same below `data` or `document.data` (chainsaw and others), and Velociraptor's `System` + `EventData` + `Message`
 * with `EventID.Value` and `TimeCreated.SystemTime` in seconds.
 */
export function readEventTree(object: JsonObject): ExportedEvent | null {
  const event = findTree(object, 0);
  if (event === null) return null;
  const system = objectAt(event, "System");
  const eventId = elementText(ownMember(system, "EventID"));
  if (eventId === "") return null;
  const time = ownMember(system, "TimeCreated");
  return {
    system: {
      channel: elementText(ownMember(system, "Channel")),
      provider: providerName(ownMember(system, "Provider")),
      eventId,
      computer: elementText(ownMember(system, "Computer")),
      timeCreated: attributeText(time, "SystemTime") || elementText(time),
      recordId: elementText(ownMember(system, "EventRecordID")),
      level: levelText(elementText(ownMember(system, "Level"))),
      message: messageOf(event, object),
      extra: extraValues([
        ["Version", elementText(ownMember(system, "Version"))],
        ["UserID", attributeText(ownMember(system, "Security"), "UserID")],
      ]),
    },
    values: allDataValues(event),
    repairs: [],
  };
}

/** Looks for the object that has `System`, through the few outer objects that tools put around it. */
function findTree(object: JsonObject, depth: number): JsonObject | null {
  if (isObject(ownMember(object, "System"))) return object;
  if (depth > 3) return null;
  for (const key of ["Event", "data", "document", "evtx", "_source"]) {
    const inner = ownMember(object, key);
    const found = isObject(inner) ? findTree(inner, depth + 1) : null;
    if (found !== null) return found;
  }
  return null;
}

function providerName(provider: unknown): string {
  return (
    attributeText(provider, "Name") || attributeText(provider, "EventSourceName") || scalarText(provider)
  );
}

function messageOf(event: JsonObject, outer: JsonObject): string {
  const rendered = elementText(ownMember(objectAt(event, "RenderingInfo"), "Message"));
  return rendered || firstText(event, ["Message"]) || firstText(outer, ["Message"]);
}
