import { availableParallelism } from "node:os";

import { assess, findPivot } from "../assess/index.ts";
import { VERSION } from "../core/index.ts";
import type { EvidenceOptions } from "../evidence/index.ts";
import type { Assessment } from "../model/index.ts";
import { scan, type ScanProgress } from "../scan/index.ts";
import { loadDetection, type Detection } from "./detection.ts";
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
}

/** Workers run compiled code only: from a checkout's sources too, which are compiled at every install. */
const WORKER_MODULE = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/case/scan-worker.js" : "./scan-worker.js",
  import.meta.url,
);

/** Each worker holds rules and buffers of its own, so that many would cost more memory than they save time. */
const MAX_WORKERS = 8;

/** Runs all stages over evidence: read, detect, follow, assess. Writes nothing. @throws PosternError EVIDENCE_NOT_FOUND, PACK_INVALID, INTERRUPTED */
export async function runCase(options: CaseOptions): Promise<Assessment> {
  const detection = loadDetection({ baseline: options.baseline ?? null });
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
        load: options.baseline ?? null,
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
      tool,
    });
  } finally {
    kept?.close();
    await detection.close();
  }
}

function openKept(
  { keep, evidence, intake, fast }: CaseOptions,
  { rulesHash: rules, addedLists }: Detection,
): OutcomeFile | null {
  if (keep === undefined) return null;
  const settings = { intake: intake ?? {}, fast: fast ?? true, addedLists };
  return OutcomeFile.open(keep.folder, { rules, version: VERSION, evidence, settings }, keep.resume);
}
