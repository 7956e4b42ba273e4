import { assess, makePivot } from "../assess/index.ts";
import type { EvidenceOptions } from "../evidence/index.ts";
import type { Assessment } from "../model/index.ts";
import { scan, type ScanProgress } from "../scan/index.ts";
import { loadDetection } from "./detection.ts";
import { VERSION } from "./version.ts";

/** What to assess and how. */
export interface CaseOptions {
  readonly evidence: readonly string[];
  readonly intake?: EvidenceOptions;
  readonly signal?: AbortSignal | null;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** False reads every record in full; the answer is the same, only slower. */
  readonly fast?: boolean;
}

/** Runs all stages over evidence: read, detect, follow, assess. Writes nothing. @throws PosternError EVIDENCE_NOT_FOUND, PACK_INVALID, INTERRUPTED */
export async function runCase(options: CaseOptions): Promise<Assessment> {
  const detection = loadDetection();
  try {
    const result = await scan({
      evidence: options.evidence,
      intake: options.intake ?? {},
      matcher: detection.matcher,
      files: detection.files,
      pivot: (first) => makePivot(first.items, first.matches),
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
      tool,
    });
  } finally {
    await detection.close();
  }
}
