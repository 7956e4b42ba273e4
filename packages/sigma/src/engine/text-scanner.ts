/**
 * Finds which of many ASCII literals stand in a text, all in one pass (Aho and Corasick, "Efficient string matching", 1975).
 * Every character is looked at once; nothing is allocated while scanning.
 */
export interface TextScanner {
  /** Calls `onHit` with each number of each literal in the text, once for every place where the literal ends. */
  scan(text: string, onHit: (number: number) => void): void;
}

const ASCII = 128;

/** Stands in a literal for any character beyond ASCII. */
export const BEYOND_ASCII = "\u0080";

interface Trie {
  /** Row of a state: next state for each class; 0 is the start. */
  next: Int32Array;
  states: number;
  readonly width: number;
}

/** Builds a scanner of literals, each with the numbers that it stands for. Literals are compared as they are: fold both sides before. They are ASCII, but for {@link BEYOND_ASCII}. */
export function buildScanner(literals: ReadonlyMap<string, readonly number[]>): TextScanner {
  const classes = new Uint8Array(ASCII + 1);
  let width = 1;
  for (const literal of literals.keys()) {
    for (let i = 0; i < literal.length; i++) {
      const unit = Math.min(literal.charCodeAt(i), ASCII);
      if (classes[unit] === 0) classes[unit] = width++;
    }
  }
  const trie: Trie = { next: new Int32Array(width * 64), states: 1, width };
  const ends: number[][] = [[]];
  for (const [literal, numbers] of literals) {
    let state = 0;
    for (let i = 0; i < literal.length; i++)
      state = childOf(trie, ends, state, classes[Math.min(literal.charCodeAt(i), ASCII)] ?? 0);
    ends[state]?.push(...numbers);
  }
  const order = link(trie, ends);
  const { starts, list } = flatten(ends, order);
  const next = trie.next.slice(0, trie.states * width);
  // Rows are addressed by their offset, which spares a multiplication for every character.
  for (let i = 0; i < next.length; i++) next[i] = (next[i] ?? 0) * width;
  return { scan: scannerOf({ classes, next, width, starts, list }) };
}

function childOf(trie: Trie, ends: number[][], state: number, characterClass: number): number {
  const at = state * trie.width + characterClass;
  const known = trie.next[at] ?? 0;
  if (known !== 0) return known;
  const fresh = trie.states++;
  if ((fresh + 1) * trie.width > trie.next.length) {
    const larger = new Int32Array(trie.next.length * 2);
    larger.set(trie.next);
    trie.next = larger;
  }
  ends.push([]);
  trie.next[at] = fresh;
  return fresh;
}

/** Fills in where to go when a literal breaks off, and adds the literals that end there too. @returns breadth-first order */
function link(trie: Trie, ends: number[][]): readonly number[] {
  const fail = new Int32Array(trie.states);
  const order: number[] = [];
  const visit = (state: number, from: number): void => {
    for (let c = 0; c < trie.width; c++) {
      const at = state * trie.width + c;
      const child = trie.next[at] ?? 0;
      const fallback = state === 0 ? 0 : (trie.next[from * trie.width + c] ?? 0);
      if (child === 0) trie.next[at] = fallback;
      else {
        fail[child] = fallback;
        ends[child]?.push(...(ends[fallback] ?? []));
        order.push(child);
      }
    }
  };
  visit(0, 0);
  for (let i = 0; i < order.length; i++) {
    const state = order[i] ?? 0;
    visit(state, fail[state] ?? 0);
  }
  return order;
}

function flatten(
  ends: readonly (readonly number[])[],
  order: readonly number[],
): { readonly starts: Int32Array; readonly list: Int32Array } {
  const starts = new Int32Array(ends.length + 1);
  for (const state of order) starts[state + 1] = ends[state]?.length ?? 0;
  for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
  return { starts, list: Int32Array.from(ends.flat()) };
}

interface Tables {
  readonly classes: Uint8Array;
  readonly next: Int32Array;
  readonly width: number;
  readonly starts: Int32Array;
  readonly list: Int32Array;
}

function scannerOf({ classes, next, width, starts, list }: Tables): TextScanner["scan"] {
  return (text, onHit) => {
    let row = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      row = next[row + (classes[unit < ASCII ? unit : ASCII] ?? 0)] ?? 0;
      if (row === 0) continue;
      const state = row / width;
      const end = starts[state + 1] ?? 0;
      for (let at = starts[state] ?? 0; at < end; at++) onHit(list[at] ?? 0);
    }
  };
}
