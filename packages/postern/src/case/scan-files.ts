import { describeWebFile } from "../artifacts/index.ts";
import { codeOf, hashingSource, messageOf } from "../core/index.ts";
import {
  createLibyaraWasm,
  judgeFile,
  readFileWindow,
  type FileContext,
  type FileJudgement,
  type FileReason,
  type FileWindow,
  type KnownSettings,
  type YaraScanner,
  type YaraSource,
} from "../detect/index.ts";
import { openEvidence, type EvidenceItem } from "../evidence/index.ts";
import { guessBuild, installPathOf, parseBuild, type Build, type GenuineLists } from "../knowledge/index.ts";
import type { Problem } from "../model/index.ts";
import { loadDetection } from "./detection.ts";
import { reasonsOfSettings } from "./setting-reasons.ts";

/** What to scan and with what. */
export interface FileScanOptions {
  readonly paths: readonly string[];
  /** YARA rules of the user, beside those of the packs. A file with an error is left out and told. */
  readonly rules?: readonly YaraSource[];
  /** Folder with further lists of genuine files; null or left out: only those that come with Postern. */
  readonly baseline?: string | null;
  /** Build of the server; null or left out: what the files themselves say, if they do. */
  readonly build?: Build | null;
  /** Told what cannot be seen, once, in one sentence. */
  readonly onNote?: (text: string) => void;
  readonly onProblem?: (problem: Problem) => void;
  readonly signal?: AbortSignal | null;
}

/** A reason with its place. */
export interface FileVerdictReason extends FileReason {
  /** Line of the place, from 1; null when the reason is no text in the file, or lies behind a gap. */
  readonly line: number | null;
}

/** One file that was judged. `path`, excerpts and names are untrusted. */
export interface FileVerdict {
  readonly path: string;
  /** Of the whole file, lower-case hex; empty when it could not be read. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly verdict: FileJudgement["verdict"];
  /** 0..1 */
  readonly score: number;
  /** Heaviest first. */
  readonly reasons: readonly FileVerdictReason[];
  readonly origin: FileJudgement["origin"];
  /** Why it may be wrong; empty when nothing speaks against it. */
  readonly doubt: string;
  /** True when only beginning and end of a large file were read. */
  readonly partly: boolean;
}

/**
 * Judges every file below the paths, one after the other, in a fixed order; zips and collector outputs are read in place.
 * @throws PosternError EVIDENCE_NOT_FOUND, PACK_INVALID, INTERRUPTED
 */
export async function* scanFiles(options: FileScanOptions): AsyncGenerator<FileVerdict, void, undefined> {
  const detection = loadDetection({ baseline: options.baseline ?? null });
  const own = await compileOwn(options);
  try {
    const build = options.build ?? (await guessBuildOf(options, detection.lists()));
    if (build !== null && !detection.lists().speaksFor(build.text))
      options.onNote?.(
        `There is no list of file hashes for this build (${build.text}): changed files are not told.`,
      );
    const base: FileContext = { ...(await detection.files()), build };
    const context: FileContext = own === null ? base : { ...base, scanner: together(base.scanner, own) };
    for await (const entry of openEvidence(options.paths, {})) {
      options.signal?.throwIfAborted();
      if (entry.kind === "item") yield await judgeItem(entry.item, { ...context, known: detection.settings });
    }
  } finally {
    own?.close();
    await detection.close();
  }
}

/** Files that are read to find out the build, and how large each may be: pages and scripts of an install are small and differ enough. */
const GUESS_FILES = 400;
const GUESS_BYTES = 1 << 20;

/** The build that the first files below an install folder have; null when there are too few of them. */
async function guessBuildOf({ paths, signal }: FileScanOptions, lists: GenuineLists): Promise<Build | null> {
  const files: { readonly path: string; readonly sha256: string }[] = [];
  for await (const entry of openEvidence(paths, {})) {
    signal?.throwIfAborted();
    if (files.length >= GUESS_FILES) break;
    if (entry.kind !== "item" || !isTelling(entry.item, lists)) continue;
    const sha256 = await findHash(entry.item);
    if (sha256 !== null) files.push({ path: pathOf(entry.item), sha256 });
  }
  const guessed = guessBuild(lists, files);
  return guessed === null ? null : parseBuild(guessed);
}

/** Null for a file that cannot be read: judging it says so. */
async function findHash(item: EvidenceItem): Promise<string | null> {
  const source = await item.open().then(hashingSource, () => null);
  try {
    return source === null ? null : (await source.finish()).sha256;
  } catch {
    return null;
  } finally {
    await source?.close();
  }
}

function pathOf(item: EvidenceItem): string {
  return item.logicalPath ?? item.origin;
}

function isTelling(item: EvidenceItem, lists: GenuineLists): boolean {
  if (item.blocked === true || item.standing !== "live" || (item.sizeBytes ?? 0) > GUESS_BYTES) return false;
  const place = installPathOf(pathOf(item));
  return place !== null && lists.findPath(place.key).length > 0;
}

async function compileOwn({ rules = [], onProblem }: FileScanOptions): Promise<YaraScanner | null> {
  if (rules.length === 0) return null;
  const { scanner, problems } = await createLibyaraWasm().compile(rules);
  for (const problem of problems) onProblem?.(problem);
  return scanner;
}

function together(first: YaraScanner | null, second: YaraScanner): YaraScanner {
  if (first === null) return second;
  return {
    rules: [...first.rules, ...second.rules],
    scan: (bytes, externals) => [...first.scan(bytes, externals), ...second.scan(bytes, externals)],
    // Each is closed by whoever made it.
    close: () => undefined,
  };
}

interface ScanContext extends FileContext {
  readonly known: () => KnownSettings;
}

async function judgeItem(item: EvidenceItem, context: ScanContext): Promise<FileVerdict> {
  if (item.blocked === true)
    return unreadable(item, "It could not be opened: a link, an encrypted entry or a locked file.");
  try {
    const source = hashingSource(await item.open());
    try {
      const window = await readFileWindow(source);
      const { sha256, sizeBytes } = await source.finish();
      const facts = describeWebFile(item, window.bytes);
      const settings = reasonsOfSettings({ name: item.name, bytes: window.bytes }, context.known);
      const judgement = judgeFile({ facts, window, sha256, standing: item.standing, settings }, context);
      return toVerdict(item, judgement, { sha256, sizeBytes, window });
    } finally {
      await source.close();
    }
  } catch (thrown) {
    if (codeOf(thrown) === "INTERRUPTED") throw thrown;
    return unreadable(item, `It could not be read: ${messageOf(thrown)}`);
  }
}

interface Read {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly window: FileWindow;
}

function toVerdict(item: EvidenceItem, judgement: FileJudgement, read: Read): FileVerdict {
  const { verdict, score, reasons, origin, doubt, partly } = judgement;
  const placed = reasons.map((reason) => ({ ...reason, line: lineOf(reason, read.window) }));
  const { sha256, sizeBytes } = read;
  return { path: item.origin, sha256, sizeBytes, verdict, score, reasons: placed, origin, doubt, partly };
}

function lineOf(reason: FileReason, window: FileWindow): number | null {
  const { gap } = window;
  if (reason.excerpt === "" || (gap !== null && reason.offsetBytes >= gap.offsetBytes)) return null;
  let line = 1;
  for (const byte of window.bytes.subarray(0, reason.offsetBytes)) if (byte === 0x0a) line++;
  return line;
}

function unreadable(item: EvidenceItem, text: string): FileVerdict {
  const reason = { id: "file/unreadable", text, excerpt: "", offsetBytes: 0, weight: 0, line: null };
  const nothing = { sha256: "", score: 0, origin: "unknown", doubt: "", partly: false } as const;
  return {
    path: item.origin,
    sizeBytes: item.sizeBytes ?? 0,
    verdict: "unreadable",
    reasons: [reason],
    ...nothing,
  };
}
