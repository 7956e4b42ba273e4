import { PosternError } from "../../core/index.ts";
import { parseBuild } from "../build.ts";
import type { ListAbout } from "./encode-list.ts";
import {
  HASH_BYTES,
  HEADER_BYTES,
  LAYOUT_VERSION,
  MAGIC,
  MAX_PATH_BYTES,
  PAIR_BYTES,
  PATHS_A_BLOCK,
} from "./layout.ts";

/** The parts of a list, as layout.ts draws them, all of whose numbers point inside. */
export interface Sections {
  readonly sets: Buffer;
  readonly hashes: Buffer;
  readonly counts: Buffer;
  readonly pairs: Buffer;
  readonly blocks: Buffer;
  readonly paths: Buffer;
  readonly about: ListAbout & { readonly builds: readonly string[] };
  readonly hashCount: number;
  readonly pathCount: number;
  /** First pair of each hash, and the end. */
  readonly firstPair: Uint32Array;
}

/** Cuts a list into its parts. @throws PosternError BASELINE_INVALID when it is none, cut, or points outside of itself. */
export function readSections(bytes: Uint8Array, name: string): Sections {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(data, name);
  const about = readAbout(data.subarray(HEADER_BYTES, HEADER_BYTES + header.about), name);
  if (about.builds.length !== header.builds)
    throw invalid(name, "it names another number of builds than it holds");
  const parts = cut(data, header, name);
  const firstPair = addUp(parts.counts, header.hashes);
  if (firstPair.at(-1) !== header.pairs) throw invalid(name, "its pairs do not add up");
  checkPairs(parts.pairs, header, name);
  checkPaths(parts, header, name);
  return { ...parts, about, hashCount: header.hashes, pathCount: header.paths, firstPair };
}

type Parts = Omit<Sections, "about" | "hashCount" | "pathCount" | "firstPair">;

interface Header {
  readonly builds: number;
  readonly sets: number;
  readonly about: number;
  readonly hashes: number;
  readonly paths: number;
  readonly pairs: number;
}

function readHeader(data: Buffer, name: string): Header {
  if (data.length < HEADER_BYTES || data.toString("latin1", 0, 8) !== MAGIC)
    throw invalid(name, "it does not begin as such a list does");
  const version = data.readUInt16LE(8);
  if (version !== LAYOUT_VERSION)
    throw invalid(name, `its layout is version ${String(version)}, not ${String(LAYOUT_VERSION)}`);
  return {
    builds: data.readUInt16LE(10),
    sets: data.readUInt16LE(12),
    about: data.readUInt32LE(16),
    hashes: data.readUInt32LE(20),
    paths: data.readUInt32LE(24),
    pairs: data.readUInt32LE(28),
  };
}

function readAbout(bytes: Buffer, name: string): ListAbout & { readonly builds: readonly string[] } {
  const about = parseJson(bytes, name);
  if (typeof about !== "object" || about === null) throw invalid(name, "it does not say what it is");
  const of = (key: string): unknown => Object.getOwnPropertyDescriptor(about, key)?.value;
  const asOf = of("asOf");
  const sources = textsOf(of("sources"));
  const builds = textsOf(of("builds"));
  if (typeof asOf !== "string" || !/^\d{4}-\d{2}-\d{2}$/u.test(asOf) || sources === null || builds === null)
    throw invalid(name, "it does not say its day, its sources and its builds");
  const wrong = builds.find((build) => parseBuild(build)?.text !== build);
  if (wrong !== undefined) throw invalid(name, `${JSON.stringify(wrong.slice(0, 40))} is no build`);
  return { asOf, sources, builds };
}

function parseJson(bytes: Buffer, name: string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (thrown) {
    throw invalid(name, "what it says of itself is no JSON", thrown);
  }
}

function textsOf(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const texts = value.filter((one: unknown): one is string => typeof one === "string");
  return texts.length === value.length ? texts : null;
}

function cut(data: Buffer, header: Header, name: string): Parts {
  let at = HEADER_BYTES + header.about;
  const take = (bytes: number): Buffer => {
    if (at + bytes > data.length) throw invalid(name, "it is cut short");
    at += bytes;
    return data.subarray(at - bytes, at);
  };
  const sections = {
    sets: take(header.sets * Math.ceil(header.builds / 8)),
    hashes: take(header.hashes * HASH_BYTES),
    counts: take(header.hashes * 2),
    pairs: take(header.pairs * PAIR_BYTES),
    blocks: take(Math.ceil(header.paths / PATHS_A_BLOCK) * 4),
  };
  return { ...sections, paths: data.subarray(at) };
}

function addUp(counts: Buffer, hashes: number): Uint32Array {
  const first = new Uint32Array(hashes + 1);
  for (let index = 0; index < hashes; index++)
    first[index + 1] = (first[index] ?? 0) + counts.readUInt16LE(index * 2);
  return first;
}

function checkPairs(pairs: Buffer, header: Header, name: string): void {
  for (let at = 0; at < pairs.length; at += PAIR_BYTES)
    if (pairs.readUInt32LE(at) >= header.paths || pairs.readUInt16LE(at + 4) >= header.sets)
      throw invalid(name, "a pair points outside of the list");
}

function checkPaths({ blocks, paths }: Parts, header: Header, name: string): void {
  let at = 0;
  let length = 0;
  for (let index = 0; index < header.paths; index++) {
    const isFirst = index % PATHS_A_BLOCK === 0;
    if (isFirst && blocks.readUInt32LE((index / PATHS_A_BLOCK) * 4) !== at)
      throw invalid(name, "its paths do not begin where they should");
    if (at + 3 > paths.length) throw invalid(name, "its paths are cut short");
    const shared = paths.readUInt8(at);
    const rest = paths.readUInt16LE(at + 1);
    if (shared > (isFirst ? 0 : length)) throw invalid(name, "a path shares more than the one before it has");
    length = shared + rest;
    if (length > MAX_PATH_BYTES) throw invalid(name, "a path is too long");
    at += 3 + rest;
  }
  if (at !== paths.length) throw invalid(name, "its paths do not end where they should");
}

function invalid(name: string, why: string, cause?: unknown): PosternError {
  return new PosternError(
    "BASELINE_INVALID",
    `${name} is no list of files that Postern can use: ${why}.`,
    { name },
    cause,
  );
}
