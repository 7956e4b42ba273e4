import type { Literal } from "./string-literals.ts";

/** Literals shorter than this are no use for the index. */
export const INDEXED_BYTES = 4;
/** 2^18 places: some ten thousand literals leave nine of ten places empty, and the table stays in the processor's cache. */
const TABLE_BITS = 18;

/** Finds which of many literals stand in bytes. */
export interface LiteralIndex {
  /** Calls `found` once with the place of every literal, in order of first sight. */
  find(bytes: Uint8Array, found: (literal: number) => void): void;
}

/** ASCII upper case to lower case, everything else as it is. */
const LOWER: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
);

/** One literal in the table: found by four of its bytes, then compared as a whole. */
interface Entry {
  readonly literal: number;
  readonly bytes: Uint8Array;
  readonly anyCase: boolean;
  /** The four bytes in lower case, and where they stand in the literal. */
  readonly gram: number;
  readonly at: number;
}

/**
 * An index over literals of at least INDEXED_BYTES bytes; shorter ones are never found. Each is looked up by the four of its bytes that
 * are rarest in pages, without regard to case, so that one look per byte of the file serves them all.
 */
export function createLiteralIndex(literals: readonly Literal[]): LiteralIndex {
  const entries = literals.flatMap(({ bytes, anyCase }, literal): Entry[] =>
    bytes.length < INDEXED_BYTES ? [] : [{ literal, bytes, anyCase, ...rarestGram(bytes) }],
  );
  const heads = new Int32Array(1 << TABLE_BITS).fill(-1);
  const next = new Int32Array(entries.length).fill(-1);
  for (const [index, { gram }] of entries.entries()) {
    next[index] = heads[placeOf(gram)] ?? -1;
    heads[placeOf(gram)] = index;
  }
  const seenIn = new Int32Array(literals.length);
  let round = 0;
  const look = (file: Uint8Array, gram: number, at: number, found: (literal: number) => void): void => {
    for (let index = heads[placeOf(gram)] ?? -1; index >= 0; index = next[index] ?? -1) {
      const entry = entries[index];
      if (entry === undefined || entry.gram !== gram || seenIn[entry.literal] === round) continue;
      if (!standsAt(entry, file, at - entry.at)) continue;
      seenIn[entry.literal] = round;
      found(entry.literal);
    }
  };
  return {
    find: (bytes, found) => {
      round++;
      let gram = 0;
      for (let index = 0; index < bytes.length; index++) {
        gram = ((gram << 8) | (LOWER[bytes[index] ?? 0] ?? 0)) >>> 0;
        if (index < INDEXED_BYTES - 1 || (heads[placeOf(gram)] ?? -1) < 0) continue;
        look(bytes, gram, index - INDEXED_BYTES + 1, found);
      }
    },
  };
}

/** Knuth's multiplicative hash. */
function placeOf(gram: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> (32 - TABLE_BITS);
}

function standsAt({ bytes, anyCase }: Entry, file: Uint8Array, at: number): boolean {
  if (at < 0 || at + bytes.length > file.length) return false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = file[at + index] ?? 0;
    if ((anyCase ? LOWER[byte] : byte) !== bytes[index]) return false;
  }
  return true;
}

function rarestGram(bytes: Uint8Array): { readonly gram: number; readonly at: number } {
  let best = { gram: 0, at: 0, cost: Number.POSITIVE_INFINITY };
  for (let at = 0; at + INDEXED_BYTES <= bytes.length; at++) {
    const four = [...bytes.subarray(at, at + INDEXED_BYTES)].map((byte) => LOWER[byte] ?? 0);
    const cost = four.reduce((sum, byte) => sum + commonness(byte), 0);
    if (cost >= best.cost) continue;
    best = { gram: four.reduce((value, byte) => ((value << 8) | byte) >>> 0, 0), at, cost };
  }
  return { gram: best.gram, at: best.at };
}

/** Roughly how often a byte stands in pages and programs: blanks and zeros most, then letters, then digits and signs. */
function commonness(byte: number): number {
  const character = String.fromCharCode(byte);
  if (byte === 0 || byte === 0xff || /\s/u.test(character)) return 6;
  if (/[etaoinsr]/u.test(character)) return 4;
  if (/[a-z]/u.test(character)) return 3;
  return /[0-9.="'<>/();-]/u.test(character) ? 2 : 1;
}
