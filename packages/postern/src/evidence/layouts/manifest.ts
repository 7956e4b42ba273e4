/** Reading of collectors' own listings. They are evidence too: whatever is wrong in them is passed over, row by row. */

/** The value of a JSON text, undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/** The values of JSON lines; lines that are none (a cut last line) are left out. */
export function* jsonLines(text: string): Generator {
  for (const line of text.split("\n")) {
    const value = line.trim() === "" ? undefined : parseJson(line);
    if (value !== undefined) yield value;
  }
}

/** The members of a JSON object by lower-case name; empty when it is no object. */
export function asObject(value: unknown): ReadonlyMap<string, unknown> {
  const members = new Map<string, unknown>();
  if (typeof value !== "object" || value === null || Array.isArray(value)) return members;
  for (const [name, member] of Object.entries(value)) members.set(name.toLowerCase(), member);
  return members;
}

/** A member that is a text with something in it, else null. */
export function textOf(object: ReadonlyMap<string, unknown>, name: string): string | null {
  const value = object.get(name);
  return typeof value === "string" && value !== "" ? value : null;
}

/** A member that is a time, as ISO 8601 UTC; null for none, and for the zero times that collectors write for "unknown". */
export function timeOf(object: ReadonlyMap<string, unknown>, name: string): string | null {
  return isoTime(textOf(object, name));
}

/** A time without a zone is UTC, as Velociraptor and KAPE write it. */
export function isoTime(text: string | null): string | null {
  if (text === null) return null;
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)\s*(Z|[+-]\d\d:?\d\d)?/.exec(text.trim());
  if (match === null) return null;
  const ms = Date.parse(`${match[1] ?? ""}T${(match[2] ?? "").slice(0, 12)}${match[3] ?? "Z"}`);
  return Number.isNaN(ms) || ms <= Date.UTC(1601, 0, 2) ? null : new Date(ms).toISOString();
}
