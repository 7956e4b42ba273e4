import { readAll } from "../../core/index.ts";
import { MANIFEST_NAME } from "../../model/index.ts";
import { fault, type Fault } from "../found.ts";
import { parseWindowsPath } from "../windows-path.ts";
import { parseCollectionManifest, type CollectionManifest } from "./collection-manifest.ts";
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
  const met = new Set<string>();
  const note =
    "its manifest has no end: the collector was ended, or the manifest was cut; what is missing behind it nobody can name";
  return {
    server: manifest.server,
    remark: manifest.ended ? null : { file: MANIFEST_NAME, fault: fault("COLLECTION_CUT", "rest", note) },
    sparse: false,
    describe: (components) => describe(components, manifest, met),
    finish: () => ({ file: MANIFEST_NAME, faults: missingOf(manifest, met) }),
  };
}

function describe(
  components: readonly string[],
  manifest: CollectionManifest,
  met: Set<string>,
): Description | null {
  const stored = components.join("/");
  if (stored === MANIFEST_NAME) return { logicalPath: null, times: null, standing: null };
  const file = manifest.files.get(stored);
  if (file === undefined) return { logicalPath: null, times: null, standing: null, promised: null };
  met.add(stored);
  const source = manifest.times === "server" ? "collection" : "filesystem";
  return {
    logicalPath: parseWindowsPath(file.path)?.path ?? null,
    times:
      (file.modified ?? file.created) === null
        ? null
        : { modified: file.modified, created: file.created, source },
    standing: null,
    promised: file.sha256,
  };
}

function missingOf(manifest: CollectionManifest, met: ReadonlySet<string>): readonly Fault[] {
  const missing = [...manifest.files].filter(([stored]) => !met.has(stored));
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
