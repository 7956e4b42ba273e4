import { SaxesParser } from "saxes";
import type { Damage, Place } from "../../model/index.ts";
import { decodeText, offsetCounter } from "../exchange-build/decoded-text.ts";
import { excerptOf } from "./setting.ts";

/** An element that was opened. */
export interface XmlElement {
  /** Names from the outermost element to this one, without prefixes. Valid until the next call only. */
  readonly path: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly at: Place;
  readonly excerpt: string;
}

/** An element that is complete. */
export interface XmlEnd {
  readonly path: readonly string[];
  /** Its own text, at most 64 KiB; without that of elements in it. */
  readonly text: string;
  /** From its first to its last byte. */
  readonly at: Place;
  readonly excerpt: string;
}

/** How elements are taken up. */
export interface XmlHandler {
  open?(element: XmlElement): void;
  close?(end: XmlEnd): void;
}

/** Real configurations nest less than twenty deep. */
const MAX_DEPTH = 200;
const MAX_TEXT_CHARS = 64 * 1024;
const CHUNK_CHARS = 64 * 1024;
const MAX_ATTRIBUTES = 200;

interface Level {
  readonly start: number;
  text: string;
}

/**
 * Walks an XML file of any declared encoding: the bytes decide (task files declare UTF-16 and are ASCII as often as not). Entities of
 * the document's own are not resolved, depth is bounded, and reading stops at the first fault, as IIS itself stops there.
 * Never throws.
 */
export function walkXml(bytes: Uint8Array, item: number, handler: XmlHandler): readonly Damage[] {
  const text = decodeText(bytes);
  const offsetOf = offsetCounter(bytes, text);
  const parser = new SaxesParser({ position: true });
  const damage: Damage[] = [];
  const path: string[] = [];
  const levels: Level[] = [];
  const placeOf = (start: number, end: number): Place => {
    const offsetBytes = offsetOf(start);
    return { item, offsetBytes, lengthBytes: offsetOf(end) - offsetBytes, record: parser.line };
  };
  const stop = (note: string): void => {
    if (damage.length > 0) return;
    const at = { ...placeOf(parser.position, parser.position) };
    damage.push({ kind: "damage", code: "XML_MALFORMED", at, lost: "rest", note });
  };
  const addText = (part: string): void => {
    const level = levels.at(-1);
    if (level !== undefined && level.text.length < MAX_TEXT_CHARS) level.text += part;
  };
  parser.on("error", (error) => stop(`The XML is broken: ${error.message.slice(0, 120)}`));
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("opentag", (tag) => {
    if (damage.length > 0) return;
    // A start tag holds no other "<": XML forbids it in attribute values.
    const start = Math.max(0, text.lastIndexOf("<", parser.position - 1));
    path.push(localName(tag.name));
    levels.push({ start, text: "" });
    if (levels.length > MAX_DEPTH) {
      stop(`Elements are nested more than ${String(MAX_DEPTH)} deep.`);
      return;
    }
    handler.open?.({
      path,
      attributes: attributesOf(tag.attributes),
      at: placeOf(start, parser.position),
      excerpt: excerptOf(text.slice(start, parser.position)),
    });
  });
  parser.on("closetag", () => {
    if (damage.length > 0) return;
    const level = levels.pop();
    if (level !== undefined && handler.close !== undefined) {
      const at = placeOf(level.start, parser.position);
      handler.close({
        path,
        text: level.text.trim(),
        at,
        excerpt: excerptOf(text.slice(level.start, parser.position)),
      });
    }
    path.pop();
  });
  for (let at = 0; at < text.length && damage.length === 0; at += CHUNK_CHARS)
    parser.write(text.slice(at, at + CHUNK_CHARS));
  if (damage.length === 0) parser.close();
  return damage;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function attributesOf(attributes: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(attributes)
      .slice(0, MAX_ATTRIBUTES)
      .flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}
