import type { Fragment } from "./fragment.ts";
import { partsText } from "./json.ts";
import type { ElementNode, Node } from "./node.ts";
import { startRendering } from "./record.ts";
import type { EvtxRecord } from "./record.ts";
import { WINDOWS_STYLE, openNested } from "./rendering.ts";
import type { Rendering, Style } from "./rendering.ts";
import { BINXML, LIST, listTexts, typeOf, valueText } from "./value.ts";

/** The header of an event as text; an empty text means that the record does not say. Times and GUIDs as Windows writes them. */
export interface EvtxSystem {
  readonly provider: string;
  readonly providerGuid: string;
  readonly eventId: string;
  readonly qualifiers: string;
  readonly version: string;
  readonly level: string;
  readonly task: string;
  readonly opcode: string;
  readonly keywords: string;
  /** UTC, ISO text. */
  readonly timeCreated: string;
  readonly recordId: string;
  readonly activityId: string;
  readonly relatedActivityId: string;
  readonly processId: string;
  readonly threadId: string;
  readonly channel: string;
  readonly computer: string;
  readonly userId: string;
}

/** One value of EventData or UserData. */
export interface EvtxDatum {
  /** Null for `<Data>` without a name. */
  readonly name: string | null;
  readonly value: string;
}

/** An element and the fragment whose values it takes. */
export interface Found {
  readonly element: ElementNode;
  readonly fragment: Fragment;
}

/** Reads the header without building a tree. Null when the record has none. */
export function systemOf(record: EvtxRecord, style: Style = WINDOWS_STYLE): EvtxSystem | null {
  const rendering = startRendering(record, style);
  const system = findSystem(record, rendering);
  if (system === null) return null;
  const { fragment, children } = system;
  const text = (name: string): string => {
    const element = children.get(name);
    return element === undefined ? "" : elementText({ element, fragment }, rendering);
  };
  const attribute = (name: string, key: string): string => {
    const element = children.get(name);
    return element === undefined ? "" : attributeText({ element, fragment }, key, rendering);
  };
  return {
    provider: attribute("Provider", "Name") || attribute("Provider", "EventSourceName"),
    providerGuid: attribute("Provider", "Guid"),
    eventId: text("EventID"),
    qualifiers: attribute("EventID", "Qualifiers"),
    version: text("Version"),
    level: text("Level"),
    task: text("Task"),
    opcode: text("Opcode"),
    keywords: text("Keywords"),
    timeCreated: attribute("TimeCreated", "SystemTime"),
    recordId: text("EventRecordID"),
    activityId: attribute("Correlation", "ActivityID"),
    relatedActivityId: attribute("Correlation", "RelatedActivityID"),
    processId: attribute("Execution", "ProcessID"),
    threadId: attribute("Execution", "ThreadID"),
    channel: text("Channel"),
    computer: text("Computer"),
    userId: attribute("Security", "UserID"),
  };
}

/** One value of the header by element name, for a cheap first look (`EventID`, `Channel`). Empty when absent. */
export function systemText(record: EvtxRecord, name: string): string {
  const rendering = startRendering(record, WINDOWS_STYLE);
  const system = findSystem(record, rendering);
  const element = system?.children.get(name);
  if (system === null || element === undefined) return "";
  return elementText({ element, fragment: system.fragment }, rendering);
}

/** The values of EventData and UserData in their order; a list gives one value each. */
export function dataOf(record: EvtxRecord, style: Style = WINDOWS_STYLE): readonly EvtxDatum[] {
  const rendering = startRendering(record, style);
  const data: EvtxDatum[] = [];
  for (const { name, found } of namedElements(record, rendering)) {
    const slot = soleSlot(found.element);
    if (slot !== null && typeOf(found.fragment, slot) & LIST) {
      for (const value of listTexts(found.fragment, slot, rendering)) data.push({ name, value });
    } else {
      const value = elementText(found, rendering);
      // Classic providers have an empty <Binary> nearly always.
      if (name !== "Binary" || value !== "") data.push({ name, value });
      addAttributes(found, data, rendering);
    }
  }
  return data;
}

/** An element that carries a value, and what the value is called. */
export interface Named {
  readonly name: string | null;
  readonly found: Found;
}

/** The elements of EventData and UserData that carry values, in their order. */
export function namedElements(record: EvtxRecord, rendering: Rendering): readonly Named[] {
  const named: Named[] = [];
  for (const body of bodiesOf(record, rendering)) {
    if (body.element.name === "System" || body.element.name === "RenderingInfo") continue;
    if (body.element.name !== "UserData") addChildren(body, named, rendering);
    else for (const inner of childrenOf(body, rendering)) addInner(inner, named, rendering);
  }
  return named;
}

/**
 * Only the named values of EventData or UserData, in the order of `names`; undefined where the record has none. Nothing else is
 * decoded; templates remember where a name stands.
 */
export function fieldsOf(record: EvtxRecord, names: readonly string[]): readonly (string | undefined)[] {
  const rendering = startRendering(record, WINDOWS_STYLE);
  const found = names.map((): string | undefined => undefined);
  for (const { element, fragment } of bodiesOf(record, rendering)) {
    if (element.name === "System") continue;
    const known = dataElements(fragment, element);
    names.forEach((name, index) => {
      const data = known.get(name);
      if (data !== undefined) found[index] ??= elementText({ element: data, fragment }, rendering);
    });
  }
  return found;
}

/** The rendered sentence of a forwarded event, empty when the log holds none. */
export function renderedMessage(record: EvtxRecord): string {
  const rendering = startRendering(record, WINDOWS_STYLE);
  for (const body of bodiesOf(record, rendering)) {
    if (body.element.name !== "RenderingInfo") continue;
    for (const child of childrenOf(body, rendering))
      if (child.element.name === "Message") return elementText(child, rendering);
  }
  return "";
}

/** The header of a record: its elements by name, and the fragment whose values they take. */
export function findSystem(
  record: EvtxRecord,
  rendering: Rendering,
): { readonly fragment: Fragment; readonly children: ReadonlyMap<string, ElementNode> } | null {
  const { root } = record;
  if (root === null) return null;
  if (root.template.system !== null) return { fragment: root, children: root.template.system };
  for (const { element, fragment } of bodiesOf(record, rendering)) {
    if (element.name !== "System") continue;
    const children = new Map<string, ElementNode>();
    for (const child of element.children)
      if (child.kind === "element" && !children.has(child.name)) children.set(child.name, child);
    if (fragment === root) root.template.system = children;
    return { fragment, children };
  }
  return null;
}

/** Named `<Data>` below an element of a template, and for UserData the elements two levels below. */
function dataElements(fragment: Fragment, body: ElementNode): ReadonlyMap<string, ElementNode> {
  if (fragment.template.data !== null) return fragment.template.data;
  const known = new Map<string, ElementNode>();
  const visit = (element: ElementNode, depth: number): void => {
    for (const child of element.children) {
      if (child.kind !== "element") continue;
      const name = child.dataName ?? child.name;
      if (!known.has(name)) known.set(name, child);
      if (depth < 3) visit(child, depth + 1);
    }
  };
  visit(body, 0);
  // A definition that holds System and data alike would mix the two.
  if (fragment.template.system === null) fragment.template.data = known;
  return known;
}

/** The elements directly below `Event`, through nested fragments. */
function bodiesOf(record: EvtxRecord, rendering: Rendering): readonly Found[] {
  const { root } = record;
  if (root === null) return [];
  const bodies: Found[] = [];
  for (const event of elementsIn(root.template.nodes, root, rendering))
    bodies.push(...elementsIn(event.element.children, event.fragment, rendering));
  return bodies;
}

function childrenOf({ element, fragment }: Found, rendering: Rendering): readonly Found[] {
  return elementsIn(element.children, fragment, rendering);
}

function elementsIn(nodes: readonly Node[], fragment: Fragment, rendering: Rendering): readonly Found[] {
  const found: Found[] = [];
  for (const node of nodes) {
    if (node.kind === "element") found.push({ element: node, fragment });
    const nested = nestedOf(node, fragment, rendering);
    if (nested !== null) found.push(...elementsIn(nested.template.nodes, nested, rendering));
  }
  return found;
}

function nestedOf(node: Node, fragment: Fragment, rendering: Rendering): Fragment | null {
  if (node.kind === "instance") return openNested(fragment, node.at, null, rendering);
  if (node.kind !== "slot" || typeOf(fragment, node.index) !== BINXML) return null;
  const at = fragment.starts[node.index] ?? 0;
  return openNested(fragment, at, fragment.starts[node.index + 1] ?? at, rendering);
}

function addInner(inner: Found, named: Named[], rendering: Rendering): void {
  if (childrenOf(inner, rendering).length > 0) addChildren(inner, named, rendering);
  else named.push({ name: inner.element.name, found: inner });
}

function addChildren(parent: Found, named: Named[], rendering: Rendering): void {
  for (const found of childrenOf(parent, rendering)) {
    const { element } = found;
    const name =
      element.name === "Data"
        ? (element.dataName ?? (attributeText(found, "Name", rendering) || null))
        : element.name;
    named.push({ name, found });
  }
}

/** The index of the value that is the only thing inside of an element, else null. */
export function soleSlot({ children }: ElementNode): number | null {
  const [only] = children;
  return only?.kind === "slot" && children.length === 1 ? only.index : null;
}

/** Attributes that carry values of their own (CAPI2 and others in UserData), as `Element.attribute`. */
function addAttributes({ element, fragment }: Found, data: EvtxDatum[], rendering: Rendering): void {
  if (element.name === "Data") return;
  for (const { name, parts } of element.attributes) {
    const value = partsText(parts, fragment, rendering);
    if (name !== "xmlns" && value !== "") data.push({ name: `${element.name}.${name}`, value });
  }
}

/** All text inside of an element, that of elements below it included. */
export function elementText({ element, fragment }: Found, rendering: Rendering): string {
  return nodesText(element.children, fragment, rendering);
}

function nodesText(nodes: readonly Node[], fragment: Fragment, rendering: Rendering): string {
  let text = "";
  for (const node of nodes) {
    if (node.kind === "text") text += node.text;
    else if (node.kind === "element") text += separated(text, nodesText(node.children, fragment, rendering));
    else if (node.kind !== "instruction") {
      const nested = nestedOf(node, fragment, rendering);
      if (nested !== null) text += separated(text, nodesText(nested.template.nodes, nested, rendering));
      else if (node.kind === "slot") text += valueText(fragment, node.index, rendering);
    }
  }
  return text;
}

function separated(before: string, text: string): string {
  return before === "" || text === "" ? text : ` ${text}`;
}

function attributeText({ element, fragment }: Found, name: string, rendering: Rendering): string {
  const parts = attributeOf(element, name);
  return parts === null ? "" : partsText(parts, fragment, rendering);
}

/** What an attribute is made of; null when the element has no such attribute. */
export function attributeOf(
  { attributes }: ElementNode,
  name: string,
): ElementNode["attributes"][number]["parts"] | null {
  for (const attribute of attributes) if (attribute.name === name) return attribute.parts;
  return null;
}
