import type { Fragment } from "./fragment.ts";
import type { AttributeNode, ElementNode, Node, Template } from "./node.ts";
import { startRendering } from "./record.ts";
import type { EvtxRecord } from "./record.ts";
import { WINDOWS_STYLE, openNested } from "./rendering.ts";
import type { Rendering } from "./rendering.ts";
import { BINXML, LIST, typeOf } from "./value.ts";

/** Everything from which the texts of a record are read. Numbers, times, GUIDs, SIDs and bytes are no texts. */
export interface EvtxStoredText {
  /** The bytes of the record: the texts that are its own stand in them whole, in UTF-16, at even or odd offsets. Valid as long as its chunk. */
  readonly bytes: Uint8Array;
  /** What its templates say themselves, one text a line: for each template the same string. */
  readonly constants: readonly string[];
}

/** Text in a code page. */
const ANSI = 0x02;

/**
 * Where to look for a text before a record is decoded: what stands neither in `bytes` nor in `constants` stands in no text of the record.
 * Null where that is not sure: for texts in a code page, texts that are put together from pieces, templates inside of templates, and
 * whatever cannot be followed.
 */
export function storedText(record: EvtxRecord): EvtxStoredText | null {
  const { root, chunk, offsetBytes, sizeBytes, faults } = record;
  if (root === null || faults.length > 0) return null;
  const constants: string[] = [];
  if (!collect(root, constants, startRendering(record, WINDOWS_STYLE)) || record.faults.length > 0)
    return null;
  const at = offsetBytes - chunk.offsetBytes;
  return { bytes: chunk.bytes.subarray(at, at + sizeBytes), constants };
}

/** False when a text may stand elsewhere, or in pieces. */
function collect(fragment: Fragment, constants: string[], rendering: Rendering): boolean {
  const { template } = fragment;
  template.constants ??= constantsOf(template);
  if (template.constants === null) return false;
  if (template.constants !== "") constants.push(template.constants);
  for (let index = 0; index < fragment.valueCount; index++) {
    const type = typeOf(fragment, index);
    if ((type & ~LIST) === ANSI) return false;
    if (type !== BINXML) continue;
    const at = fragment.starts[index] ?? 0;
    const nested = openNested(fragment, at, fragment.starts[index + 1] ?? at, rendering);
    if (nested === null || holdsEvent(nested) || !collect(nested, constants, rendering)) return false;
  }
  return true;
}

/** An event inside of an event would be read as one text, where its own children are told apart only at the top. */
function holdsEvent({ template }: Fragment): boolean {
  return template.nodes.some((node) => node.kind === "element" && node.name === "Event");
}

function constantsOf({ nodes }: Template): string | null {
  const texts: string[] = [];
  return addNodes(nodes, texts) ? texts.join("\n") : null;
}

/** False when a text of these nodes is put together from pieces: then no piece need hold what the whole does. */
function addNodes(nodes: readonly Node[], texts: string[]): boolean {
  let pieces = 0;
  let elements = 0;
  for (const node of nodes) {
    if (node.kind === "instance") return false;
    if (node.kind === "element") {
      elements++;
      if (!addElement(node, texts)) return false;
    } else if (node.kind === "slot") pieces++;
    else if (node.kind === "text" && node.text.trim() !== "") {
      pieces++;
      texts.push(node.text);
    }
  }
  return pieces === 0 || (pieces === 1 && elements === 0);
}

function addElement(element: ElementNode, texts: string[]): boolean {
  for (const attribute of element.attributes) if (!addAttribute(element, attribute, texts)) return false;
  if (element.name !== "Event") return addNodes(element.children, texts);
  // Its own children are told apart, not joined: header, data, and binary XML with either.
  return element.children.every((child) => child.kind === "slot" || addNodes([child], texts));
}

function addAttribute(element: ElementNode, { name, parts }: AttributeNode, texts: string[]): boolean {
  if (name === "xmlns" || (element.name === "Data" && name === "Name")) return true; // no values
  if (parts.length > 1) return false;
  for (const part of parts) if (part.kind === "text") texts.push(part.text);
  return true;
}
