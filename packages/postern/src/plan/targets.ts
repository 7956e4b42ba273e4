import type { Assessment, Citation, Finding, PlanAction } from "../model/index.ts";
import type { ScriptValues } from "./script-text.ts";

/** A file or an entry that a step is about. All names are untrusted. */
export interface Target {
  /** The same place and content give the same key. */
  readonly key: string;
  readonly path: string;
  /** Null when it cannot be done by machine: no place on the server is known, or the excerpt is cut. */
  readonly action: PlanAction | null;
  readonly values: ScriptValues;
}

/** A place on a Windows disk; anything else cannot be found again below a root. */
const WINDOWS_PATH = /^[A-Za-z]:\\./u;

/** The files that a finding is about, with the content that they had. */
export function fileTargets(finding: Finding, assessment: Assessment): readonly Target[] {
  return filesOf(finding, assessment).map(({ path, sha256, sizeBytes }) => ({
    key: `${path.toLowerCase()}\n${sha256}`,
    path,
    action: WINDOWS_PATH.test(path) ? { do: "quarantine", path, sha256, sizeBytes } : null,
    values: { path, sha256 },
  }));
}

interface SeenFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Files are named by a finding, or are what it cites (a task is its file). A copy in the evidence of the same place counts once. */
function filesOf(finding: Finding, assessment: Assessment): readonly SeenFile[] {
  const named = new Set(finding.entities.files ?? []);
  const hashes = new Set(finding.entities.hashes ?? []);
  const cited = new Map(
    finding.citations.filter(isWholeFile).map(({ evidence, path }) => [`${evidence}\n${path}`, true]),
  );
  const found = new Map<string, SeenFile>();
  for (const { path, sha256, sizeBytes } of assessment.evidence) {
    const isNamed = named.has(path) && hashes.has(sha256);
    if (!isNamed && !(hashes.size === 0 && cited.has(`${sha256}\n${path}`))) continue;
    found.set(`${path.toLowerCase()}\n${sha256}`, { path, sha256, sizeBytes });
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Records of a log are cited by line or number; a file by a place in it. */
function isWholeFile({ record, path }: Citation): boolean {
  return record === null && !/\.(?:log|evtx|csv|json|txt)$/iu.test(path);
}

/** Complete start tag of one element: what stands in a configuration file and can be taken out of it. */
const START_TAG = /^<[A-Za-z][\w.-]*(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*\/?>$/u;

/** The entries of configuration files that a finding is about. */
export function elementTargets(finding: Finding, assessment: Assessment): readonly Target[] {
  const sizes = new Map(
    assessment.evidence.map(({ path, sha256, sizeBytes }) => [`${sha256}\n${path}`, sizeBytes] as const),
  );
  return finding.citations.filter(isWholeFile).map((citation): Target => {
    const { path, evidence: sha256, excerpt: tag, offset: offsetBytes } = citation;
    const sizeBytes = sizes.get(`${sha256}\n${path}`);
    const isDoable = WINDOWS_PATH.test(path) && START_TAG.test(tag) && sizeBytes !== undefined;
    const isNative = attributeOf(tag, "image") !== null;
    return {
      key: `${path.toLowerCase()}\n${sha256}\n${String(offsetBytes)}`,
      path,
      action: isDoable
        ? {
            do: "remove-element",
            path,
            sha256,
            sizeBytes,
            tag,
            offsetBytes,
            alsoModule: isNative ? attributeOf(tag, "name") : null,
          }
        : null,
      values: { path, sha256 },
    };
  });
}

/** Accounts that have no password of their own to change, and computers. */
const OF_THE_SYSTEM =
  /^(?:nt authority|nt-autorit[^\\]*|window manager|iis apppool)\\|^(?:system|(?:local|network) service)$|\$$/iu;

/** What a finding gives to a script. */
export function findingValues(finding: Finding, serverName: string): ScriptValues {
  const { files = [], users = [], mailboxes = [] } = finding.entities;
  const names = finding.citations.flatMap(({ excerpt }) => attributeOf(excerpt, "name") ?? []);
  const tasks = finding.citations.flatMap(({ path }) => /\\System32\\Tasks(\\.+)$/iu.exec(path)?.[1] ?? []);
  return {
    server: serverName,
    paths: files.filter((file) => file.includes("\\")),
    users: users.filter((user) => !OF_THE_SYSTEM.test(user)),
    mailboxes,
    names: [...new Set(names)],
    tasks: [...new Set(tasks)],
  };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function attributeOf(tag: string, name: string): string | null {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "u").exec(tag);
  if (found === null) return null;
  return (found[1] ?? found[2] ?? "").replace(
    /&(amp|lt|gt|quot|apos);/gu,
    (whole, entity: string) => ENTITIES[entity] ?? whole,
  );
}
