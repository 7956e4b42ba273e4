import type { Damage } from "../../model/index.ts";
import { decodeHead, decodeText, offsetCounter } from "../exchange-build/decoded-text.ts";
import { damageAt } from "../exchange-build/observation.ts";
import { splitJson } from "./json-elements.ts";
import { MemberCollector, type StateForm } from "./state-object.ts";

// ConvertTo-Json writes one object alone or several as a list, enumerations as numbers, and times as "\/Date(ms)\/" (Windows
// PowerShell) or ISO 8601 (PowerShell 7). Some builds wrap a list as {"value": [...], "Count": n}, as Microsoft Graph does.

/** ConvertTo-Json, one object or a list, or one object a line. */
export const jsonForm: StateForm = {
  id: "json",
  identify: (head) => /^\s{0,40}[{[]/u.test(decodeHead(head.subarray(0, 256))),
  parse: (bytes, item, take) => {
    const text = decodeText(bytes);
    const offsetOf = offsetCounter(bytes, text);
    const placeOf = (start: number, end: number) => {
      const offsetBytes = offsetOf(start);
      return { item, offsetBytes, lengthBytes: offsetOf(end) - offsetBytes, record: null };
    };
    const damage: Damage[] = [];
    const { rest } = splitJson(text, (start, end) => {
      const at = placeOf(start, end);
      const value = end - start > MAX_ELEMENT_CHARS ? undefined : parseJson(text.slice(start, end));
      if (value === undefined) {
        if (damage.length < MAX_DAMAGE)
          damage.push(damageAt("JSON_MALFORMED", at, "record", "An object of the export is not whole JSON."));
      } else takeValue(value.value, 0, (types, members) => take({ types, members, at }));
    });
    if (rest !== null)
      damage.push(
        damageAt("JSON_MALFORMED", placeOf(rest, text.length), "rest", "The export ends inside an object."),
      );
    return damage;
  },
};

/** A single object or wrapped list; JSON.parse needs a multiple of it in memory. */
const MAX_ELEMENT_CHARS = 48 << 20;
const MAX_DAMAGE = 1_000;
/** Lists in lists in the file itself; values go by {@link MAX_VALUE_DEPTH}. */
const MAX_LIST_DEPTH = 4;
const MAX_VALUE_DEPTH = 6;

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // becomes damage in the caller
  }
}

type TakeMembers = (types: readonly string[], members: ReadonlyMap<string, readonly string[]>) => void;

function takeValue(value: unknown, depth: number, take: TakeMembers): void {
  if (depth > MAX_LIST_DEPTH) return;
  if (Array.isArray(value)) {
    for (const element of value) takeValue(element, depth + 1, take);
    return;
  }
  const object = asObject(value);
  if (object === null) return;
  const wrapped = object["value"];
  if (Array.isArray(wrapped) && wrapped.some((one) => asObject(one) !== null)) {
    takeValue(wrapped, depth + 1, take);
    return;
  }
  const members = new MemberCollector();
  for (const [name, member] of Object.entries(object)) addValue(members, name, member);
  if (members.size > 1) take(typesOf(object), members.finish());
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return isObject(value) ? value : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typesOf(object: Readonly<Record<string, unknown>>): readonly string[] {
  const names = object["PSTypeNames"] ?? object["pstypenames"];
  if (!Array.isArray(names)) return [];
  const list: readonly unknown[] = names;
  return list.filter((one) => typeof one === "string").slice(0, 12);
}

function addValue(members: MemberCollector, name: string, value: unknown): void {
  const texts = textsOf(value, 0);
  if (texts.length === 0) members.addEmpty(name);
  for (const text of texts) members.add(name, text);
}

function textsOf(value: unknown, depth: number): readonly string[] {
  if (value === null || value === undefined || depth > MAX_VALUE_DEPTH) return [];
  if (typeof value === "string") return [value];
  if (typeof value === "number" || typeof value === "boolean") return [String(value)];
  if (Array.isArray(value)) return value.slice(0, MAX_LIST).flatMap((one) => textsOf(one, depth + 1));
  const object = asObject(value);
  return object === null ? [] : objectTexts(object, depth);
}

const MAX_LIST = 500;
/** Members by which an object inside another is told, best first. */
const TELLING = [
  "DateTime",
  "value",
  "DistinguishedName",
  "Name",
  "Address",
  "RawIdentity",
  "AbsoluteUri",
  "Text",
];

function objectTexts(object: Readonly<Record<string, unknown>>, depth: number): readonly string[] {
  const name = object["Name"] ?? object["Key"];
  if (typeof name === "string" && "Value" in object)
    return [`${name}: ${textsOf(object["Value"], depth + 1).join(", ")}`];
  const version = ["Major", "Minor", "Build", "Revision"].map((part) => object[part]);
  if (version.every((part) => typeof part === "number")) return [version.join(".")];
  // A time in both forms: the one that names its zone.
  const dated = object["value"];
  if (typeof dated === "string" && /^\/Date\(/u.test(dated)) return [dated];
  for (const key of TELLING) {
    const texts = key in object ? textsOf(object[key], depth + 1) : [];
    if (texts.length > 0) return texts;
  }
  return Object.entries(object)
    .slice(0, 20)
    .flatMap(([key, one]) => textsOf(one, depth + 1).map((text) => `${key}: ${text}`));
}
