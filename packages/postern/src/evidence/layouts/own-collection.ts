import { hashingSource, readAll, type ByteSource } from "../../core/index.ts";
import { MANIFEST_NAME } from "../../model/index.ts";
import { fault, type Fault } from "../found.ts";
import { parseWindowsPath } from "../windows-path.ts";
import { parseCollectionManifest, type CollectionManifest, type StatedFile } from "./collection-manifest.ts";
import { has, type Candidate, type Description, type Layout } from "./layout.ts";

/** A line takes some three hundred bytes: room for more files than an archive may have. */
const MANIFEST_BYTES = 256 * 1024 * 1024;
/** Missing files that are named one by one. */
const MAX_NAMED = 50;

/** Recognises what Postern's own collectors made, zipped or unpacked, and compares it with its manifest. */
export async function readOwnCollection(candidate: Candidate): Promise<Layout | null> {
  if (!has(candidate, "file", MANIFEST_NAME)) return null;
  const source = await candidate.open([MANIFEST_NAME]);
  if (source === null) return null;
  const { bytes } = await readAll(source, MANIFEST_BYTES).finally(() => source.close());
  const manifest = parseCollectionManifest(new TextDecoder().decode(bytes));
  if (manifest === null) return null;
  const met: Met = { described: new Set(), opens: new Map() };
  const note =
    "its manifest has no end: the collector was ended, or the manifest was cut; what is missing behind it nobody can name";
  return {
    server: manifest.server,
    remark: manifest.ended ? null : { file: MANIFEST_NAME, fault: fault("COLLECTION_CUT", "rest", note) },
    sparse: false,
    describe: (components) => describe(components, manifest, met),
    meet: (components, open) => void met.opens.set(components.join("/"), open),
    finish: async () => ({
      file: MANIFEST_NAME,
      faults: [...missingOf(manifest, met), ...(await changedArchives(manifest, met))],
    }),
  };
}

/** What of the manifest was met on the walk. */
interface Met {
  /** Stored names of files that became items: they are compared when they are read. */
  readonly described: Set<string>;
  readonly opens: Map<string, () => Promise<ByteSource>>;
}

function describe(components: readonly string[], manifest: CollectionManifest, met: Met): Description | null {
  const stored = components.join("/");
  if (stored === MANIFEST_NAME) return { logicalPath: null, times: null, standing: null };
  const file = manifest.files.get(stored);
  if (file !== undefined) {
    met.described.add(stored);
    return { ...placeOf(file, manifest), promised: file.sha256 };
  }
  // What was packed is an item without its packing; the packed file itself is compared at the end.
  const packed = manifest.files.get(`${stored}.gz`);
  if (packed !== undefined) {
    const path = packed.path.replace(/\.gz$/iu, "");
    return placeOf({ ...packed, path }, manifest);
  }
  return { logicalPath: null, times: null, standing: null, promised: null };
}

function placeOf(file: StatedFile, manifest: CollectionManifest): Description {
  const { modified, created } = file;
  const source = manifest.times === "server" ? "collection" : "filesystem";
  const times = modified === null && created === null ? null : ({ modified, created, source } as const);
  return { logicalPath: parseWindowsPath(file.path)?.path ?? null, times, standing: null };
}

function missingOf(manifest: CollectionManifest, { opens }: Met): readonly Fault[] {
  const missing = [...manifest.files].filter(([stored]) => !opens.has(stored));
  const named = missing
    .slice(0, MAX_NAMED)
    .map(([stored, { path }]) =>
      fault(
        "COLLECTION_FILE_MISSING",
        "file",
        `in the manifest and no longer in the collection: ${path || stored}`,
      ),
    );
  const more = missing.length - named.length;
  if (more === 0) return named;
  return [
    ...named,
    fault("COLLECTION_FILE_MISSING", "file", `and ${String(more)} more files of the manifest`),
  ];
}

/** Archives in a collection are no items: they are hashed here. */
async function changedArchives(manifest: CollectionManifest, met: Met): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const [stored, { path, sha256 }] of manifest.files) {
    const open = met.opens.get(stored);
    if (open === undefined || met.described.has(stored)) continue;
    const source = hashingSource(await open());
    const now = await source.finish().finally(() => source.close());
    const note = `an archive that was changed after it was collected: ${path || stored}`;
    if (now.sha256 !== sha256) faults.push(fault("COLLECTION_FILE_CHANGED", "value", note));
  }
  return faults;
}
