import { Worker } from "node:worker_threads";

import type { EvidenceOptions } from "../../evidence/index.ts";
import type { Order, WorkerStart } from "./messages.ts";

/** What workers are started with. */
export interface ThreadOptions {
  /** Module that calls `serveItems`. */
  readonly module: URL;
  /** What it shall load, as plain data: see `whatToLoad`. */
  readonly load: unknown;
  /** Threads that are started: the calling one reads too. */
  readonly threads: number;
  readonly evidence: readonly string[];
  readonly intake: EvidenceOptions;
  readonly fast: boolean;
  readonly signal: AbortSignal | null;
}

/** Room for short-lived objects in each worker: measured, more of it costs memory and saves no time. */
const YOUNG_MEGABYTES = 16;

/**
 * The worker threads of a scan. They are started before the rules are loaded here, and load their code and the same rules meanwhile.
 */
export class PoolThreads {
  readonly workers: readonly Worker[];
  readonly #stop: Int32Array;
  /** What a worker threw before anybody listened to it. */
  #failure: Error | null = null;

  constructor({ module, load, threads, evidence, intake, fast, signal }: ThreadOptions) {
    const stop = new SharedArrayBuffer(4);
    this.#stop = new Int32Array(stop);
    const workerData: WorkerStart = { evidence, intake, fast, load, stop };
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MEGABYTES };
    this.workers = Array.from({ length: threads }, () => {
      const worker = new Worker(module, { workerData, execArgv: [], resourceLimits });
      return worker.on("error", (error: Error) => (this.#failure ??= error));
    });
    signal?.addEventListener("abort", () => this.#askToStop(), { once: true });
    if (signal?.aborted === true) this.#askToStop();
  }

  get failure(): Error | null {
    return this.#failure;
  }

  /** Lets all workers judge with what they loaded. */
  load(load: unknown): void {
    for (const worker of this.workers) worker.postMessage({ kind: "load", load } satisfies Order);
  }

  /** Ends all workers; what they are reading is given up. */
  async close(): Promise<void> {
    this.#askToStop();
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  #askToStop(): void {
    Atomics.store(this.#stop, 0, 1);
  }
}
