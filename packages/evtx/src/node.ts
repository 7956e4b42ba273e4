import type { JsonProgram } from "./json-step.ts";

/** A text that a template leaves open. */
export interface SlotNode {
  readonly kind: "slot";
  /** Index into the values of the instance. */
  readonly index: number;
}

/** Literal text; `cdata` says that it stood in a CDATA section. */
export interface TextNode {
  readonly kind: "text";
  readonly text: string;
  readonly cdata: boolean;
}

/** A processing instruction. */
export interface InstructionNode {
  readonly kind: "instruction";
  readonly target: string;
  readonly data: string;
}

/** A template instance that stands inside another definition, by its offset in the chunk. */
export interface InstanceNode {
  readonly kind: "instance";
  readonly at: number;
}

/** An attribute and the pieces of its value. */
export interface AttributeNode {
  readonly name: string;
  /** The name as a key of JSON, colon included. */
  readonly key: string;
  readonly parts: readonly (SlotNode | TextNode)[];
}

/** An element with everything that can be known before the values are. */
export interface ElementNode {
  readonly kind: "element";
  readonly name: string;
  readonly attributes: AttributeNode[];
  readonly children: Node[];
  /** The constant value of `Name` of a `<Data>` element, else null: its key in JSON. */
  dataName: string | null;
  /** The key in JSON, colon included. */
  key: string;
  /** All children are elements with different keys; null until somebody asked. */
  distinct: boolean | null;
}

/** A piece of a compiled fragment. */
export type Node = SlotNode | TextNode | InstructionNode | InstanceNode | ElementNode;

/** A compiled definition or fragment. */
export interface Template {
  readonly nodes: readonly Node[];
  /** Characters of names and literal texts, and a few for each node: what one rendering costs at least. */
  readonly literalChars: number;
  /** Offset behind the definition (or fragment) in the chunk. */
  readonly end: number;
  /** The `System` element with its children by name, looked up once. */
  system: ReadonlyMap<string, ElementNode> | null;
  /** Named `<Data>` elements by name, looked up once. */
  data: ReadonlyMap<string, ElementNode> | null;
  /** Literal texts that show as values, one a line; null where texts are put together from pieces, undefined until somebody asked. */
  constants: string | null | undefined;
  /** How to write it as JSON quickly; null where that cannot be, undefined until somebody asked. */
  json: JsonProgram | null | undefined;
}
