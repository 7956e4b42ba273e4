import { availableParallelism } from "node:os";

import { assess, findPivot } from "../assess/index.ts";
import { VERSION } from "../core/index.ts";
import type { TipGiven } from "../detect/index.ts";
import type { EvidenceOptions } from "../evidence/index.ts";
import type { Assessment, Problem } from "../model/index.ts";
import {
  openScan,
  scan,
  type OpenedScan,
  type ScanOptions,
  type ScanProgress,
  type ScanResult,
  type SpoolOptions,
} from "../scan/index.ts";
import { loadDetection, type Detection } from "./detection.ts";
import { hasSpool, prepareEvents, waitingFile, writeEventsFile } from "./events/index.ts";
import type { LoadOrder } from "./load-order.ts";
import { OutcomeFile } from "./outcome-file.ts";
import { scanToolsOf } from "./scan-tools.ts";

/** What to assess and how. */
export interface CaseOptions {
  readonly evidence: readonly string[];
  readonly intake?: EvidenceOptions;
  readonly signal?: AbortSignal | null;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** False reads every record in full; the answer is the same, only slower. */
  readonly fast?: boolean;
  /** Threads that read large evidence, the calling one among them; the answer is the same for any number. Default: one a processor. */
  readonly workers?: number;
  /** Where the case will be written: what is read is kept beside it until `OutcomeFile.remove`; `resume` false reads everything anew. */
  readonly keep?: { readonly folder: string; readonly resume: boolean };
  /** Bytes of evidence from which on workers are started; default: where they begin to save time. */
  readonly worthWorkersBytes?: number;
  /** Size of logs from which on they are cut into parts; default: see `scan`. */
  readonly cutFromBytes?: number;
  /** Folder with further lists of genuine files; null or left out: only those that come with Postern. */
  readonly baseline?: string | null;
  /** Files and folders with indicators to look for: STIX 2.1, MISP, OpenIOC, tables, plain lists. */
  readonly indicators?: readonly string[];
  /** Events are kept for the case (`keep` says where): those that rules match and all requests by the addresses found, or all there are; default: none. */
  readonly events?: "found" | "all";
  /** What others said of the servers, to be held against the evidence. */
  readonly tips?: readonly TipGiven[];
  /** Told what in the given indicators is wrong or cannot be looked for. */
  readonly onProblem?: (problem: Problem) => void;
  /** Ids of the campaigns in scope; none or left out: all. */
  readonly campaigns?: readonly string[];
}

/** Workers run compiled code only: from a checkout's sources too, which are compiled at every install. */
const WORKER_MODULE = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/case/scan-worker.js" : "./scan-worker.js",
  import.meta.url,
);

/** Each worker holds rules and buffers of its own, so that many would cost more memory than they save time. */
const MAX_WORKERS = 8;

/** Runs all stages over evidence: read, detect, follow, assess. Writes nothing. @throws PosternError EVIDENCE_NOT_FOUND, PACK_INVALID, INDICATORS_INVALID, USAGE, INTERRUPTED */
export async function runCase(options: CaseOptions): Promise<Assessment> {
  const wanted = {
    baseline: options.baseline ?? null,
    indicators: options.indicators ?? [],
    tips: options.tips ?? [],
    campaigns: options.campaigns ?? [],
  };
  const {
    evidence,
    intake = {},
    signal = null,
    workers = availableParallelism(),
    worthWorkersBytes,
  } = options;
  // Every record is wanted: then none may be only counted.
  const fast = options.fast !== false && options.events !== "all";
  const pool = {
    module: WORKER_MODULE,
    load: wanted,
    workers: Math.min(workers, MAX_WORKERS),
    ...(worthWorkersBytes === undefined ? {} : { worthBytes: worthWorkersBytes }),
  };
  const opened = await openScan({ evidence, intake, fast, signal, pool });
  try {
    const detection = loadDetection(wanted);
    return await runWith(detection, opened, { ...options, intake, fast, signal });
  } finally {
    await opened.close();
  }
}

async function runWith(
  detection: Detection,
  opened: OpenedScan,
  options: CaseOptions & Pick<ScanOptions, "intake" | "fast" | "signal">,
): Promise<Assessment> {
  for (const problem of detection.given?.problems ?? []) options.onProblem?.(problem);
  const spool = openSpool(options, detection);
  try {
    const result = await scan({
      opened,
      journal: spool.kept,
      evidence: options.evidence,
      intake: options.intake,
      ...scanToolsOf(detection, spool.options),
      findPivot: ({ items, matches, mail }) => findPivot(items, matches, mail),
      load: { rulesHash: detection.rulesHash, spool: spool.options } satisfies LoadOrder,
      ...(options.fast === undefined ? {} : { fast: options.fast }),
      ...(options.cutFromBytes === undefined ? {} : { cutFromBytes: options.cutFromBytes }),
      signal: options.signal ?? null,
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
    const tool = {
      name: "postern",
      version: VERSION,
      rules: detection.rulesHash,
      knowledgeAsOf: detection.knowledge.asOf,
    } as const;
    const assessment = assess({
      scan: result,
      packs: detection.packs,
      indicators: detection.indicators,
      knowledge: detection.knowledge,
      lists: detection.lists,
      given: detection.given,
      campaigns: options.campaigns ?? [],
      tool,
    });
    await writeEvents(options, { spool: spool.options, items: result.items, assessment });
    return assessment;
  } finally {
    spool.kept?.close();
    await detection.close();
  }
}

/** What was kept of an earlier run, and where events are put aside. Outcomes without the events that belong to them are worth nothing. */
function openSpool(
  options: CaseOptions,
  detection: Detection,
): { readonly kept: OutcomeFile | null; readonly options: SpoolOptions | null } {
  const { keep, events } = options;
  if (keep === undefined || events === undefined)
    return { kept: openKept(options, detection), options: null };
  const resume = keep.resume && hasSpool(keep.folder);
  const kept = openKept({ ...options, keep: { ...keep, resume } }, detection);
  const folder = prepareEvents(keep.folder, (kept?.size ?? 0) === 0);
  return { kept, options: { folder, all: events === "all" } };
}

async function writeEvents(
  { keep }: CaseOptions,
  of: {
    readonly spool: SpoolOptions | null;
    readonly items: ScanResult["items"];
    readonly assessment: Assessment;
  },
): Promise<void> {
  if (keep === undefined || of.spool === null) return;
  await writeEventsFile(waitingFile(keep.folder), {
    spool: of.spool.folder,
    items: of.items.map(({ index, path, sha256, state, serverHint }) => ({
      ...{ index, path, sha256, state, server: serverHint },
    })),
    servers: of.assessment.servers,
  });
}

function openKept(
  { keep, evidence, intake, fast, events }: CaseOptions,
  { rulesHash: rules, addedLists, given }: Detection,
): OutcomeFile | null {
  if (keep === undefined) return null;
  const lists = given?.lists.map((list) => list.sha256) ?? [];
  const tips = given?.tips.map(({ tip }) => tip.value) ?? [];
  const settings = { intake: intake ?? {}, fast: fast ?? true, addedLists, lists, tips, events };
  return OutcomeFile.open(keep.folder, { rules, version: VERSION, evidence, settings }, keep.resume);
}
