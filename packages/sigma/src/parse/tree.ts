import { type Document, isAlias, isMap, isScalar, isSeq } from "yaml";

/** What a scalar can hold in YAML's core schema. */
export type ScalarValue = string | number | boolean | null;

/** A YAML node with the place (offset in characters) where it begins. An anchor's content is shared, never copied. */
export type Tree =
  | { readonly kind: "scalar"; readonly value: ScalarValue; readonly at: number }
  | { readonly kind: "list"; readonly items: readonly Tree[]; readonly at: number }
  | { readonly kind: "map"; readonly entries: readonly Entry[]; readonly at: number };

/** One entry of a mapping, in the order of the file; `at` is the place of its key. */
export interface Entry {
  readonly key: string;
  readonly value: Tree;
  readonly at: number;
}

/** Takes what makes a document unreadable. */
type Refuse = (message: string, offset: number) => void;

/** Nodes deeper than this are refused: no rule needs it, and the readers of the tree call themselves. */
const MAX_DEPTH = 64;
/** Aliases may make plain data of this many nodes before it is refused. */
const MAX_PLAIN_NODES = 50_000;

/** The content of a document as a tree; null when it cannot be one (which is told). */
export function treeOf(document: Document, refuse: Refuse): Tree | null {
  return new TreeBuilder(refuse).build(document.contents, 0);
}

class TreeBuilder {
  private readonly refuse: Refuse;
  /** What each anchor stands for; null while its content is being read. */
  private readonly anchors = new Map<string, Tree | null>();

  constructor(refuse: Refuse) {
    this.refuse = refuse;
  }

  build(node: unknown, depth: number): Tree | null {
    if (isAlias(node)) return this.alias(node.source, offsetOf(node));
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.anchors.set(anchor, null);
    const tree: Tree | null =
      isMap(node) || isSeq(node)
        ? this.collection(node, depth)
        : { kind: "scalar", value: valueOf(node), at: offsetOf(node) };
    if (anchor !== undefined && tree !== null) this.anchors.set(anchor, tree);
    return tree;
  }

  private alias(name: string, at: number): Tree | null {
    const target = this.anchors.get(name);
    if (target === undefined) this.refuse(`there is no anchor "${name}" before this alias`, at);
    else if (target === null) this.refuse(`the alias "${name}" stands inside of its own anchor`, at);
    return target ?? null;
  }

  private collection(node: unknown, depth: number): Tree | null {
    if (depth <= MAX_DEPTH) return isMap(node) ? this.map(node, depth) : this.list(node, depth);
    this.refuse(`more than ${MAX_DEPTH} levels deep`, offsetOf(node));
    return null;
  }

  /** Keys that are no scalars are left out. */
  private map(
    node: { readonly items: readonly { key: unknown; value: unknown }[] },
    depth: number,
  ): Tree | null {
    const entries: Entry[] = [];
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      const child = this.build(value, depth + 1);
      if (child === null) return null;
      const at = offsetOf(key);
      // A key without value has no place of its own: the key's place is the best there is.
      entries.push({ key: String(valueOf(key) ?? ""), value: value === null ? { ...child, at } : child, at });
    }
    return { kind: "map", entries, at: offsetOf(node) };
  }

  private list(node: unknown, depth: number): Tree | null {
    const items: Tree[] = [];
    for (const item of isSeq(node) ? node.items : []) {
      const child = this.build(item, depth + 1);
      if (child === null) return null;
      items.push(child);
    }
    return { kind: "list", items, at: offsetOf(node) };
  }
}

function offsetOf(node: unknown): number {
  if (typeof node !== "object" || node === null || !("range" in node)) return 0;
  const range: unknown = node.range;
  return Array.isArray(range) && typeof range[0] === "number" ? range[0] : 0;
}

function valueOf(node: unknown): ScalarValue {
  const value: unknown = isScalar(node) ? node.value : null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return typeof value === "bigint" ? String(value) : null;
}

/** The entries of a mapping, or null when the node is no mapping. */
export function entriesOf(tree: Tree): readonly Entry[] | null {
  return tree.kind === "map" ? tree.entries : null;
}

/** The items of a list, or null when the node is no list. */
export function itemsOf(tree: Tree): readonly Tree[] | null {
  return tree.kind === "list" ? tree.items : null;
}

/** A scalar's value; undefined when the node is no scalar. */
export function scalarOf(tree: Tree | undefined): ScalarValue | undefined {
  return tree?.kind === "scalar" ? tree.value : undefined;
}

/**
 * A map with the entries of `over` laid upon `base`: maps are joined entry by entry, everything else is replaced.
 * Entries keep the order of `base`; new ones follow.
 */
export function merged(base: Tree, over: Tree): Tree {
  if (base.kind !== "map" || over.kind !== "map") return over;
  const byKey = new Map(base.entries.map((entry) => [entry.key, entry]));
  for (const entry of over.entries) {
    const before = byKey.get(entry.key);
    byKey.set(
      entry.key,
      before === undefined ? entry : { ...entry, value: merged(before.value, entry.value) },
    );
  }
  return { kind: "map", entries: [...byKey.values()], at: over.at };
}

/** A map without one of its keys. */
export function without(tree: Tree, key: string): Tree {
  return tree.kind === "map" ? { ...tree, entries: tree.entries.filter((entry) => entry.key !== key) } : tree;
}

/** A node as plain data, for keys that this package does not know; undefined when aliases multiply it without end. */
export function plainDataOf(tree: Tree): unknown {
  let nodes = 0;
  const plain = (node: Tree): unknown => {
    if (++nodes > MAX_PLAIN_NODES) return undefined;
    if (node.kind === "scalar") return node.value;
    if (node.kind === "list") return node.items.map(plain);
    return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
  };
  const data = plain(tree);
  return nodes > MAX_PLAIN_NODES ? undefined : data;
}
