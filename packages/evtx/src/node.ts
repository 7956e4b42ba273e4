/** A text that a template leaves open. */
export interface SlotNode {
  readonly kind: "slot";
  /** Index into the values of the instance. */
  readonly index: number;
}

/** Literal text, references already resolved; CDATA is text too. */
export interface TextNode {
  readonly kind: "text";
  readonly text: string;
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

/** What a text can be made of. */
export type Piece = SlotNode | TextNode;

/** An attribute and the pieces of its value. */
export interface AttributeNode {
  readonly name: string;
  readonly parts: Piece[];
}

/** An element with everything that can be known before the values are. */
export interface ElementNode {
  readonly kind: "element";
  readonly name: string;
  readonly attributes: AttributeNode[];
  readonly children: Node[];
  /** Prepared for JSON at the first use. */
  json: JsonPlan | null;
}

/** A piece of a compiled fragment. */
export type Node = SlotNode | TextNode | InstructionNode | InstanceNode | ElementNode;

/** What the JSON of an element looks like before the values are known. */
export interface JsonPlan {
  /** The only child when it is a slot and no attribute counts: the usual leaf. Else -1. */
  readonly slot: number;
  /** `"name":` in UTF-8 for each child; null where the child is no element or its name is open. */
  readonly keys: readonly (Uint8Array | null)[];
  readonly attributeKeys: readonly Uint8Array[];
  /** Children that are `<Data>` without a name: one list in JSON. */
  readonly unnamed: readonly ElementNode[];
  readonly hasElements: boolean;
}

/** A compiled definition or fragment. */
export interface Template {
  /** A nameless element around the fragment's own nodes. */
  readonly root: ElementNode;
  /** How many nodes a reader walks at least; a bound of work. */
  readonly nodeCount: number;
  /** Parts of the fields of `System` and of the event's own fields, looked up at the first use. */
  fields: ReadonlyMap<string, readonly Piece[]> | null;
}
