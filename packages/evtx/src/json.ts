import type { Fragment } from "./fragment.ts";
import type { AttributeNode, ElementNode, Node, SlotNode, TextNode } from "./node.ts";
import { openNested } from "./rendering.ts";
import type { Rendering } from "./rendering.ts";
import { BINXML, LIST, lengthOf, listTexts, typeOf, valueJson, valueText } from "./value.ts";

/** What stands inside of an element, as far as it is written. */
interface Content {
  readonly members: string[];
  /** How often a key occurred; null while the keys are known to differ. */
  readonly seen: Map<string, number> | null;
  /** Texts of `<Data>` without a name, and which member they will be. */
  readonly unnamed: string[];
  unnamedAt: number;
  /** The text as JSON when it is a single value. */
  single: string | null;
  text: string;
  pieces: number;
}

/**
 * A fragment as a JSON object in the shape of evtx_dump: attributes under `#attributes`, text beside them under `#text`, named
 * `<Data>` as members, `<Data>` without names as one list, the second of two equal names with `_1`.
 * Source of the shape: output of github.com/omerbenamram/evtx, SigmaHQ's regression data.
 */
export function fragmentJson(fragment: Fragment, rendering: Rendering): string {
  const content = newContent(false);
  addNodes(fragment.template.nodes, fragment, content, rendering);
  return `{${finished(content)}}`;
}

function newContent(distinct: boolean): Content {
  const seen = distinct ? null : new Map<string, number>();
  return { members: [], seen, unnamed: [], unnamedAt: -1, single: null, text: "", pieces: 0 };
}

function addNodes(nodes: readonly Node[], fragment: Fragment, content: Content, rendering: Rendering): void {
  for (const node of nodes) {
    if (node.kind === "element") addElement(node, fragment, content, rendering);
    else if (node.kind === "text") addText(content, node.text, null);
    else if (node.kind === "slot") addSlot(node, fragment, content, rendering);
    else if (node.kind === "instance")
      addNested(openNested(fragment, node.at, null, rendering), content, rendering);
  }
}

function addSlot(node: SlotNode, fragment: Fragment, content: Content, rendering: Rendering): void {
  const { index } = node;
  if (index >= fragment.valueCount || lengthOf(fragment, index) === 0) return;
  const type = typeOf(fragment, index);
  if (type === BINXML) {
    const end = fragment.starts[index + 1] ?? 0;
    addNested(openNested(fragment, fragment.starts[index] ?? 0, end, rendering), content, rendering);
  } else if (content.pieces === 0) {
    content.pieces = 1;
    content.single = valueJson(fragment, index, rendering);
    // A text value is asked for again only when a second piece follows.
    content.text = content.single.startsWith('"') ? parsedText(content.single) : content.single;
  } else addText(content, valueText(fragment, index, rendering), null);
}

function parsedText(json: string): string {
  const text: unknown = JSON.parse(json);
  return typeof text === "string" ? text : json;
}

function addNested(nested: Fragment | null, content: Content, rendering: Rendering): void {
  if (nested !== null) addNodes(nested.template.nodes, nested, content, rendering);
}

function addText(content: Content, text: string, single: string | null): void {
  content.pieces++;
  content.text += text;
  content.single = content.pieces === 1 ? single : null;
}

function addElement(element: ElementNode, fragment: Fragment, content: Content, rendering: Rendering): void {
  const list = listOf(element, fragment, rendering);
  if (element.name === "Data" && element.dataName === null && isPlain(element, fragment)) {
    addUnnamed(element, fragment, list, { content, rendering });
    return;
  }
  const value = list === null ? elementJson(element, fragment, rendering) : JSON.stringify(list);
  content.members.push(memberKey(content, element.key) + value);
}

/** The values of a list that makes an element repeat: it is the only thing inside. */
function listOf(element: ElementNode, fragment: Fragment, rendering: Rendering): readonly string[] | null {
  const [only] = element.children;
  if (only?.kind !== "slot" || element.children.length > 1) return null;
  const type = typeOf(fragment, only.index);
  return (type & LIST) === 0 ? null : listTexts(fragment, only.index, rendering);
}

/** Whether an element has no attribute that shows. */
function isPlain(element: ElementNode, fragment: Fragment): boolean {
  return element.attributes.every((attribute) => isAbsent(attribute, fragment));
}

function isAbsent({ parts }: AttributeNode, fragment: Fragment): boolean {
  return parts.every((part) => part.kind === "slot" && typeOf(fragment, part.index) === 0);
}

function addUnnamed(
  element: ElementNode,
  fragment: Fragment,
  list: readonly string[] | null,
  into: { readonly content: Content; readonly rendering: Rendering },
): void {
  const { content, rendering } = into;
  if (content.unnamedAt === -1) {
    content.unnamedAt = content.members.length;
    content.members.push("");
  }
  if (list !== null) content.unnamed.push(...list.map((text) => JSON.stringify(text)));
  else {
    const value = elementJson(element, fragment, rendering);
    content.unnamed.push(value === "null" ? '""' : value);
  }
}

function memberKey(content: Content, key: string): string {
  if (content.seen === null) return key;
  const times = content.seen.get(key) ?? 0;
  content.seen.set(key, times + 1);
  return times === 0 ? key : `${key.slice(0, -2)}_${String(times)}":`;
}

function elementJson(element: ElementNode, fragment: Fragment, rendering: Rendering): string {
  const attributes =
    element.attributes.length === 0 || element.dataName !== null
      ? ""
      : attributesJson(element, fragment, rendering);
  const [only] = element.children;
  const quick = attributes === "" && element.children.length === 1 ? only : undefined;
  if (quick?.kind === "slot" && typeOf(fragment, quick.index) !== BINXML) {
    if (typeOf(fragment, quick.index) !== 0) return valueJson(fragment, quick.index, rendering);
    return element.dataName === null ? "null" : '""';
  }
  element.distinct ??= haveDistinctKeys(element.children);
  const content = newContent(element.distinct);
  addNodes(element.children, fragment, content, rendering);
  return contentJson(content, attributes, element.dataName === null ? "null" : '""');
}

function haveDistinctKeys(nodes: readonly Node[]): boolean {
  const keys = new Set<string>();
  for (const node of nodes) {
    if (node.kind !== "element" || keys.has(node.key)) return false;
    keys.add(node.key);
  }
  return true;
}

function contentJson(content: Content, attributes: string, empty: string): string {
  const text = content.pieces === 0 ? null : (content.single ?? JSON.stringify(content.text));
  if (content.members.length === 0 && attributes === "") return text ?? empty;
  let json = attributes === "" ? "" : `"#attributes":{${attributes}}`;
  // Blanks between elements are layout of the template.
  if (text !== null && (content.members.length === 0 || content.text.trim() !== "")) {
    json += `${json === "" ? "" : ","}"#text":${text}`;
  }
  const members = finished(content);
  return `{${json}${json !== "" && members !== "" ? "," : ""}${members}}`;
}

function finished(content: Content): string {
  if (content.unnamedAt !== -1) {
    const { unnamed } = content;
    const texts = unnamed.length === 1 ? (unnamed[0] ?? "null") : `[${unnamed.join(",")}]`;
    content.members[content.unnamedAt] = `${memberKey(content, '"Data":')}{"#text":${texts}}`;
  }
  return content.members.join(",");
}

function attributesJson(element: ElementNode, fragment: Fragment, rendering: Rendering): string {
  let json = "";
  for (const attribute of element.attributes) {
    if (isAbsent(attribute, fragment)) continue;
    json += `${json === "" ? "" : ","}${attribute.key}${partsJson(attribute.parts, fragment, rendering)}`;
  }
  return json;
}

function partsJson(
  parts: readonly (SlotNode | TextNode)[],
  fragment: Fragment,
  rendering: Rendering,
): string {
  const [only] = parts;
  if (parts.length === 1 && only?.kind === "slot") return valueJson(fragment, only.index, rendering);
  return JSON.stringify(partsText(parts, fragment, rendering));
}

/** Pieces of an attribute or an element as one text. */
export function partsText(
  parts: readonly (SlotNode | TextNode)[],
  fragment: Fragment,
  rendering: Rendering,
): string {
  let text = "";
  for (const part of parts)
    text += part.kind === "text" ? part.text : valueText(fragment, part.index, rendering);
  return text;
}
