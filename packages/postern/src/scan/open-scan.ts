import { openEvidence, type EvidenceItem, type EvidenceOptions } from "../evidence/index.ts";
import { bytesOf } from "./crew.ts";
import { DamageLog } from "./damage-log.ts";
import { PoolThreads } from "./pool/index.ts";

/** What evidence to read, and who may read it. */
export interface OpenOptions {
  readonly evidence: readonly string[];
  readonly intake: EvidenceOptions;
  /** False parses every record. Default true. */
  readonly fast?: boolean;
  readonly signal?: AbortSignal | null;
  /** Module that calls `serveItems`, and how many may read, the calling thread among them; default: all is read in this thread. */
  readonly pool?: {
    readonly module: URL;
    /** What it shall load, as plain data: see `whatToLoad`. */
    readonly load?: unknown;
    readonly workers: number;
    /** Evidence smaller than this is read in this thread; default 48 MiB: starting workers would take longer. */
    readonly worthBytes?: number;
  } | null;
}

/** Evidence that was listed, with the threads that shall read it: they load code and rules while the caller does. */
export interface OpenedScan {
  readonly items: readonly EvidenceItem[];
  /** What could not be listed. */
  readonly damage: DamageLog;
  /** Null where all is read in this thread. */
  readonly threads: PoolThreads | null;
  close(): Promise<void>;
}

const WORTH_WORKERS_BYTES = 48 << 20;

/** Lists evidence and starts workers where they are worth it. Close what it gives. @throws PosternError EVIDENCE_NOT_FOUND */
export async function openScan(options: OpenOptions): Promise<OpenedScan> {
  const { evidence, intake, fast = true, signal = null, pool = null } = options;
  const items: EvidenceItem[] = [];
  const damage = new DamageLog();
  for await (const entry of openEvidence(evidence, intake)) {
    if (entry.kind === "item") items.push(entry.item);
    else damage.add(entry);
  }
  const count = (pool?.workers ?? 0) - 1;
  const isWorth = pool !== null && count > 0 && bytesOf(items) >= (pool.worthBytes ?? WORTH_WORKERS_BYTES);
  const start = { evidence, intake, fast, signal, threads: count };
  const threads = isWorth
    ? new PoolThreads({ ...start, module: pool.module, load: pool.load ?? null })
    : null;
  return {
    items,
    damage,
    threads,
    close: async () => {
      await threads?.close();
    },
  };
}
