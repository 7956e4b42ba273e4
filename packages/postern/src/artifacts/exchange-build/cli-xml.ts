import { SaxesParser } from "saxes";
import type { Damage, Place } from "../../model/index.ts";
import { decodeText, offsetCounter } from "./decoded-text.ts";
import { damageAt } from "./observation.ts";

// PowerShell's Export-Clixml: <Objs><Obj><TN><T>type</T></TN><Props|MS><S N="Name">value</S> <Obj N="Name">...
// Values are elements named by type (S, I32, B, DT, Version ...); lists are <LST>, dictionaries <DCT><En>.
// Format: learn.microsoft.com, MS-PSRP 2.2.5 (serialization of PowerShell objects).

/** A value of an exported object, told with the names of the members that lead to it. */
export interface CliValue {
  /** Names (attribute N) from the outermost named member inwards, the value's own name last if it has one. */
  readonly path: readonly string[];
  /** Element name: `S`, `I32`, `B`, `DT`, `Version`, `ToString`, `T` ... */
  readonly type: string;
  readonly text: string;
  readonly at: Place;
}

/** How values of a file are taken up. */
export interface CliHandler {
  value(value: CliValue): void;
  /** One exported object is complete. */
  objectEnd(): void;
}

/** An element that was opened. */
export interface CliElement {
  /** `Obj`, `S`, `I32`, `LST`, `TN`, `TNRef` ... */
  readonly element: string;
  /** Name of the member that it is (attribute N), or null. */
  readonly member: string | null;
  /** Number by which later elements refer to it, or by which it refers to an earlier one; null when it has none. */
  readonly refId: string | null;
  /** Position of its first character in the decoded text. */
  readonly start: number;
  /** Position of its content. */
  readonly content: number;
}

/** How elements are taken up. */
export interface CliElementHandler {
  open(element: CliElement): void;
  /** `text` is null for an element with others in it; `end` is the position behind it. */
  close(text: string | null, end: number, line: number): void;
}

/** Gives the place of a stretch of decoded text, from its first to behind its last position. */
export type PlaceOf = (start: number, end: number, line: number) => Place;

const MAX_DEPTH = 400;
/** Longer texts are passed on cut. Whole IIS configurations are single texts in a HealthChecker file. */
const MAX_VALUE_CHARS = 4 * 1024 * 1024;
const CHUNK_CHARS = 64 * 1024;
const ESCAPED = /_x([0-9A-Fa-f]{4})_/g;

/** Walks an Export-Clixml file value by value. Never throws; what is wrong with the file is returned. */
export function walkCliXml(bytes: Uint8Array, item: number, handler: CliHandler): readonly Damage[] {
  return walkCliElements(bytes, item, (placeOf) => new ValueWalk(handler, placeOf));
}

/**
 * Walks an Export-Clixml file element by element. Entities of the document's own are not resolved, depth is bounded, and reading stops
 * at the first fault. Never throws; what is wrong with the file is returned.
 */
export function walkCliElements(
  bytes: Uint8Array,
  item: number,
  makeHandler: (placeOf: PlaceOf) => CliElementHandler,
): readonly Damage[] {
  const text = decodeText(bytes);
  const offsetOf = offsetCounter(bytes, text);
  const placeOf: PlaceOf = (start, end, record) => {
    const offsetBytes = offsetOf(start);
    return { item, offsetBytes, lengthBytes: end === start ? 0 : offsetOf(end) - offsetBytes, record };
  };
  const parser = new SaxesParser({ position: true });
  const walk = new Walk(makeHandler(placeOf));
  const damage: Damage[] = [];
  const stop = (note: string): void => {
    const { position, line } = parser;
    if (!walk.stopped)
      damage.push(damageAt("XML_MALFORMED", placeOf(position, position, line), "rest", note));
    walk.stopped = true;
  };
  parser.on("error", (error) => stop(`The XML is broken: ${error.message.slice(0, 120)}`));
  parser.on("opentag", (tag) => {
    if (walk.stopped) return;
    const { N: member, RefId: refId } = tag.attributes;
    walk.open({
      element: tag.name,
      member: typeof member === "string" ? member : null,
      refId: typeof refId === "string" ? refId : null,
      // A start tag holds no other "<": XML forbids it in attribute values.
      start: Math.max(0, text.lastIndexOf("<", parser.position - 1)),
      content: parser.position,
    });
    if (walk.depth > MAX_DEPTH) stop(`Objects are nested more than ${String(MAX_DEPTH)} deep.`);
  });
  parser.on("text", (part) => (walk.stopped ? undefined : walk.text(part)));
  parser.on("cdata", (part) => (walk.stopped ? undefined : walk.text(part)));
  parser.on("closetag", () => (walk.stopped ? undefined : walk.close(parser.position, parser.line)));
  for (let at = 0; at < text.length && !walk.stopped; at += CHUNK_CHARS)
    parser.write(text.slice(at, at + CHUNK_CHARS));
  if (!walk.stopped) parser.close();
  return damage;
}

/** Gathers the text of leaves; PowerShell writes characters that XML forbids as `_x000A_`. */
class Walk {
  readonly #handler: CliElementHandler;
  #value = "";
  #leaf = false;
  depth = 0;
  /** Nothing more is taken up: the rest cannot be trusted. */
  stopped = false;

  constructor(handler: CliElementHandler) {
    this.#handler = handler;
  }

  open(element: CliElement): void {
    this.depth++;
    this.#value = "";
    this.#leaf = true;
    this.#handler.open(element);
  }

  text(part: string): void {
    if (this.#leaf && this.#value.length < MAX_VALUE_CHARS) this.#value += part;
  }

  close(end: number, line: number): void {
    if (this.depth === 0) return;
    this.depth--;
    const text = this.#leaf
      ? this.#value
          .slice(0, MAX_VALUE_CHARS)
          .replace(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : null;
    this.#leaf = false;
    this.#value = "";
    this.#handler.close(text, end, line);
  }
}

interface Level {
  readonly element: string;
  readonly named: boolean;
  readonly content: number;
}

/** Tells each value with the names of the members that lead to it. */
class ValueWalk implements CliElementHandler {
  readonly #handler: CliHandler;
  readonly #placeOf: PlaceOf;
  readonly #levels: Level[] = [];
  readonly #path: string[] = [];

  constructor(handler: CliHandler, placeOf: PlaceOf) {
    this.#handler = handler;
    this.#placeOf = placeOf;
  }

  open({ element, member, content }: CliElement): void {
    this.#levels.push({ element, named: member !== null, content });
    if (member !== null) this.#path.push(member.slice(0, 200));
  }

  close(text: string | null, _end: number, line: number): void {
    const level = this.#levels.pop();
    if (level === undefined) return;
    if (text !== null) {
      const at = this.#placeOf(level.content, level.content, line);
      this.#handler.value({ path: this.#path, type: level.element, text, at });
    }
    if (level.named) this.#path.pop();
    // Unnamed and in no named member: an object of the file itself or of the list that the file is.
    if (level.element === "Obj" && !level.named && this.#path.length === 0) this.#handler.objectEnd();
  }
}
