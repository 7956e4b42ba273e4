import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";

import { codeOf, messageOf, PosternError } from "../core/index.ts";
import {
  installPathOf,
  listedBuildOf,
  parseHashTable,
  writeListFolder,
  type Build,
  type ListedFile,
  type StoredList,
} from "../knowledge/index.ts";
import type { Assessment, ServerAssessment } from "../model/index.ts";
import { readCase } from "./case-folder.ts";
import { scanFiles } from "./scan-files.ts";

/** Where genuine files are learned from. */
export interface BaselineSource {
  /** A table of hashes, a clean install folder, or a case of a trusted server. */
  readonly path: string;
  /** Build of a folder, or of a case that does not say it; null when not given. */
  readonly build: string | null;
  /** Folder of lists to write into. */
  readonly folder: string;
  /** Day of today, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly signal?: AbortSignal | null;
}

/** What became of it. */
export interface AddedBaseline {
  readonly lists: readonly StoredList[];
  /** Files that were not taken, and why, one sentence each. */
  readonly leftOut: readonly string[];
}

/**
 * Learns what genuine files look like and writes a list for each build. Nothing is written when the source holds a mistake or a
 * back door: a list that knows a back door would hide it for good.
 * @throws PosternError EVIDENCE_NOT_FOUND, USAGE, CASE_MALFORMED, BASELINE_INVALID, LIMIT_EXCEEDED, INTERRUPTED
 */
export async function addBaseline(source: BaselineSource): Promise<AddedBaseline> {
  const { files, leftOut } = await learn(source);
  if (files.length === 0)
    throw refuse(
      `${source.path} holds no file of an install folder of Exchange (FrontEnd, ClientAccess, Bin ...)`,
    );
  const about = { asOf: source.asOf, sources: [basename(source.path)] };
  return { lists: writeListFolder(source.folder, files, about), leftOut };
}

interface Learned {
  readonly files: readonly ListedFile[];
  readonly leftOut: readonly string[];
}

async function learn(source: BaselineSource): Promise<Learned> {
  if (!isFolder(source.path)) return fromTable(source.path);
  if (existsSync(join(source.path, "case.json"))) return fromCase(readCase(source.path), source);
  return fromFolder(source);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (thrown) {
    const message = `${path} cannot be opened: ${messageOf(thrown)}`;
    throw new PosternError("EVIDENCE_NOT_FOUND", message, { path, code: codeOf(thrown) }, thrown);
  }
}

/** Microsoft's tables have 3 MB a build. */
const MAX_TABLE_BYTES = 256 * 1024 * 1024;

function fromTable(path: string): Learned {
  const { size } = statSync(path);
  if (size > MAX_TABLE_BYTES)
    throw new PosternError("LIMIT_EXCEEDED", `${path} is larger than 256 MiB: no table of hashes is`, {
      path,
      size,
    });
  const { files, problems } = parseHashTable(readFileSync(path), path);
  if (problems.length > 0) {
    const lines = problems.map(
      ({ at, message }) => `${at.file}:${String(at.line)}:${String(at.column)} ${message}`,
    );
    throw new PosternError(
      "USAGE",
      `this is no table of hashes that can be used; nothing was written:\n${lines.join("\n")}`,
      {
        problems,
      },
    );
  }
  return { files, leftOut: [] };
}

/** Folders in which a server keeps data beside its programs: only programs are taken from them. */
const WITH_DATA = /^(?:mailbox|transportroles|exchangeoab)\\/u;
const PROGRAM = /\.(?:dll|exe|config|xml|ps1|aspx|ashx|asmx|asax|svc)$/u;

async function fromFolder({ path, build, signal = null }: BaselineSource): Promise<Learned> {
  const parsed = buildOf(
    build,
    `${path} does not say of which build it is: give --build, like --build 15.2.1544.9`,
  );
  const files: ListedFile[] = [];
  const leftOut: string[] = [];
  for await (const file of scanFiles({ paths: [path], signal })) {
    // As if it lay in the install folder, so that a copy of it with any name will do.
    const place = installPathOf(`v15/${relative(path, file.path)}`);
    if (place === null || (WITH_DATA.test(place.key) && !PROGRAM.test(place.key))) continue;
    if (file.verdict === "webshell")
      throw refuse(`${file.path} is a back door: this folder is not clean, and nothing was written`);
    if (file.verdict === "suspicious" || file.sha256 === "") leftOut.push(`${file.path}: ${file.verdict}`);
    else files.push({ build: parsed, key: place.key, sha256: file.sha256 });
  }
  return { files, leftOut };
}

function fromCase(assessment: Assessment, { path, build }: BaselineSource): Learned {
  if (assessment.verdict === "compromised")
    throw refuse(`${path} is the case of a server that was broken into: its files are no measure for others`);
  const told = new Set(assessment.findings.flatMap((finding) => finding.entities.hashes ?? []));
  const files: ListedFile[] = [];
  const leftOut: string[] = [];
  for (const entry of assessment.evidence) {
    const place = installPathOf(entry.path);
    if (place === null || entry.sha256 === "" || (WITH_DATA.test(place.key) && !PROGRAM.test(place.key)))
      continue;
    const parsed = buildOf(
      build ?? serverOf(assessment, entry.server)?.build ?? null,
      `${path} does not say which build its server has: give --build`,
    );
    if (told.has(entry.sha256)) leftOut.push(`${entry.path}: the case has a finding about it`);
    else files.push({ build: parsed, key: place.key, sha256: entry.sha256 });
  }
  return { files, leftOut };
}

function serverOf({ servers }: Assessment, name: string | null): ServerAssessment | undefined {
  const [only] = servers;
  return servers.length === 1
    ? only
    : servers.find((server) => server.name.toLowerCase() === name?.toLowerCase());
}

function buildOf(text: string | null, missing: string): Build {
  if (text === null) throw refuse(missing);
  const build = listedBuildOf(text);
  if (build === null)
    throw refuse(`${JSON.stringify(text)} is no build of Exchange: give it like 15.2.1544.9`);
  return build;
}

function refuse(message: string): PosternError {
  return new PosternError("USAGE", message);
}
