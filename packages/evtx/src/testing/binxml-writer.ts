import { createWriter, patchNumber, putAll, putLong, putNumber, putWide } from "./byte-writer.ts";
import type { ByteWriter } from "./byte-writer.ts";
import type { StoredValue } from "./values.ts";

/** A piece of a template. */
export type Xml =
  | string
  | { readonly slot: number; readonly optional?: boolean }
  | { readonly cdata: string }
  | { readonly character: number }
  | { readonly entity: string }
  | { readonly instruction: readonly [target: string, data: string] }
  | { readonly instance: Instance }
  | XmlElement;

/** An element of a template. */
export interface XmlElement {
  readonly element: string;
  readonly attributes?: readonly (readonly [name: string, ...pieces: Xml[]])[];
  readonly children?: readonly Xml[];
}

/** A template with its values; equal objects are written once a chunk and referred to afterwards. */
export interface Instance {
  readonly template: XmlElement;
  readonly values: readonly InstanceValue[];
}

/** A value, or binary XML that is written where it stands: an instance, or an element without a template. */
export type InstanceValue = StoredValue | { readonly nested: Instance } | { readonly bare: XmlElement };

/** A chunk's bytes and what was written there before: names and definitions have one offset a chunk. */
export interface ChunkWriter extends ByteWriter {
  readonly names: Map<string, number>;
  readonly definitions: Map<XmlElement, number>;
}

/** Writes `0f 01 01 00`, the instance and the end mark: the body of a record. */
export function putDocument(chunk: ChunkWriter, instance: Instance): void {
  putAll(chunk, Uint8Array.of(0x0f, 1, 1, 0));
  putInstance(chunk, instance);
  putNumber(chunk, 1, 0);
}

/** Writes a template instance, with its definition where the chunk does not have it yet. */
function putInstance(chunk: ChunkWriter, { template, values }: Instance): void {
  putNumber(chunk, 1, 0x0c);
  putNumber(chunk, 1, 1);
  const known = chunk.definitions.get(template);
  const here = chunk.bytes.length + 8;
  // The first four bytes of the definition's GUID, which here is made of its place.
  putNumber(chunk, 4, known ?? here);
  putNumber(chunk, 4, known ?? here);
  if (known === undefined) putDefinition(chunk, template);
  putNumber(chunk, 4, values.length);
  const descriptors = chunk.bytes.length;
  for (let i = 0; i < values.length; i++) putNumber(chunk, 4, 0);
  values.forEach((value, index) => {
    const start = chunk.bytes.length;
    const type = putValue(chunk, value);
    patchNumber(chunk, descriptors + index * 4, (chunk.bytes.length - start) | (type << 16));
  });
}

function putValue(chunk: ChunkWriter, value: InstanceValue): number {
  if ("nested" in value) {
    putDocument(chunk, value.nested);
    return 0x21;
  }
  if ("bare" in value) {
    putAll(chunk, Uint8Array.of(0x0f, 1, 1, 0));
    putElement(chunk, value.bare, false);
    putNumber(chunk, 1, 0);
    return 0x21;
  }
  putAll(chunk, value.bytes);
  return value.type;
}

function putDefinition(chunk: ChunkWriter, template: XmlElement): void {
  const at = chunk.bytes.length;
  chunk.definitions.set(template, at);
  putNumber(chunk, 4, 0);
  // Any GUID will do; this one differs from template to template.
  putLong(chunk, BigInt(at));
  putLong(chunk, BigInt(chunk.definitions.size));
  putNumber(chunk, 4, 0);
  putAll(chunk, Uint8Array.of(0x0f, 1, 1, 0));
  putElement(chunk, template, true);
  putNumber(chunk, 1, 0);
  patchNumber(chunk, at + 20, chunk.bytes.length - at - 24);
}

function putElement(chunk: ChunkWriter, xml: XmlElement, dependency: boolean): void {
  const attributes = xml.attributes ?? [];
  putNumber(chunk, 1, attributes.length > 0 ? 0x41 : 0x01);
  if (dependency) putNumber(chunk, 2, 0xffff);
  const sizeAt = chunk.bytes.length;
  putNumber(chunk, 4, 0);
  putName(chunk, xml.element);
  if (attributes.length > 0) putAttributes(chunk, attributes, dependency);
  if (xml.children === undefined || xml.children.length === 0) putNumber(chunk, 1, 0x03);
  else {
    putNumber(chunk, 1, 0x02);
    for (const child of xml.children) putXml(chunk, child, dependency);
    putNumber(chunk, 1, 0x04);
  }
  patchNumber(chunk, sizeAt, chunk.bytes.length - sizeAt - 4);
}

function putAttributes(
  chunk: ChunkWriter,
  attributes: NonNullable<XmlElement["attributes"]>,
  dependency: boolean,
): void {
  const sizeAt = chunk.bytes.length;
  putNumber(chunk, 4, 0);
  attributes.forEach(([name, ...pieces], index) => {
    putNumber(chunk, 1, index + 1 < attributes.length ? 0x46 : 0x06);
    putName(chunk, name);
    for (const piece of pieces) putXml(chunk, piece, dependency);
  });
  patchNumber(chunk, sizeAt, chunk.bytes.length - sizeAt - 4);
}

function putXml(chunk: ChunkWriter, xml: Xml, dependency: boolean): void {
  if (typeof xml === "string") {
    putNumber(chunk, 2, 0x0105);
    putCounted(chunk, xml);
  } else if ("slot" in xml) {
    putNumber(chunk, 1, xml.optional === true ? 0x0e : 0x0d);
    putNumber(chunk, 2, xml.slot);
    putNumber(chunk, 1, 0x01);
  } else if ("cdata" in xml) {
    putNumber(chunk, 1, 0x07);
    putCounted(chunk, xml.cdata);
  } else if ("character" in xml) {
    putNumber(chunk, 1, 0x08);
    putNumber(chunk, 2, xml.character);
  } else if ("entity" in xml) {
    putNumber(chunk, 1, 0x09);
    putName(chunk, xml.entity);
  } else if ("instruction" in xml) {
    putNumber(chunk, 1, 0x0a);
    putName(chunk, xml.instruction[0]);
    putNumber(chunk, 1, 0x0b);
    putCounted(chunk, xml.instruction[1]);
  } else if ("instance" in xml) putInstance(chunk, xml.instance);
  else putElement(chunk, xml, dependency);
}

function putCounted(chunk: ChunkWriter, text: string): void {
  putNumber(chunk, 2, text.length);
  putWide(chunk, text);
}

/** The offset of a name, and the name itself when the chunk does not have it yet. */
function putName(chunk: ChunkWriter, name: string): void {
  const known = chunk.names.get(name);
  const here = chunk.bytes.length + 4;
  putNumber(chunk, 4, known ?? here);
  if (known !== undefined) return;
  chunk.names.set(name, here);
  putNumber(chunk, 4, 0);
  putNumber(chunk, 2, hashOf(name));
  putCounted(chunk, name);
  putNumber(chunk, 2, 0);
}

/** `hash * 65599 + unit`, the lower 16 bits. Source: libyal, EVTX format; readers do not need it. */
function hashOf(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 65_599) + name.charCodeAt(i)) >>> 0;
  return hash & 0xffff;
}

/** An empty chunk writer whose offsets begin at 0. */
export function createChunkWriter(): ChunkWriter {
  return { ...createWriter(), names: new Map(), definitions: new Map() };
}
