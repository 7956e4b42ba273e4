import { Worker } from "node:worker_threads";

import { isErrorCode, PosternError } from "../../core/index.ts";
import type { EvidenceItem, EvidenceOptions } from "../../evidence/index.ts";
import type { Look } from "../item-reader.ts";
import type { ItemOutcome } from "../scan-item.ts";
import type { Failure, Order, Report, WorkerStart } from "./messages.ts";
import { Queue } from "./queue.ts";

/** What workers are started with. */
export interface PoolOptions {
  /** Module that calls `serveItems`. */
  readonly module: URL;
  readonly workers: number;
  /** Handed to the module: see {@link loadOrder}. */
  readonly load?: unknown;
  readonly evidence: readonly string[];
  readonly intake: EvidenceOptions;
  readonly fast: boolean;
  readonly signal: AbortSignal | null;
  /** Reads an item in this thread: one that a worker did not find where it was. */
  readonly readHere: (item: EvidenceItem, look: Look) => Promise<ItemOutcome>;
}

/** What {@link ScanPool.read} is called with besides the items. */
export interface PoolRun {
  readonly look: Look;
  /** Told the item that moved on, and the bytes read so far of all items that are still being read. */
  readonly onBytes: (item: EvidenceItem, bytesUnderWay: number) => void;
}

/** Room for short-lived objects in each worker: measured, more of it costs memory and saves no time. */
const YOUNG_MEGABYTES = 16;

/**
 * Reads items in worker threads. Which worker reads what depends on chance; outcomes are given out in the order of the items, so
 * that the result does not.
 */
export class ScanPool {
  readonly #options: PoolOptions;
  readonly #stop: Int32Array;
  readonly #workers: readonly Worker[];

  constructor(options: PoolOptions) {
    this.#options = options;
    const stop = new SharedArrayBuffer(4);
    this.#stop = new Int32Array(stop);
    const { evidence, intake, fast, module, workers, load = null } = options;
    const workerData: WorkerStart = { evidence, intake, fast, load, stop };
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MEGABYTES };
    this.#workers = Array.from(
      { length: workers },
      () => new Worker(module, { workerData, execArgv: [], resourceLimits }),
    );
    options.signal?.addEventListener("abort", () => this.#askToStop(), { once: true });
    if (options.signal?.aborted === true) this.#askToStop();
  }

  /** Gives the outcome of each item, in the order of `items`. @throws PosternError INTERRUPTED, or what a worker threw */
  async *read(items: readonly EvidenceItem[], run: PoolRun): AsyncGenerator<ItemOutcome, void, undefined> {
    const queue = new Queue(items);
    const idle = new Set(this.#workers);
    const handlers = this.#workers.map((worker) => {
      const onMessage = (report: Report): void => {
        this.#take(report, queue, run);
        if (report.kind === "bytes") return;
        idle.add(worker);
        this.#hand(idle, queue);
      };
      const onError = (error: Error): void => queue.fail(error);
      worker.on("message", onMessage).on("error", onError);
      return { worker, onMessage, onError };
    });
    try {
      for (const worker of this.#workers) send(worker, { kind: "look", look: run.look });
      for (let position = 0; position < items.length; position++) {
        const outcome = queue.outcomeAt(position);
        this.#hand(idle, queue);
        yield await outcome;
      }
    } finally {
      for (const { worker, onMessage, onError } of handlers)
        worker.off("message", onMessage).off("error", onError);
    }
  }

  /** Ends all workers; what they are reading is given up. */
  async close(): Promise<void> {
    this.#askToStop();
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #take(report: Report, queue: Queue, run: PoolRun): void {
    switch (report.kind) {
      case "bytes": {
        const item = queue.itemOf(report.index);
        if (item !== null) run.onBytes(item, queue.progress(report.index, report.bytes));
        return;
      }
      case "outcome":
        queue.settle(report.index, report.outcome);
        return;
      case "moved": {
        const item = queue.itemOf(report.index);
        if (item !== null) queue.settle(report.index, this.#options.readHere(item, run.look));
        return;
      }
      case "failed":
        queue.fail(toError(report.failure));
    }
  }

  /** Gives every idle worker an item, as long as there are items to give. */
  #hand(idle: Set<Worker>, queue: Queue): void {
    for (const worker of idle) {
      const item = queue.take();
      if (item === null) return;
      idle.delete(worker);
      const { index, origin, sizeBytes } = item;
      send(worker, { kind: "read", task: { index, origin, sizeBytes } });
    }
  }

  #askToStop(): void {
    Atomics.store(this.#stop, 0, 1);
  }
}

function send(worker: Worker, order: Order): void {
  worker.postMessage(order);
}

function toError({ code, message, detail }: Failure): Error {
  if (code !== null && isErrorCode(code)) return new PosternError(code, message, detail);
  const error = new Error(message);
  if (typeof detail["stack"] === "string") error.stack = detail["stack"];
  return error;
}
