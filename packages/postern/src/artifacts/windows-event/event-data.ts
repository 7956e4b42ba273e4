import { anyText, attributeText, elementText, isObject, objectAt, ownMember } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";
import type { EventValue } from "./uniform-record.ts";

/** Attributes and name spaces that converters of XML leave beside the values. */
const ENVELOPE_KEYS: ReadonlySet<string> = new Set([
  "#attributes",
  "@xmlns",
  "xmlns",
  "@Name",
  "$",
  "_attributes",
]);

/**
 * The values of an EventData element in any form that converters make of it: names as members, a `Data` list of named or
 * unnamed elements, a `Data` element with several texts, or a bare text.
 */
export function eventDataValues(data: unknown): readonly EventValue[] {
  if (!isObject(data)) return typeof data === "string" && data !== "" ? [{ name: null, value: data }] : [];
  const values: EventValue[] = [];
  for (const [name, value] of Object.entries(data)) {
    if (ENVELOPE_KEYS.has(name)) continue;
    if (name === "Data") values.push(...dataElements(value));
    else values.push({ name, value: valueText(value) });
  }
  return values;
}

/**
 * The values of a UserData element: one inner element (`LogFileCleared`, `EventXML`, `Operation_EssStarted`) whose members count.
 */
export function userDataValues(data: unknown): readonly EventValue[] {
  if (!isObject(data)) return [];
  const values: EventValue[] = [];
  for (const [name, value] of Object.entries(data)) {
    if (ENVELOPE_KEYS.has(name)) continue;
    if (isObject(value) && elementText(value) === "") values.push(...eventDataValues(value));
    else values.push({ name, value: valueText(value) });
  }
  return values;
}

/** Values of all data elements of an event object, EventData first. */
export function allDataValues(event: JsonObject): readonly EventValue[] {
  return [...eventDataValues(ownMember(event, "EventData")), ...userDataValues(ownMember(event, "UserData"))];
}

function dataElements(data: unknown): readonly EventValue[] {
  if (Array.isArray(data)) return data.flatMap((one: unknown) => dataElement(one));
  return dataElement(data);
}

function dataElement(data: unknown): readonly EventValue[] {
  if (data === null || data === undefined) return [];
  if (!isObject(data)) return [{ name: null, value: anyText(data) }];
  const name = attributeText(data, "Name");
  const texts = ownMember(data, "#text");
  if (Array.isArray(texts)) return texts.map((text: unknown) => ({ name: null, value: anyText(text) }));
  if (name !== "" || hasText(data)) return [{ name: name === "" ? null : name, value: elementText(data) }];
  return Object.entries(data)
    .filter(([key]) => !ENVELOPE_KEYS.has(key))
    .map(([key, value]) => ({ name: key, value: valueText(value) }));
}

function hasText(data: JsonObject): boolean {
  return (
    Object.hasOwn(data, "#text") ||
    Object.hasOwn(data, "Value") ||
    Object.keys(objectAt(data, "#attributes")).length > 0
  );
}

function valueText(value: unknown): string {
  const text = elementText(value);
  return text !== "" ? text : anyText(value);
}
