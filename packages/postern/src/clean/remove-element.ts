import { detectEncoding, type TextEncoding } from "../core/index.ts";
import type { RemoveElementAction } from "../model/index.ts";

/** A configuration file without an element, or why it was left alone. */
export type Edit =
  { readonly bytes: Uint8Array; readonly removed: readonly string[] } | { readonly refused: string };

/**
 * Takes an element out of an XML file. Every other byte stays, with encoding, byte order mark and line ends. A line that holds nothing else goes
 * as a whole. The root directory of an application goes with its application, which could not be without it.
 * @param isAsFound the file is the one that the finding is about, so that the place of the tag is known exactly.
 */
export function removeElement(bytes: Uint8Array, action: RemoveElementAction, isAsFound: boolean): Edit {
  const text = openText(bytes);
  const tag = text.encode(action.tag);
  const elements = readElements(text.units);
  if (elements === null) return { refused: "The file is no well-formed XML." };
  const alike = elements.filter((element) => text.units.slice(element.start, element.tagEnd) === tag);
  const placed = alike.filter((element) => text.offsetOf(element.start) === action.offsetBytes);
  const [found] = isAsFound && placed.length > 0 ? placed : alike;
  if (found === undefined) return { refused: "The entry is not in the file any more." };
  if (alike.length > 1 && !(isAsFound && placed.length === 1))
    return { refused: "The entry stands several times in the file: it is not clear which one is meant." };
  const whole = wholeOf(found, elements);
  if (typeof whole === "string") return { refused: whole };
  const also = action.alsoModule === null ? [] : switchedOn(elements, text.encode(action.alsoModule));
  const spans = [whole, ...also].map(({ start, end }) => lineSpan(text.units, start, end));
  return { bytes: text.without(spans), removed: [whole, ...also].map(({ name }) => name) };
}

interface OpenText {
  /** One character for each byte (8-bit text) or each 16-bit unit, after the byte order mark. */
  readonly units: string;
  encode(text: string): string;
  offsetOf(unit: number): number;
  without(spans: readonly (readonly [number, number])[]): Uint8Array;
}

/** Opens bytes so that every unit keeps its place: 8-bit text is never decoded. */
function openText(bytes: Uint8Array): OpenText {
  const { encoding, bomBytes } = detectEncoding(bytes.subarray(0, 512));
  const width = encoding === "utf-8" ? 1 : 2;
  const body = Buffer.from(bytes.subarray(bomBytes));
  const units = unitsOf(body, encoding);
  return {
    units,
    encode: (text) => (encoding === "utf-8" ? Buffer.from(text, "utf8").toString("latin1") : text),
    offsetOf: (unit) => bomBytes + unit * width,
    without: (spans) => {
      const parts: Uint8Array[] = [];
      let at = 0;
      for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
        parts.push(bytes.subarray(at, Math.max(at, bomBytes + from * width)));
        at = Math.max(at, bomBytes + to * width);
      }
      return Uint8Array.from(Buffer.concat([...parts, bytes.subarray(at)]));
    },
  };
}

function unitsOf(body: Buffer, encoding: TextEncoding): string {
  if (encoding === "utf-8") return body.toString("latin1");
  const even = Buffer.from(body.subarray(0, body.length & ~1));
  return (encoding === "utf-16be" ? even.swap16() : even).toString("utf16le");
}

interface Element {
  readonly name: string;
  readonly start: number;
  readonly tagEnd: number;
  readonly parent: Element | null;
  readonly tag: string;
  end: number;
}

const TAG = /<(\/?)([A-Za-z_][\w.:-]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*?)(\/?)>/uy;

/** Every element with its place; null when tags do not fit together. Comments, CDATA and declarations are passed over. */
function readElements(units: string): readonly Element[] | null {
  const elements: Element[] = [];
  const open: Element[] = [];
  for (let at = units.indexOf("<"); at !== -1; at = units.indexOf("<", at)) {
    const passed = passOver(units, at);
    if (passed === null) return null;
    if (passed > at) {
      at = passed;
      continue;
    }
    TAG.lastIndex = at;
    const found = TAG.exec(units);
    if (found === null) return null;
    const [tag = "", close, name = "", , empty] = found;
    at += tag.length;
    if (close === "/") {
      const last = open.pop();
      if (last === undefined || last.name !== name) return null;
      last.end = at;
      continue;
    }
    const element = { name, start: at - tag.length, tagEnd: at, end: at, parent: open.at(-1) ?? null, tag };
    elements.push(element);
    if (empty !== "/") open.push(element);
  }
  return open.length === 0 && elements.length > 0 ? elements : null;
}

const PASSED: readonly (readonly [string, string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
];

/** Behind what begins at `at` and is no element; `at` itself for an element; null when it does not end, or declares entities of its own. */
function passOver(units: string, at: number): number | null {
  for (const [begin, end] of PASSED) {
    if (!units.startsWith(begin, at)) continue;
    const found = units.indexOf(end, at + begin.length);
    return found === -1 ? null : found + end.length;
  }
  if (!units.startsWith("<!", at)) return at;
  const end = units.indexOf(">", at);
  return end === -1 || units.slice(at, end).includes("[") ? null : end + 1;
}

function attributeOf(element: Element, name: string): string | null {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "u").exec(element.tag);
  return found === null ? null : (found[1] ?? found[2] ?? "");
}

/** An application cannot be without its root directory. */
function wholeOf(element: Element, elements: readonly Element[]): Element | string {
  const { parent } = element;
  const isRoot = element.name === "virtualDirectory" && attributeOf(element, "path") === "/";
  if (!isRoot || parent?.name !== "application")
    return parent === null ? "The entry is the whole file." : element;
  if ((attributeOf(parent, "path") ?? "/") === "/")
    return "The folder is the root of the site itself: set its path right by hand.";
  const others = elements.filter((one) => one.parent === parent && one !== element);
  return others.length === 0
    ? parent
    : "Other folders are served by the same application: decide by hand what becomes of them.";
}

/** `<modules><add name="X" /></modules>` switches a native module on; without its library the web server would not start. */
function switchedOn(elements: readonly Element[], name: string): readonly Element[] {
  return elements.filter(
    (element) =>
      element.name === "add" &&
      element.parent?.name === "modules" &&
      attributeOf(element, "type") === null &&
      attributeOf(element, "name") === name,
  );
}

/** From the beginning of the line to its end, when nothing but blanks stands beside the element; else the element alone. */
function lineSpan(units: string, start: number, end: number): readonly [number, number] {
  let from = start;
  while (from > 0 && /[ \t]/u.test(units[from - 1] ?? "")) from--;
  let to = end;
  while (to < units.length && /[ \t]/u.test(units[to] ?? "")) to++;
  const begins = from === 0 || /[\r\n]/u.test(units[from - 1] ?? "");
  const ends = to === units.length || /[\r\n]/u.test(units[to] ?? "");
  if (!begins || !ends) return [start, end];
  if (units.startsWith("\r\n", to)) return [from, to + 2];
  return [from, to === units.length ? to : to + 1];
}
