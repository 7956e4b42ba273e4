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

const MAX_DEPTH = 400;
/** Longer texts are passed on cut. Whole IIS configurations are single texts in a HealthChecker file. */
const MAX_VALUE_CHARS = 4 * 1024 * 1024;
const CHUNK_CHARS = 64 * 1024;
const ESCAPED = /_x([0-9A-Fa-f]{4})_/g;

/** Walks an Export-Clixml file. Never throws; what is wrong with the file is returned. */
export function walkCliXml(bytes: Uint8Array, item: number, handler: CliHandler): readonly Damage[] {
  const text = decodeText(bytes);
  const walk = new Walk(bytes, text, item, handler);
  const parser = new SaxesParser({ position: true });
  const damage: Damage[] = [];
  const stop = (note: string): void => {
    if (!walk.stopped)
      damage.push(damageAt("XML_MALFORMED", walk.placeOf(parser.position, parser.line), "rest", note));
    walk.stopped = true;
  };
  parser.on("error", (error) => stop(`The XML is broken: ${error.message.slice(0, 120)}`));
  parser.on("opentag", (tag) => {
    if (walk.stopped) return;
    const name: unknown = tag.attributes["N"];
    walk.open(tag.name, typeof name === "string" ? name : null, parser.position);
    if (walk.depth > MAX_DEPTH) stop(`Objects are nested more than ${MAX_DEPTH} deep.`);
  });
  parser.on("text", (part) => (walk.stopped ? undefined : walk.text(part)));
  parser.on("cdata", (part) => (walk.stopped ? undefined : walk.text(part)));
  parser.on("closetag", () => (walk.stopped ? undefined : walk.close(parser.line)));
  for (let at = 0; at < text.length && !walk.stopped; at += CHUNK_CHARS)
    parser.write(text.slice(at, at + CHUNK_CHARS));
  if (!walk.stopped) parser.close();
  return damage;
}

interface Level {
  readonly element: string;
  readonly named: boolean;
}

class Walk {
  readonly #offsetOf: (position: number) => number;
  readonly #item: number;
  readonly #handler: CliHandler;
  readonly #levels: Level[] = [];
  readonly #path: string[] = [];
  #value = "";
  #valueStart = 0;
  #leaf = false;
  /** Nothing more is taken up: the rest cannot be trusted. */
  stopped = false;

  constructor(bytes: Uint8Array, text: string, item: number, handler: CliHandler) {
    this.#offsetOf = offsetCounter(bytes, text);
    this.#item = item;
    this.#handler = handler;
  }

  get depth(): number {
    return this.#levels.length;
  }

  open(element: string, name: string | null, position: number): void {
    this.#levels.push({ element, named: name !== null });
    if (name !== null) this.#path.push(name.slice(0, 200));
    this.#value = "";
    this.#valueStart = position;
    this.#leaf = true;
  }

  text(part: string): void {
    if (this.#leaf && this.#value.length < MAX_VALUE_CHARS) this.#value += part;
  }

  close(line: number): void {
    const level = this.#levels.pop();
    if (level === undefined) return;
    if (this.#leaf) {
      const text = this.#value
        .slice(0, MAX_VALUE_CHARS)
        .replace(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      const at = this.placeOf(this.#valueStart, line);
      this.#handler.value({ path: this.#path, type: level.element, text, at });
    }
    if (level.named) this.#path.pop();
    this.#leaf = false;
    this.#value = "";
    // Unnamed and in no named member: an object of the file itself or of the list that the file is.
    if (level.element === "Obj" && !level.named && this.#path.length === 0) this.#handler.objectEnd();
  }

  placeOf(position: number, line: number): Place {
    return { item: this.#item, offsetBytes: this.#offsetOf(position), lengthBytes: 0, record: line };
  }
}
