import { PosternError } from "../../core/index.ts";
import { type Build, compareBuilds } from "../build.ts";
import {
  HASH_BYTES,
  HEADER_BYTES,
  LAYOUT_VERSION,
  MAGIC,
  MAX_PATH_BYTES,
  PAIR_BYTES,
  PATHS_A_BLOCK,
} from "./layout.ts";

/** "A file with this hash ships at this place with this build." */
export interface ListedFile {
  readonly build: Build;
  /** As `listedPathOf` gives it. */
  readonly key: string;
  /** Hex, any case, 64 digits. */
  readonly sha256: string;
}

/** What a list says of itself. */
export interface ListAbout {
  /** Day for which it is current, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly sources: readonly string[];
}

const MAX_U16 = 0xffff;

/**
 * Collects rows in any order, twice over if need be, and writes them as one list: the same rows give the same bytes.
 * @throws PosternError LIMIT_EXCEEDED when a list does not fit the layout.
 */
export class ListWriter {
  readonly #builds = new Map<string, Build>();
  /** Hash, then path, to the builds. */
  readonly #files = new Map<string, Map<string, Set<string>>>();

  /** Adds a row. */
  add({ build, key, sha256 }: ListedFile): void {
    this.#builds.set(build.text, build);
    const hash = sha256.toLowerCase().slice(0, HASH_BYTES * 2);
    const places = this.#files.get(hash) ?? new Map<string, Set<string>>();
    this.#files.set(hash, places);
    const builds = places.get(key) ?? new Set<string>();
    places.set(key, builds);
    builds.add(build.text);
  }

  /** The list as bytes. */
  finish({ asOf, sources }: ListAbout): Uint8Array {
    const builds = [...this.#builds.values()].sort(compareBuilds).map((build) => build.text);
    const about = Buffer.from(JSON.stringify({ asOf, sources, builds }));
    const sets = new SetTable(builds);
    const paths = sortedPaths(this.#files);
    const pathIndex = new Map(paths.map((path, index) => [path, index] as const));
    const hashes = [...this.#files.keys()].sort();
    const counts = Buffer.alloc(hashes.length * 2);
    const pairs: Buffer[] = [];
    for (const [at, hash] of hashes.entries()) {
      const places = [...(this.#files.get(hash) ?? [])]
        .map(([path, of]) => ({ path: pathIndex.get(path) ?? 0, of }))
        .sort((x, y) => x.path - y.path);
      counts.writeUInt16LE(within(places.length, "places of one hash"), at * 2);
      for (const { path, of } of places) pairs.push(pairOf(path, sets.indexOf(of)));
    }
    const { blocks, text } = encodePaths(paths);
    const header = headerOf({
      builds: builds.length,
      sets: sets.size,
      about: about.length,
      hashes: hashes.length,
      paths: paths.length,
      pairs: pairs.length,
    });
    const hashBytes = Buffer.from(hashes.join(""), "hex");
    return Buffer.concat([header, about, sets.toBytes(), hashBytes, counts, ...pairs, blocks, text]);
  }
}

/** Builds of a hash at a path, each distinct set once, numbered as they are first met in order of hash and path. */
class SetTable {
  readonly #index = new Map<string, number>();
  readonly #bits: Buffer[] = [];
  readonly #bitOf: ReadonlyMap<string, number>;

  constructor(builds: readonly string[]) {
    this.#bitOf = new Map(builds.map((build, index) => [build, index] as const));
  }

  get size(): number {
    return within(this.#bits.length, "sets of builds");
  }

  indexOf(builds: ReadonlySet<string>): number {
    const bits = Buffer.alloc(Math.ceil(this.#bitOf.size / 8));
    for (const build of builds) {
      const bit = this.#bitOf.get(build) ?? 0;
      bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
    const key = bits.toString("hex");
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.#index.set(key, this.#bits.length);
    this.#bits.push(bits);
    return this.#bits.length - 1;
  }

  toBytes(): Buffer {
    return Buffer.concat(this.#bits);
  }
}

function sortedPaths(files: ReadonlyMap<string, ReadonlyMap<string, unknown>>): readonly string[] {
  const paths = new Set<string>();
  for (const places of files.values()) for (const path of places.keys()) paths.add(path);
  const bytes = [...paths].map((path) => [path, Buffer.from(path)] as const);
  for (const [, text] of bytes)
    if (text.length > MAX_PATH_BYTES) within(Number.POSITIVE_INFINITY, "bytes of a path");
  return bytes.sort(([, a], [, b]) => Buffer.compare(a, b)).map(([path]) => path);
}

function pairOf(path: number, set: number): Buffer {
  const pair = Buffer.alloc(PAIR_BYTES);
  pair.writeUInt32LE(path, 0);
  pair.writeUInt16LE(set, 4);
  return pair;
}

function encodePaths(paths: readonly string[]): { readonly blocks: Buffer; readonly text: Buffer } {
  const blocks = Buffer.alloc(Math.ceil(paths.length / PATHS_A_BLOCK) * 4);
  const parts: Buffer[] = [];
  let offset = 0;
  let before = Buffer.alloc(0);
  for (const [index, path] of paths.entries()) {
    const isFirst = index % PATHS_A_BLOCK === 0;
    if (isFirst) blocks.writeUInt32LE(offset, (index / PATHS_A_BLOCK) * 4);
    const bytes = Buffer.from(path);
    const shared = isFirst ? 0 : sharedBytes(before, bytes);
    const head = Buffer.alloc(3);
    head.writeUInt8(shared, 0);
    head.writeUInt16LE(bytes.length - shared, 1);
    parts.push(head, bytes.subarray(shared));
    offset += 3 + bytes.length - shared;
    before = bytes;
  }
  return { blocks, text: Buffer.concat(parts) };
}

function sharedBytes(a: Buffer, b: Buffer): number {
  let shared = 0;
  // A byte holds no more.
  const limit = Math.min(a.length, b.length, 255);
  while (shared < limit && a[shared] === b[shared]) shared++;
  return shared;
}

function headerOf(sizes: {
  readonly builds: number;
  readonly sets: number;
  readonly about: number;
  readonly hashes: number;
  readonly paths: number;
  readonly pairs: number;
}): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 0, "latin1");
  header.writeUInt16LE(LAYOUT_VERSION, 8);
  header.writeUInt16LE(within(sizes.builds, "builds"), 10);
  header.writeUInt16LE(sizes.sets, 12);
  header.writeUInt32LE(sizes.about, 16);
  header.writeUInt32LE(sizes.hashes, 20);
  header.writeUInt32LE(sizes.paths, 24);
  header.writeUInt32LE(sizes.pairs, 28);
  return header;
}

function within(count: number, what: string): number {
  if (count <= MAX_U16) return count;
  throw new PosternError(
    "LIMIT_EXCEEDED",
    `A list of files holds too many ${what}: at most ${String(MAX_U16)}.`,
    {
      what,
    },
  );
}
