/** An object out of a JSON text: nothing is known about it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for a JSON object, not for a list or null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member as an object, or an empty one. */
export function objectAt(value: unknown, key: string): JsonObject {
  if (!isObject(value)) return {};
  const member = ownMember(value, key);
  return isObject(member) ? member : {};
}

/** A member that the object itself has: names such as `constructor` come from evidence too. */
export function ownMember(value: JsonObject, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A scalar as text, also out of a list of one (Kibana); other lists, objects and null give the empty text. */
export function scalarText(value: unknown): string {
  if (Array.isArray(value) && value.length === 1 && !Array.isArray(value[0])) return scalarText(value[0]);
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint")
    return String(value);
  return "";
}

/** Names under which converters of XML put an element's own text. */
const TEXT_KEYS = ["#text", "Value", "value", "_", "$t", "$", "text"] as const;

/** The text of an element that may have become a scalar or an object with its text under a name of the converter. */
export function elementText(value: unknown): string {
  if (!isObject(value)) return scalarText(value);
  for (const key of TEXT_KEYS) {
    const text = scalarText(ownMember(value, key));
    if (text !== "") return text;
  }
  return "";
}

/** An attribute of an element, under any of the spellings that converters of XML use. */
export function attributeText(value: unknown, name: string): string {
  if (!isObject(value)) return "";
  for (const bag of ["#attributes", "$", "_attributes", "attributes"]) {
    const text = scalarText(objectAt(value, bag)[name]);
    if (text !== "") return text;
  }
  for (const prefix of ["", "@", "-", "_", "#"]) {
    const text = scalarText(ownMember(value, prefix + name));
    if (text !== "") return text;
  }
  return "";
}

/** The first of some members that holds a scalar other than the empty text. */
export function firstText(value: JsonObject, names: readonly string[]): string {
  for (const name of names) {
    const text = scalarText(ownMember(value, name));
    if (text !== "") return text;
  }
  return "";
}

/** Anything as text: scalars as they are, the rest as JSON, null as the empty text. */
export function anyText(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = scalarText(value);
  return text !== "" || typeof value !== "object" ? text : JSON.stringify(value);
}
