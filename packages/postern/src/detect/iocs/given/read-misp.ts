import type { Confidence } from "../../../model/index.ts";
import type { RawIndicator } from "./given-indicator.ts";
import { isRow, rowsOf, textOf, type Row } from "./json-rows.ts";
import type { ListBuilder } from "./list-builder.ts";

/** True for an event of MISP, a list or an answer of several, or one file of a feed. */
export function isMisp(root: unknown): boolean {
  return eventsOf(root).length > 0 || (isRow(root) && Array.isArray(root["Attribute"]));
}

/** True for the index of a feed, which holds no indicators itself. */
export function isMispManifest(root: unknown): boolean {
  if (!isRow(root)) return false;
  const values = Object.entries(root);
  return (
    values.length > 0 &&
    values.every(([uuid, entry]) => /^[0-9a-f-]{36}$/iu.test(uuid) && isRow(entry) && "info" in entry)
  );
}

/** Reads attributes and objects of all events. */
export function readMisp(root: unknown, list: ListBuilder): void {
  const events = eventsOf(root);
  for (const [index, event] of (events.length > 0 ? events : rowsOf([root])).entries()) {
    const place = events.length > 1 ? `[${String(index)}].Event` : "Event";
    const about = { date: textOf(event["date"]), info: textOf(event["info"]) ?? "" };
    readAttributes(event, { place, ...about }, list);
    rowsOf(event["Object"]).forEach((object, number) => {
      if (object["deleted"] === true) return;
      readAttributes(object, { place: `${place}.Object[${String(number)}]`, ...about }, list);
    });
  }
}

function eventsOf(root: unknown): readonly Row[] {
  if (Array.isArray(root)) return root.flatMap(eventsOf);
  if (!isRow(root)) return [];
  if (isRow(root["Event"])) return [root["Event"]];
  return root["response"] === undefined ? [] : eventsOf(root["response"]);
}

interface About {
  readonly place: string;
  readonly date: string | null;
  readonly info: string;
}

function readAttributes(of: Row, about: About, list: ListBuilder): void {
  const isHashed =
    "name" in of && rowsOf(of["Attribute"]).some((one) => HASHES.test(textOf(one["type"]) ?? ""));
  rowsOf(of["Attribute"]).forEach((attribute, index) => {
    if (attribute["deleted"] === true || attribute["deleted"] === "1") return;
    const at = { line: 1, place: `${about.place}.Attribute[${String(index)}].value` };
    const type = textOf(attribute["type"])?.toLowerCase() ?? null;
    const value = textOf(attribute["value"]);
    if (type === null || value === null) {
      list.fault(at, "the attribute has no type or no value", "Correct or remove it.");
      return;
    }
    // In an object the name beside a hash is only the name of that file.
    if (isHashed && type === "filename") return;
    for (const [kind, part] of partsOf(type, value))
      list.add({ ...at, type: kind, value: part, ...aboutValue(attribute, about) });
  });
}

const HASHES = /^(?:md5|sha1|sha256)$/u;

/** `filename|sha256`: of two values each is looked for, but a name beside a hash is only the hash's name. */
function partsOf(type: string, value: string): readonly (readonly [string, string])[] {
  const kinds = type.split("|");
  const values = value.split("|");
  if (kinds.length !== 2 || values.length !== 2) return [[type, value]];
  const [[first = "", second = ""], [a = "", b = ""]] = [kinds, values];
  if (second === "port") return [[first, a]];
  return first === "filename"
    ? [[second, b]]
    : [
        [first, a],
        [second, b],
      ];
}

function aboutValue(attribute: Row, about: About): Pick<RawIndicator, "from" | "to" | "confidence" | "note"> {
  const tags = rowsOf(attribute["Tag"]).flatMap((tag) => textOf(tag["name"]) ?? []);
  const named = tags.flatMap((tag) => CONFIDENCES[tag] ?? [])[0];
  const context = attribute["to_ids"] === false || attribute["to_ids"] === "0";
  return {
    from: textOf(attribute["first_seen"]) ?? about.date,
    to: textOf(attribute["last_seen"]),
    // Not marked for detection: it may be an address of the victim, or of a service.
    confidence: context ? "low" : (named ?? "medium"),
    note: [textOf(attribute["comment"]), about.info, ...tags].filter((part) => part !== null).join("; "),
  };
}

/** https://www.misp-project.org/taxonomies.html#_misp */
const CONFIDENCES: Readonly<Record<string, Confidence>> = {
  'misp:confidence-level="completely-confident"': "high",
  'misp:confidence-level="usually-confident"': "high",
  'misp:confidence-level="fairly-confident"': "medium",
  'misp:confidence-level="rarely-confident"': "low",
  'misp:confidence-level="unconfident"': "low",
};
