import { availableParallelism } from "node:os";

import { assess, findPivot } from "../assess/index.ts";
import { VERSION } from "../core/index.ts";
import type { TipGiven } from "../detect/index.ts";
import type { EvidenceOptions } from "../evidence/index.ts";
import type { Assessment, Problem } from "../model/index.ts";
import { scan, type ScanProgress } from "../scan/index.ts";
import { loadDetection, type Detection } from "./detection.ts";
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
  /** Worker threads for large evidence; the answer is the same for any number. Default: one a processor. */
  readonly workers?: number;
  /** Where the case will be written: what is read is kept beside it until `OutcomeFile.remove`; `resume` false reads everything anew. */
  readonly keep?: { readonly folder: string; readonly resume: boolean };
  /** Bytes of evidence from which on workers are started; default: where they begin to save time. */
  readonly worthWorkersBytes?: number;
  /** Folder with further lists of genuine files; null or left out: only those that come with Postern. */
  readonly baseline?: string | null;
  /** Files and folders with indicators to look for: STIX 2.1, MISP, OpenIOC, tables, plain lists. */
  readonly indicators?: readonly string[];
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
  const detection = loadDetection(wanted);
  for (const problem of detection.given?.problems ?? []) options.onProblem?.(problem);
  const kept = openKept(options, detection);
  try {
    const result = await scan({
      journal: kept,
      evidence: options.evidence,
      intake: options.intake ?? {},
      ...scanToolsOf(detection),
      findPivot: ({ items, matches, mail }) => findPivot(items, matches, mail),
      pool: {
        module: WORKER_MODULE,
        load: { options: wanted, loaded: detection.loaded } satisfies LoadOrder,
        workers: Math.min(options.workers ?? availableParallelism(), MAX_WORKERS),
        ...(options.worthWorkersBytes === undefined ? {} : { worthBytes: options.worthWorkersBytes }),
      },
      fast: options.fast ?? true,
      signal: options.signal ?? null,
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
    const tool = {
      name: "postern",
      version: VERSION,
      rules: detection.rulesHash,
      knowledgeAsOf: detection.knowledge.asOf,
    } as const;
    return assess({
      scan: result,
      packs: detection.packs,
      indicators: detection.indicators,
      knowledge: detection.knowledge,
      lists: detection.lists,
      given: detection.given,
      campaigns: options.campaigns ?? [],
      tool,
    });
  } finally {
    kept?.close();
    await detection.close();
  }
}

function openKept(
  { keep, evidence, intake, fast }: CaseOptions,
  { rulesHash: rules, addedLists, given }: Detection,
): OutcomeFile | null {
  if (keep === undefined) return null;
  const lists = given?.lists.map((list) => list.sha256) ?? [];
  const tips = given?.tips.map(({ tip }) => tip.value) ?? [];
  const settings = { intake: intake ?? {}, fast: fast ?? true, addedLists, lists, tips };
  return OutcomeFile.open(keep.folder, { rules, version: VERSION, evidence, settings }, keep.resume);
}
