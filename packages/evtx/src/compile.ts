import { chargeCompiling, nameAt, nameBytes, need } from "./chunk-data.ts";
import type { ChunkData } from "./chunk-data.ts";
import { MalformedError } from "./damage.ts";
import { locateInstance } from "./locate-instance.ts";
import type { AttributeNode, ElementNode, Node, SlotNode, Template, TextNode } from "./node.ts";

/**
 * Tokens of binary XML; bit 0x40 says that more of the same follows (attributes, text pieces).
 *
 * | token | name                  | followed by |
 * | ----- | --------------------- | ----------- |
 * | 00    | end of fragment       | |
 * | 01 41 | open start element    | u16 dependency (in templates only), u32 size, u32 name, 41: u32 size of the attributes |
 * | 02    | close start element   | |
 * | 03    | close empty element   | |
 * | 04    | end element           | |
 * | 05 45 | value                 | u8 type (01 text), u16 units, UTF-16 |
 * | 06 46 | attribute             | u32 name |
 * | 07 47 | CDATA                 | u16 units, UTF-16 |
 * | 08 48 | character reference   | u16 |
 * | 09 49 | entity reference      | u32 name |
 * | 0a    | instruction target    | u32 name |
 * | 0b    | instruction data      | u16 units, UTF-16 |
 * | 0c    | template instance     | see locate-instance.ts |
 * | 0d    | substitution          | u16 index, u8 type |
 * | 0e    | optional substitution | u16 index, u8 type |
 * | 0f    | fragment header       | u8 major, u8 minor, u8 flags |
 *
 * A name that is used for the first time in the chunk stands behind its own offset. Source: libyal, EVTX format, section 4;
 * [MS-EVEN6] 2.2.12 (BinXml grammar, without offsets and dependency).
 */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** Deeper elements than this are no event; Windows' own nest five to ten. */
const MAX_ELEMENT_DEPTH = 64;

/** What a node costs in an output besides its characters: quotes, brackets, and the time to visit it. */
const NODE_CHARS = 8;

interface Compiling {
  readonly chunk: ChunkData;
  readonly end: number;
  /** Elements carry a dependency id: in definitions yes, in a bare fragment no. */
  readonly dependency: boolean;
  readonly open: ElementNode[];
  readonly root: Node[];
  at: number;
  attribute: { readonly parts: (SlotNode | TextNode)[] } | null;
  instructionTarget: string;
  literalChars: number;
}

/** Compiles tokens from `at` up to the end mark or `end`. Throws MalformedError. */
export function compileFragment(chunk: ChunkData, at: number, end: number, dependency: boolean): Template {
  need(at, 0, Math.min(end, chunk.bytes.length), "fragment");
  chargeCompiling(chunk, Math.min(end, chunk.bytes.length) - at);
  const state: Compiling = {
    chunk,
    end: Math.min(end, chunk.bytes.length),
    dependency,
    open: [],
    root: [],
    at,
    attribute: null,
    instructionTarget: "",
    literalChars: 0,
  };
  while (state.at < state.end) {
    if (!readToken(state)) break;
  }
  if (state.open.length > 0)
    throw new MalformedError(`The element ${state.open[0]?.name ?? ""} is not closed.`);
  return {
    nodes: state.root,
    literalChars: state.literalChars,
    end: state.at,
    system: null,
    data: null,
    constants: undefined,
    json: undefined,
  };
}

/** Reads one token; false at the end mark. */
function readToken(state: Compiling): boolean {
  const token = state.chunk.bytes[state.at++] ?? 0;
  switch (token & 0x3f) {
    case 0x00:
      return false;
    case 0x01:
      openElement(state, token);
      return true;
    case 0x02:
      state.attribute = null;
      return true;
    case 0x03:
    case 0x04:
      closeElement(state);
      return true;
    case 0x06:
      openAttribute(state);
      return true;
    case 0x0f:
      state.at += 3;
      return true;
    default:
      readContent(state, token & 0x3f);
      return true;
  }
}

function readContent(state: Compiling, token: number): void {
  switch (token) {
    case 0x05:
      if (take(state, 1, "value.type") !== 0x01) throw new MalformedError("A literal value is no text.");
      {
        addText(state, takeText(state), false);
        return;
      }
    case 0x07: {
      addText(state, takeText(state), true);
      return;
    }
    case 0x08: {
      addText(state, String.fromCharCode(take(state, 2, "character")), false);
      return;
    }
    case 0x09: {
      const name = takeName(state);
      addText(state, ENTITIES.get(name) ?? `&${name};`, false);
      return;
    }
    case 0x0a:
      state.instructionTarget = takeName(state);
      return;
    case 0x0b: {
      addNode(state, { kind: "instruction", target: state.instructionTarget, data: takeText(state) });
      return;
    }
    case 0x0c: {
      const at = state.at - 1;
      state.at = locateInstance(state.chunk, at, state.end).end;
      addNode(state, { kind: "instance", at });
      return;
    }
    case 0x0d:
    case 0x0e: {
      const index = take(state, 2, "substitution.index");
      take(state, 1, "substitution.type");
      addPiece(state, { kind: "slot", index });
      return;
    }
    default:
      throw new MalformedError(
        `There is no token ${token.toString(16)} (at ${String(state.at - 1)} of the chunk).`,
      );
  }
}

function openElement(state: Compiling, token: number): void {
  if (state.open.length >= MAX_ELEMENT_DEPTH)
    throw new MalformedError("Elements nest too deep.", "EVTX_LIMIT");
  if (state.dependency) take(state, 2, "element.dependency");
  take(state, 4, "element.size");
  const name = takeName(state);
  if (token & 0x40) take(state, 4, "element.attributesSize");
  const element: ElementNode = {
    kind: "element",
    name,
    attributes: [],
    children: [],
    dataName: null,
    key: jsonKey(name),
    distinct: null,
  };
  addNode(state, element);
  state.open.push(element);
  state.attribute = null;
}

function closeElement(state: Compiling): void {
  const element = state.open.pop();
  if (element === undefined) throw new MalformedError("An element ends that never began.");
  state.attribute = null;
  if (element.name === "Data") element.dataName = constantName(element.attributes);
  if (element.dataName !== null) element.key = jsonKey(element.dataName);
}

function jsonKey(name: string): string {
  // Nearly every name needs no escape, and then this is cheaper.
  return /^[\w.:-]+$/.test(name) ? `"${name}":` : `${JSON.stringify(name)}:`;
}

function constantName(attributes: readonly AttributeNode[]): string | null {
  const parts = attributes.find(({ name }) => name === "Name")?.parts ?? [];
  const [only] = parts;
  return parts.length === 1 && only?.kind === "text" ? only.text : null;
}

function openAttribute(state: Compiling): void {
  const element = state.open.at(-1);
  if (element === undefined) throw new MalformedError("An attribute stands outside of an element.");
  const name = takeName(state);
  const attribute = { name, key: jsonKey(name), parts: [] };
  element.attributes.push(attribute);
  state.attribute = attribute;
}

function addText(state: Compiling, text: string, cdata: boolean): void {
  state.literalChars += text.length;
  addPiece(state, { kind: "text", text, cdata });
}

function addPiece(state: Compiling, piece: SlotNode | TextNode): void {
  if (state.attribute === null) addNode(state, piece);
  else {
    state.literalChars += NODE_CHARS;
    state.attribute.parts.push(piece);
  }
}

function addNode(state: Compiling, node: Node): void {
  state.literalChars += NODE_CHARS;
  (state.open.at(-1)?.children ?? state.root).push(node);
}

function take(state: Compiling, size: 1 | 2 | 4, what: string): number {
  const at = state.at;
  need(at, size, state.end, what);
  state.at += size;
  if (size === 1) return state.chunk.view.getUint8(at);
  return size === 2 ? state.chunk.view.getUint16(at, true) : state.chunk.view.getUint32(at, true);
}

function takeText(state: Compiling): string {
  const bytes = take(state, 2, "text.units") * 2;
  need(state.at, bytes, state.end, "text");
  const text = state.chunk.bytes.toString("utf16le", state.at, state.at + bytes);
  state.at += bytes;
  return text;
}

function takeName(state: Compiling): string {
  const offset = take(state, 4, "name.offset");
  const name = nameAt(state.chunk, offset);
  if (offset === state.at) {
    state.at += nameBytes(state.chunk, offset);
    if (state.at > state.end) throw new MalformedError(`The name ${name} reaches over its fragment.`);
  }
  state.literalChars += name.length;
  return name;
}
