import type { ListAbout } from "./encode-list.ts";
import { HASH_BYTES, MAX_PATH_BYTES, PAIR_BYTES, PATHS_A_BLOCK } from "./layout.ts";
import { readSections, type Sections } from "./read-sections.ts";

/** A place where a file ships, and the builds with which it does, oldest first. */
export interface ShippedAt {
  /** As `installPathOf` gives it. */
  readonly key: string;
  readonly builds: readonly string[];
}

/** What ships at a place. */
export interface ShippedThere {
  /** The first 32 hex digits of its SHA-256. */
  readonly hash: string;
  readonly builds: readonly string[];
}

/** One list of genuine files, in memory. Look-ups take microseconds. */
export interface FileList extends ListAbout {
  /** Oldest first. */
  readonly builds: readonly string[];
  readonly hashCount: number;
  readonly pathCount: number;
  /** Where files with this SHA-256 (hex, any case) ship; empty when the list does not know it. */
  findHash(sha256: string): readonly ShippedAt[];
  /** Builds that ship a file with this SHA-256 anywhere, oldest first; empty when the list does not know it. */
  buildsOfHash(sha256: string): readonly string[];
  /** What ships at this place; empty when the list does not know it. */
  findPath(key: string): readonly ShippedThere[];
  /** The folders directly below the install folder of which files are listed, with the builds that have some. */
  topFolders(): ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Opens a list. The layout stands in layout.ts.
 * @param name names the file in messages.
 * @throws PosternError BASELINE_INVALID when the bytes are no list, cut, or point outside of themselves.
 */
export function openFileList(bytes: Uint8Array, name: string): FileList {
  return new OpenList(readSections(bytes, name));
}

class OpenList implements FileList {
  readonly asOf: string;
  readonly sources: readonly string[];
  readonly builds: readonly string[];
  readonly hashCount: number;
  readonly pathCount: number;
  readonly #sections: Sections;
  /** First pair of each hash, and the end. */
  readonly #firstPair: Uint32Array;
  readonly #setCache = new Map<number, readonly string[]>();
  /** Made when the first path is asked for. */
  #byPath: PathIndex | null = null;

  constructor(sections: Sections) {
    this.#sections = sections;
    const { about, hashCount, pathCount, firstPair } = sections;
    this.asOf = about.asOf;
    this.sources = about.sources;
    this.builds = about.builds;
    this.hashCount = hashCount;
    this.pathCount = pathCount;
    this.#firstPair = firstPair;
  }

  findHash(sha256: string): readonly ShippedAt[] {
    const index = this.#indexOfHash(sha256);
    return index < 0 ? [] : this.#placesOf(index);
  }

  buildsOfHash(sha256: string): readonly string[] {
    const index = this.#indexOfHash(sha256);
    if (index < 0) return [];
    const sets = new Set<number>();
    for (let at = this.#firstPair[index] ?? 0; at < (this.#firstPair[index + 1] ?? 0); at++)
      sets.add(this.#sections.pairs.readUInt16LE(at * PAIR_BYTES + 4));
    const [only = 0] = sets;
    if (sets.size === 1) return this.#buildsOfSet(only);
    const builds = new Set([...sets].flatMap((set) => this.#buildsOfSet(set)));
    return this.builds.filter((build) => builds.has(build));
  }

  findPath(key: string): readonly ShippedThere[] {
    const path = this.#indexOfPath(Buffer.from(key));
    if (path < 0) return [];
    this.#byPath ??= indexPairs(this.#sections.pairs, this.pathCount, this.#firstPair);
    const { first, pairs, hashes } = this.#byPath;
    const there: ShippedThere[] = [];
    for (let at = first[path] ?? 0; at < (first[path + 1] ?? 0); at++)
      there.push({
        hash: this.#hashAt(hashes[at] ?? 0),
        builds: this.#buildsOfSet(this.#sections.pairs.readUInt16LE((pairs[at] ?? 0) * PAIR_BYTES + 4)),
      });
    return there;
  }

  topFolders(): ReadonlyMap<string, ReadonlySet<string>> {
    this.#byPath ??= indexPairs(this.#sections.pairs, this.pathCount, this.#firstPair);
    const sets = new Map<string, Set<number>>();
    const { first, pairs } = this.#byPath;
    const reader = new PathReader(this.#sections.paths, 0);
    for (let path = 0; path < this.pathCount; path++) {
      const top = reader.next().text.split("\\", 1)[0] ?? "";
      const known = sets.get(top) ?? new Set<number>();
      sets.set(top, known);
      for (let at = first[path] ?? 0; at < (first[path + 1] ?? 0); at++)
        known.add(this.#sections.pairs.readUInt16LE((pairs[at] ?? 0) * PAIR_BYTES + 4));
    }
    return new Map(
      [...sets].map(([top, of]) => [top, new Set([...of].flatMap((set) => this.#buildsOfSet(set)))]),
    );
  }

  #hashAt(index: number): string {
    return this.#sections.hashes.toString("hex", index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }

  #placesOf(index: number): readonly ShippedAt[] {
    const { pairs } = this.#sections;
    const places: ShippedAt[] = [];
    for (let at = this.#firstPair[index] ?? 0; at < (this.#firstPair[index + 1] ?? 0); at++)
      places.push({
        key: this.#pathAt(pairs.readUInt32LE(at * PAIR_BYTES)),
        builds: this.#buildsOfSet(pairs.readUInt16LE(at * PAIR_BYTES + 4)),
      });
    return places;
  }

  #indexOfHash(sha256: string): number {
    if (!/^[0-9a-f]{64}$/iu.test(sha256)) return -1;
    const hash = Buffer.from(sha256.slice(0, HASH_BYTES * 2), "hex");
    const { hashes } = this.#sections;
    let low = 0;
    let high = this.hashCount - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = hashes.compare(hash, 0, HASH_BYTES, middle * HASH_BYTES, (middle + 1) * HASH_BYTES);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #buildsOfSet(set: number): readonly string[] {
    const known = this.#setCache.get(set);
    if (known !== undefined) return known;
    const size = Math.ceil(this.builds.length / 8);
    const bits = this.#sections.sets.subarray(set * size, (set + 1) * size);
    const builds = this.builds.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0);
    this.#setCache.set(set, builds);
    return builds;
  }

  #pathAt(index: number): string {
    const reader = this.#readerAt(Math.floor(index / PATHS_A_BLOCK));
    for (let step = 0; step <= index % PATHS_A_BLOCK; step++) reader.next();
    return reader.text;
  }

  #indexOfPath(wanted: Buffer): number {
    const block = this.#blockBefore(wanted);
    const reader = this.#readerAt(block);
    const start = block * PATHS_A_BLOCK;
    for (let index = start; index < Math.min(start + PATHS_A_BLOCK, this.pathCount); index++) {
      const order = reader.next().compare(wanted);
      if (order === 0) return index;
      if (order > 0) return -1;
    }
    return -1;
  }

  /** The last block that begins with this path or one before it. */
  #blockBefore(wanted: Buffer): number {
    const { blocks, paths } = this.#sections;
    let low = 0;
    let high = Math.ceil(this.pathCount / PATHS_A_BLOCK) - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const at = blocks.readUInt32LE(middle * 4);
      const end = at + 3 + paths.readUInt16LE(at + 1);
      if (paths.compare(wanted, 0, wanted.length, at + 3, end) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #readerAt(block: number): PathReader {
    const { blocks, paths } = this.#sections;
    return new PathReader(paths, this.pathCount === 0 ? 0 : blocks.readUInt32LE(block * 4));
  }
}

/** Reads paths one after the other into one buffer; the shared beginning of the one before stays where it is. */
class PathReader {
  readonly #paths: Buffer;
  readonly #path = Buffer.allocUnsafe(MAX_PATH_BYTES);
  #at: number;
  #length = 0;

  constructor(paths: Buffer, at: number) {
    this.#paths = paths;
    this.#at = at;
  }

  next(): this {
    const shared = this.#paths.readUInt8(this.#at);
    const rest = this.#paths.readUInt16LE(this.#at + 1);
    this.#paths.copy(this.#path, shared, this.#at + 3, this.#at + 3 + rest);
    this.#at += 3 + rest;
    this.#length = shared + rest;
    return this;
  }

  /** Below zero when the path lies before `wanted`. */
  compare(wanted: Buffer): number {
    return this.#path.compare(wanted, 0, wanted.length, 0, this.#length);
  }

  get text(): string {
    return this.#path.toString("utf8", 0, this.#length);
  }
}

interface PathIndex {
  /** First entry of each path, and the end. */
  readonly first: Uint32Array;
  readonly pairs: Uint32Array;
  readonly hashes: Uint32Array;
}

/** Turns "hash to places" around. */
function indexPairs(pairs: Buffer, paths: number, firstPair: Uint32Array): PathIndex {
  const count = pairs.length / PAIR_BYTES;
  const first = new Uint32Array(paths + 1);
  const pathOf = (pair: number): number => pairs.readUInt32LE(pair * PAIR_BYTES);
  for (let pair = 0; pair < count; pair++) first[pathOf(pair) + 1] = (first[pathOf(pair) + 1] ?? 0) + 1;
  for (let path = 0; path < paths; path++) first[path + 1] = (first[path + 1] ?? 0) + (first[path] ?? 0);
  const next = first.slice();
  const sorted = new Uint32Array(count);
  const hashes = new Uint32Array(count);
  for (let hash = 0; hash + 1 < firstPair.length; hash++)
    for (let pair = firstPair[hash] ?? 0; pair < (firstPair[hash + 1] ?? 0); pair++) {
      const slot = next[pathOf(pair)] ?? 0;
      next[pathOf(pair)] = slot + 1;
      sorted[slot] = pair;
      hashes[slot] = hash;
    }
  return { first, pairs: sorted, hashes };
}
