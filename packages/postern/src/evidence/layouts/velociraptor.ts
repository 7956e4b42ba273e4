import { readAll } from "../../core/index.ts";
import type { EvidenceTimes } from "../item.ts";
import { fault } from "../found.ts";
import { parseWindowsPath } from "../windows-path.ts";
import type { WindowsPath } from "../windows-path.ts";
import { unescapeComponent } from "./escaping.ts";
import { has } from "./layout.ts";
import type { Candidate, Description, Layout } from "./layout.ts";
import { asObject, jsonLines, parseJson, textOf, timeOf } from "./manifest.ts";

/** Layout of a collection: velociraptor-docs, "collection_data"; reporting/container.go of Velocidex/velociraptor. */
const MARKERS = ["uploads.json", "client_info.json", "collection_context.json"] as const;
/** Before 0.6.8 there was no manifest: artifacts lay at the top, files below `C/`. */
const OLD_INFO = "Generic.Client.Info";
/** Manifests are read whole: larger ones only as far as this. */
const MANIFEST_BYTES = 64 * 1024 * 1024;
const INFO_BYTES = 1024 * 1024;

/** Recognises a Velociraptor collection, unpacked or zipped, or one client's folder of a hunt export. */
export async function readVelociraptor(candidate: Candidate): Promise<Layout | null> {
  const marker = MARKERS.find((name) => has(candidate, "file", name));
  const old = has(candidate, "directory", OLD_INFO);
  if (marker === undefined && !old && !(await looksLikeUploads(candidate))) return null;
  const stored = await readUploads(candidate);
  const times = await readTimes(candidate);
  const remark = marker === undefined ? null : await emptyRemark(candidate, marker);
  return {
    server: (await readServer(candidate)) ?? serverOfName(candidate.name),
    remark,
    sparse: true,
    describe: (components) => describe(components, stored, times),
  };
}

const ACCESSORS = /^(?:auto|ntfs|lazy_ntfs|mft|ntfs_vss|file|data|sparse|raw_ntfs|raw_file|fs|ext4|zip)$/i;

/** A folder `uploads` alone, as someone may hand over, is known by the accessors below it. */
async function looksLikeUploads(candidate: Candidate): Promise<boolean> {
  if (!has(candidate, "directory", "uploads")) return false;
  const below = await candidate.list("uploads");
  return below.some((child) => child.kind === "directory" && ACCESSORS.test(child.name));
}

async function emptyRemark(candidate: Candidate, marker: string): Promise<Layout["remark"]> {
  if ((await candidate.list("uploads")).length > 0) return null;
  const drives = candidate.children.some(
    (child) => child.kind === "directory" && /^[A-Za-z]$/.test(child.name),
  );
  if (drives) return null;
  const note =
    "the collector ran but took no files: give it its parameters again (collectors since 0.75 need lists as JSON) and rerun";
  return { file: marker, fault: fault("COLLECTION_EMPTY", "rest", note) };
}

async function readText(candidate: Candidate, path: readonly string[], limitBytes: number): Promise<string> {
  const source = await candidate.open(path);
  if (source === null) return "";
  try {
    const { bytes } = await readAll(source, limitBytes);
    return new TextDecoder().decode(bytes);
  } finally {
    await source.close();
  }
}

async function readServer(candidate: Candidate): Promise<string | null> {
  const places = [["client_info.json"], [OLD_INFO, "BasicInformation.json"]];
  for (const place of places) {
    const text = await readText(candidate, place, INFO_BYTES);
    const whole = parseJson(text);
    const values = whole === undefined ? jsonLines(text) : Array.isArray(whole) ? whole : [whole];
    for (const value of values) {
      const info = asObject(value);
      const inner = asObject(info.get("os_info"));
      const name =
        textOf(info, "hostname") ??
        textOf(inner, "hostname") ??
        textOf(info, "fqdn") ??
        textOf(inner, "fqdn");
      if (name !== null) return name;
    }
  }
  return null;
}

/** `Collection-<host>-<time>.zip`, or a hunt export's folder `<host>-C.<client id>`. */
function serverOfName(name: string): string | null {
  const found = /^Collection-(.+?)-\d{4}-\d\d-\d\dT/.exec(name) ?? /^(.+)-C\.[0-9a-f]{8,}$/i.exec(name);
  return found?.[1] ?? null;
}

function keyOf(components: readonly string[]): string {
  return components.join("\0");
}

/** Stored place (unescaped components) to original path, from `uploads.json`. */
async function readUploads(candidate: Candidate): Promise<ReadonlyMap<string, string>> {
  const stored = new Map<string, string>();
  for (const value of jsonLines(await readText(candidate, ["uploads.json"], MANIFEST_BYTES))) {
    const row = asObject(value);
    const components = row.get("_components");
    const path = textOf(row, "vfs_path");
    if (!Array.isArray(components) || path === null || textOf(row, "type") === "idx") continue;
    const names = components.filter((one): one is string => typeof one === "string");
    const uploads = names.indexOf("uploads");
    if (uploads !== -1) stored.set(keyOf(names.slice(uploads)), path);
  }
  return stored;
}

function originalKey({ path, shadowCopy }: WindowsPath): string {
  return `${(shadowCopy ?? "").toLowerCase()}|${path.toLowerCase()}`;
}

/** Original path to times, from the rows of the artifact that copied the files (`results/...Uploads.json`). */
async function readTimes(candidate: Candidate): Promise<ReadonlyMap<string, EvidenceTimes>> {
  const times = new Map<string, EvidenceTimes>();
  for (const child of await candidate.list("results")) {
    if (child.kind !== "file" || !/Uploads\.json$/i.test(child.name)) continue;
    for (const value of jsonLines(await readText(candidate, ["results", child.name], MANIFEST_BYTES))) {
      const row = asObject(value);
      const path = parseWindowsPath(textOf(row, "sourcefile") ?? textOf(row, "ospath") ?? "");
      if (path === null) continue;
      const modified = timeOf(row, "modified") ?? timeOf(row, "mtime");
      const created = timeOf(row, "created") ?? timeOf(row, "btime");
      if (modified !== null || created !== null) {
        times.set(originalKey(path), { modified, created, source: "collection" });
      }
    }
  }
  return times;
}

function describe(
  components: readonly string[],
  stored: ReadonlyMap<string, string>,
  times: ReadonlyMap<string, EvidenceTimes>,
): Description | null {
  const [top = "", ...below] = components;
  if (/^[A-Z]$/i.test(top) && below.length > 0) {
    const logicalPath = `${top.toUpperCase()}:\\${below.map(unescapeComponent).join("\\")}`;
    return { logicalPath, times: times.get(`|${logicalPath.toLowerCase()}`) ?? null, standing: null };
  }
  if (top.toLowerCase() !== "uploads" || components.length < 3) return null;
  const plain = components.map(unescapeComponent);
  const listed = stored.get(keyOf(plain));
  const path = parseWindowsPath(listed ?? "") ?? parseWindowsPath(plain.slice(2).join("\\"));
  if (path === null) return null;
  return {
    logicalPath: path.path,
    times: times.get(originalKey(path)) ?? null,
    standing: path.shadowCopy === null ? null : "shadow-copy",
  };
}
