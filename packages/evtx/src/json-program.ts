import type { JsonAttribute, JsonProgram, JsonStep } from "./json-step.ts";
import type { AttributeNode, ElementNode, Node, Template } from "./node.ts";

/** Kinds of steps; numbers, because they are compared for every value. */
export const VALUE = 0;
/** An element whose attributes show only where they have a value. */
export const ATTRIBUTED = 1;
/** Binary XML whose elements continue the members before it. */
export const NESTED = 2;
/** `<Data>` without a name: one value, or a list. */
export const UNNAMED = 3;
/** Nothing: the end of the program. */
export const DONE = 4;

interface Writing {
  readonly steps: JsonStep[];
  before: string;
}

const NO_BYTES = new Uint8Array(0);
const NO_KEYS: ReadonlySet<string> = new Set();
const NULL = Buffer.from("null");
const NO_TEXT = Buffer.from('""');

/** The program of a template, made at its first use; null when it has none. */
export function programOf(template: Template): JsonProgram | null {
  if (template.json === undefined) {
    const writing: Writing = { steps: [], before: "" };
    template.json = writeMembers(template.nodes, writing) && finish(writing) ? writing.steps : null;
  }
  return template.json;
}

function finish(writing: Writing): boolean {
  addStep(writing, DONE, -1, {});
  return true;
}

function addStep(
  writing: Writing,
  kind: number,
  index: number,
  more: Partial<Pick<JsonStep, "empty" | "attributes" | "slots" | "keys">>,
): void {
  writing.steps.push({
    before: Buffer.from(writing.before),
    kind,
    index,
    empty: more.empty ?? NO_BYTES,
    attributes: more.attributes ?? [],
    slots: more.slots ?? [],
    keys: more.keys ?? NO_KEYS,
  });
  writing.before = "";
}

/** Members of an object: elements with different keys, and at the end perhaps binary XML with more of them. */
function writeMembers(nodes: readonly Node[], writing: Writing): boolean {
  const keys = new Set<string>();
  const slots = slotsAtEnd(nodes);
  // A comma is certain only behind a member, and the keys of what follows only when nothing else does.
  if (slots.length === nodes.length && slots.length > 0) return false;
  for (const [index, node] of nodes.slice(0, nodes.length - slots.length).entries()) {
    if (node.kind !== "element") return false;
    const key = node.name === "Data" && node.dataName === null ? '"Data":' : node.key;
    if (keys.has(key)) return false;
    keys.add(key);
    if (index > 0) writing.before += ",";
    if (!writeElement(node, writing)) return false;
  }
  if (slots.length > 0) addStep(writing, NESTED, -1, { keys, slots });
  return nodes.length > 0;
}

function slotsAtEnd(nodes: readonly Node[]): readonly number[] {
  const slots: number[] = [];
  for (const node of nodes.toReversed()) {
    if (node.kind !== "slot") break;
    slots.unshift(node.index);
  }
  return slots;
}

function writeElement(element: ElementNode, writing: Writing): boolean {
  const isUnnamed = element.name === "Data" && element.dataName === null;
  writing.before += element.key;
  if (isUnnamed) return writeUnnamed(element, writing);
  const attributes = element.dataName === null ? element.attributes : [];
  const [only] = element.children;
  const slot = only?.kind === "slot" && element.children.length === 1 ? only.index : -1;
  const isElements = element.children.length > 0 && only?.kind === "element";
  if (attributes.length > 0 && isElements) return writeWithStaticAttributes(element, writing);
  if (attributes.length > 0)
    return (slot !== -1 || only === undefined) && writeAttributed(element, slot, writing);
  if (isElements) return writeObject(element.children, writing);
  const empty = element.dataName === null ? NULL : NO_TEXT;
  if (slot !== -1) addStep(writing, VALUE, slot, { empty });
  else if (only === undefined) writing.before += String(empty);
  else return writeLiteral(element.children, writing);
  return true;
}

function writeLiteral(children: readonly Node[], writing: Writing): boolean {
  let text = "";
  for (const child of children) {
    if (child.kind !== "text") return false;
    text += child.text;
  }
  writing.before += JSON.stringify(text);
  return true;
}

function writeObject(children: readonly Node[], writing: Writing): boolean {
  writing.before += "{";
  if (!writeMembers(children, writing)) return false;
  writing.before += "}";
  return true;
}

/** `<Event xmlns=..>`: attributes that are always there stand before the members. */
function writeWithStaticAttributes(element: ElementNode, writing: Writing): boolean {
  const texts = element.attributes.map(({ key, parts }) => {
    const [part] = parts;
    return part?.kind === "text" && parts.length === 1 ? `${key}${JSON.stringify(part.text)}` : null;
  });
  if (texts.includes(null)) return false;
  writing.before += `{"#attributes":{${texts.join(",")}},`;
  if (!writeMembers(element.children, writing)) return false;
  writing.before += "}";
  return true;
}

function writeAttributed(element: ElementNode, slot: number, writing: Writing): boolean {
  const attributes = element.attributes.map(toAttribute);
  if (attributes.includes(null)) return false;
  addStep(writing, ATTRIBUTED, slot, {
    empty: NULL,
    attributes: attributes.filter((attribute) => attribute !== null),
  });
  return true;
}

function toAttribute({ key, parts }: AttributeNode): JsonAttribute | null {
  const [part] = parts;
  if (parts.length !== 1 || part === undefined) return null;
  if (part.kind === "slot") return { key: Buffer.from(key), text: null, index: part.index };
  return { key: Buffer.from(key), text: Buffer.from(JSON.stringify(part.text)), index: -1 };
}

function writeUnnamed(element: ElementNode, writing: Writing): boolean {
  const [only] = element.children;
  if (element.attributes.length > 0 || element.children.length !== 1 || only?.kind !== "slot") return false;
  writing.before += '{"#text":';
  addStep(writing, UNNAMED, only.index, { empty: NO_TEXT });
  writing.before += "}";
  return true;
}
