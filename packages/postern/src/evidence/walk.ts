import { fromBytes, readAll } from "../core/index.ts";
import { fault } from "./found.ts";
import type { Fault, Found, FoundDirectory, FoundFile } from "./found.ts";
import type { EvidenceEntry } from "./item.ts";
import { toDamage, toEntries } from "./item-of.ts";
import type { ServerNames } from "./item-of.ts";
import { recogniseLayout } from "./layouts/index.ts";
import type { Candidate } from "./layouts/index.ts";
import type { ArchiveLimits } from "./limits.ts";
import { intoArchive, intoFolder, withLayout } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { inflate } from "./sources/inflating-source.ts";
import type { NestedCache } from "./sources/nested-cache.ts";
import { parseSparseIndex, rebuildSparse } from "./sources/sparse-source.ts";
import { openArchive } from "./zip/archive.ts";
import type { OpenBase } from "./zip/archive.ts";

/** What one walk over all evidence arguments shares. */
export interface Walk {
  readonly limits: ArchiveLimits;
  readonly serverNames: ServerNames;
  readonly cache: NestedCache;
  /** Number of the next item. */
  nextIndex: number;
}

const SPARSE_INDEX_BYTES = 16 * 1024 * 1024;

/** Yields what a folder holds, and what the archives in it hold, in the fixed order. */
export async function* walkFolder(
  walk: Walk,
  directory: FoundDirectory,
  above: Scene,
): AsyncGenerator<EvidenceEntry> {
  const children = await directory.list();
  const layout = await recogniseLayout(toCandidate(directory.name, children));
  const scene = layout === null ? above : withLayout(above, layout);
  const indexes = new Map<string, number>();
  for (const child of children) {
    if (child.kind === "directory") {
      yield* walkFolder(walk, child, intoFolder(scene, child.name));
      continue;
    }
    const index = walk.nextIndex;
    // Damage met here shows again when the file is read as an item.
    scene.layout?.meet?.([...scene.below, child.name], () => child.open(() => undefined));
    indexes.set(child.name.toLowerCase(), index);
    yield* walkFile(walk, await desparse(child, children, scene, walk.limits), { scene, given: false });
    const remark = layout?.remark ?? null;
    if (remark !== null && child.name.toLowerCase() === remark.file) yield toDamage(index, remark.fault);
  }
  const last = await layout?.finish?.();
  for (const one of last?.faults ?? []) yield toDamage(indexes.get(last?.file ?? "") ?? 0, one);
}

/** Where a file lies; `given` when the scene's path is the file's own. */
interface At {
  readonly scene: Scene;
  readonly given: boolean;
}

/** Yields a file, or what it holds when it is an archive. */
export async function* walkFile(walk: Walk, file: FoundFile, at: At): AsyncGenerator<EvidenceEntry> {
  if (file.blocked) yield* emit(walk, file, at);
  else if (await isGzip(file)) yield* emit(walk, gunzipped(file, walk.limits), gzipScene(file, at));
  else if (await isZip(file)) yield* walkZip(walk, file, at);
  else yield* emit(walk, file, at);
}

function emit(walk: Walk, file: FoundFile, { scene, given }: At): readonly EvidenceEntry[] {
  return toEntries(file, { index: walk.nextIndex++, scene, serverNames: walk.serverNames, given });
}

async function* walkZip(walk: Walk, file: FoundFile, at: At): AsyncGenerator<EvidenceEntry> {
  const { limits } = walk;
  const refusal = refuseArchive(file, at.scene.depth, limits);
  if (refusal !== null) {
    yield* emit(walk, withFaults(file, [refusal]), at);
    return;
  }
  const budget = at.scene.budget ?? { entries: 0, bytes: 0 };
  const open: OpenBase = async (sink) =>
    file.seekable ? file.open(sink) : fromBytes(await walk.cache.get(file));
  const sizeBytes = file.seekable ? (file.sizeBytes ?? 0) : (await walk.cache.get(file)).length;
  const { root, faults } = await openArchive({ open, limits, budget }, sizeBytes);
  const all = [...file.faults, ...faults];
  // A damaged archive is evidence by itself; a whole one is only the way to its entries.
  if (all.length > 0) yield* emit(walk, withFaults(file, faults), at);
  const below = at.given ? at.scene : { ...intoFolder(at.scene, file.name), trail: at.scene.trail };
  const name = file.name.replace(/\.zip$/i, "");
  yield* walkFolder(walk, { ...root, name }, intoArchive(below, name, budget));
}

function withFaults(file: FoundFile, faults: readonly Fault[]): FoundFile {
  return { ...file, faults: [...file.faults, ...faults] };
}

function refuseArchive(file: FoundFile, depth: number, limits: ArchiveLimits): Fault | null {
  if (depth >= limits.maxDepth) {
    const note = `an archive inside ${depth} archives; not opened: unpack it and give the folder`;
    return fault("ARCHIVE_DEPTH_LIMIT", "file", note);
  }
  if (!file.seekable && (file.sizeBytes ?? 0) > limits.maxNestedBytes) {
    const note =
      "a compressed archive inside an archive, too large to hold in memory: unpack the outer one and give the folder";
    return fault("FILE_TOO_LARGE", "file", note);
  }
  return null;
}

/** Zips by purpose, but documents and programs to those who use them. */
const NOT_EVIDENCE_ZIP =
  /\.(?:docx|docm|dotx|xlsx|xlsm|xltx|pptx|pptm|odt|ods|odp|jar|war|nupkg|vsix|apk|epub)$/i;
const TARBALL = /\.(?:tgz|tar\.gz)$/i;

async function headOf(file: FoundFile): Promise<Uint8Array> {
  if (file.head !== null) return file.head;
  // Damage met here shows again when the item is read.
  const source = await file.open(() => undefined);
  try {
    return Uint8Array.from(await source.read(0, 4));
  } finally {
    await source.close();
  }
}

function startsWith(head: Uint8Array, wanted: readonly number[]): boolean {
  return wanted.every((byte, index) => head[index] === byte);
}

/** Files on disk are known by content; entries of archives by name, because opening each would inflate each. */
async function isZip(file: FoundFile): Promise<boolean> {
  if (/\.zip$/i.test(file.name)) return file.sizeBytes !== 0;
  if (file.head === null || NOT_EVIDENCE_ZIP.test(file.name)) return false;
  const head = await headOf(file);
  return startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x50, 0x4b, 5, 6]);
}

async function isGzip(file: FoundFile): Promise<boolean> {
  if (TARBALL.test(file.name)) return false;
  if (file.head === null && !/\.gz$/i.test(file.name)) return false;
  return startsWith(await headOf(file), [0x1f, 0x8b, 8]);
}

function gunzipped(file: FoundFile, limits: ArchiveLimits): FoundFile {
  return {
    ...file,
    name: file.name.replace(/(?<=.)\.gz$/i, ""),
    sizeBytes: null,
    head: null,
    seekable: false,
    open: async (sink) =>
      inflate({
        format: "gzip",
        base: await file.open(sink),
        sizeBytes: null,
        crc: null,
        maxRatio: limits.maxRatio,
        ratioFloorBytes: limits.ratioFloorBytes,
        maxBytes: limits.maxTotalBytes,
        malformed: "GZIP_MALFORMED",
        sink,
      }),
  };
}

/** The inner file's origin is `x.log.gz!x.log`; its place among the folders stays the outer one's. */
function gzipScene(file: FoundFile, { scene, given }: At): At {
  const outer = given ? scene : intoFolder(scene, file.name);
  const kept = given
    ? { outer: scene.outer.slice(0, -1) }
    : { inner: scene.inner, trail: scene.trail, below: scene.below };
  return {
    scene: { ...outer, origin: `${outer.origin}!`, location: `${outer.location}!`, ...kept },
    given: false,
  };
}

async function desparse(
  file: FoundFile,
  siblings: readonly Found[],
  scene: Scene,
  limits: ArchiveLimits,
): Promise<FoundFile> {
  if (scene.layout?.sparse !== true || file.blocked) return file;
  const beside = siblings.find((one) => one.kind === "file" && one.name === `${file.name}.idx`);
  if (beside?.kind !== "file") return file;
  const text = await readText(beside);
  const index = parseSparseIndex(text, file.sizeBytes);
  if (index === null) {
    const note = "the list of its empty stretches is damaged; it is read as it was stored, without them";
    return withFaults(file, [fault("SPARSE_INDEX_MALFORMED", "value", note)]);
  }
  const cap = Math.max(limits.ratioFloorBytes, (file.sizeBytes ?? 0) * limits.maxRatio);
  if (index.sizeBytes > cap) {
    const note = `said to be more than ${limits.maxRatio} times larger than what was stored; read as it was stored`;
    return withFaults(file, [fault("ARCHIVE_RATIO_LIMIT", "value", note)]);
  }
  const open: FoundFile["open"] = async (sink) => rebuildSparse(await file.open(sink), index);
  return { ...file, sizeBytes: index.sizeBytes, head: null, open };
}

async function readText(file: FoundFile): Promise<string> {
  const source = await file.open(() => undefined);
  try {
    const { bytes } = await readAll(source, SPARSE_INDEX_BYTES);
    return new TextDecoder().decode(bytes);
  } finally {
    await source.close();
  }
}

function toCandidate(name: string, children: readonly Found[]): Candidate {
  const findIn = (among: readonly Found[], wanted: string): Found | undefined =>
    among.find((child) => child.name === wanted) ??
    among.find((child) => child.name.toLowerCase() === wanted.toLowerCase());
  return {
    name,
    children,
    async list(wanted) {
      const found = findIn(children, wanted);
      return found?.kind === "directory" ? found.list() : [];
    },
    async open(components) {
      let found: Found | undefined;
      let among = children;
      for (const component of components) {
        found = findIn(among, component);
        among = found?.kind === "directory" ? await found.list() : [];
      }
      // A manifest stays an item of its own and reports its damage when it is read as such.
      return found?.kind === "file" && !found.blocked ? found.open(() => undefined) : null;
    },
  };
}
