/** A small reproducible source of chance: the same seed gives the same sequence on every machine. */
export interface Random {
  /** Next 32 bits, 0 to 4294967295. */
  readonly next: () => number;
  /** A whole number from 0 to `limit` - 1. */
  readonly int: (limit: number) => number;
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number;
  /** True with this probability, 0 to 1. */
  readonly chance: (probability: number) => boolean;
  /** One element of a list that is not empty. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** Text of `length` characters out of an alphabet. */
  readonly text: (alphabet: string, length: number) => string;
  /** A version 4 GUID in lower case. */
  readonly guid: () => string;
  /** An independent sequence for one purpose: what one purpose draws never shifts another. */
  readonly fork: (label: string) => Random;
}

const HEX = "0123456789abcdef";

/** Makes a {@link Random} from a seed (mulberry32, public domain). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const int = (limit: number): number => Math.floor((next() / 4294967296) * limit);
  const text = (alphabet: string, length: number): string => {
    let out = "";
    for (let i = 0; i < length; i++) out += alphabet.charAt(int(alphabet.length));
    return out;
  };
  return {
    next,
    int,
    text,
    between: (low, high) => low + int(high - low + 1),
    chance: (probability) => next() / 4294967296 < probability,
    pick: (list) => pickAt(list, int(list.length)),
    guid: () =>
      `${text(HEX, 8)}-${text(HEX, 4)}-4${text(HEX, 3)}-${"89ab".charAt(int(4))}${text(HEX, 3)}-${text(HEX, 12)}`,
    fork: (label) => createRandom(hashText(label, seed)),
  };
}

function pickAt<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError("nothing to pick from an empty list");
  return found;
}

/** FNV-1a over UTF-16 units, started from the seed. */
function hashText(text: string, seed: number): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
