import { readAll } from "../../core/index.ts";
import type { EvidenceTimes } from "../item.ts";
import { deriveWindowsPath, parseWindowsPath } from "../windows-path.ts";
import type { Candidate, Description, Layout } from "./layout.ts";
import { isoTime } from "./manifest.ts";

const COPY_LOG = /(?:^|_)CopyLog\.csv$/i;
const COPY_LOG_BYTES = 64 * 1024 * 1024;

/** Recognises the target folder of KAPE by its copy log, whose rows give each file's times on the server. */
export async function readKape(candidate: Candidate): Promise<Layout | null> {
  const log = candidate.children.find((child) => child.kind === "file" && COPY_LOG.test(child.name));
  if (log === undefined) return null;
  const times = await readCopyLog(candidate, log.name);
  return { server: null, remark: null, sparse: false, describe: (components) => describe(components, times) };
}

function describe(
  components: readonly string[],
  times: ReadonlyMap<string, EvidenceTimes>,
): Description | null {
  const shadow = components.findIndex((component) => /^VSS\d+$/i.test(component));
  const rest = shadow === -1 ? components : components.filter((_, index) => index !== shadow);
  const [drive = "", ...below] = rest;
  const path =
    /^[A-Za-z]$/.test(drive) && below.length > 0
      ? `${drive}:\\${below.join("\\")}`
      : (deriveWindowsPath(rest)?.path ?? null);
  if (path === null) return null;
  return {
    logicalPath: path,
    times: times.get(path.toLowerCase()) ?? null,
    standing: shadow === -1 ? null : "shadow-copy",
  };
}

async function readCopyLog(candidate: Candidate, name: string): Promise<ReadonlyMap<string, EvidenceTimes>> {
  const times = new Map<string, EvidenceTimes>();
  const source = await candidate.open([name]);
  if (source === null) return times;
  const { bytes } = await readAll(source, COPY_LOG_BYTES).finally(() => source.close());
  const [header = "", ...lines] = new TextDecoder().decode(bytes).split(/\r?\n/);
  const names = splitCsv(header).map((column) => column.trim().toLowerCase());
  const [path, created, modified] = ["sourcefile", "createdonutc", "modifiedonutc"].map((one) =>
    names.indexOf(one),
  );
  for (const line of lines) {
    const values = splitCsv(line);
    const found = parseWindowsPath(values[path ?? -1] ?? "");
    const known: EvidenceTimes = {
      modified: isoTime(values[modified ?? -1] ?? null),
      created: isoTime(values[created ?? -1] ?? null),
      source: "collection",
    };
    if (found !== null && (known.modified ?? known.created) !== null)
      times.set(found.path.toLowerCase(), known);
  }
  return times;
}

/** Cuts a line of RFC 4180 text. Fields of these logs hold no line breaks. */
function splitCsv(line: string): string[] {
  const values: string[] = [];
  for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    values.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
  }
  return values;
}
