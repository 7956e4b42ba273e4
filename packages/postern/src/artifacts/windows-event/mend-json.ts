import { isObject } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";

/** An object and what had to be mended in its text, or null when it can't be read. */
export interface ReadJson {
  readonly object: JsonObject;
  readonly repairs: readonly string[];
}

/** Longer objects are not mended: an event holds at most 64 Ki characters. */
const MEND_LIMIT_CHARS = 1 << 20;

/**
 * Parses one object. Two faults of careless exporters are mended: raw control characters inside texts, and Windows paths whose
 * backslashes are not doubled.
 */
export function parseObject(text: string): ReadJson | null {
  const object = tryParse(text);
  if (object !== null) return { object, repairs: [] };
  const mended = text.length > MEND_LIMIT_CHARS ? text : mendTexts(text);
  const second = mended === text ? null : tryParse(mended);
  return second === null
    ? null
    : { object: second, repairs: ["control characters or backslashes not escaped"] };
}

function tryParse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    // Null makes the caller try again with mended texts, and then report damage.
    return null;
  }
}

function mendTexts(text: string): string {
  return text.replace(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"/g, (literal) =>
    literal
      .replace(/\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/g, "\\\\")
      // JSON forbids exactly these (RFC 8259, section 7)
      .replace(/[\u0000-\u001f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}
