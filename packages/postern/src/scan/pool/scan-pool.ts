import { Worker } from "node:worker_threads";

import { isErrorCode, PosternError } from "../../core/index.ts";
import type { EvidenceItem, EvidenceOptions } from "../../evidence/index.ts";
import type { Look } from "../item-reader.ts";
import type { Unit, UnitOutcome } from "../unit.ts";
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
  /** Reads a unit in this thread: one that a worker did not find where it was. */
  readonly readHere: (unit: Unit, look: Look) => Promise<UnitOutcome>;
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
 * Reads units in worker threads. Which worker reads what depends on chance; outcomes are given out in the order of the units, so
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

  /** Gives the outcome of each unit, in the order of `units`. @throws PosternError INTERRUPTED, or what a worker threw */
  async *read(units: readonly Unit[], run: PoolRun): AsyncGenerator<UnitOutcome, void, undefined> {
    const queue = new Queue(units);
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
      for (let position = 0; position < units.length; position++) {
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
        const unit = queue.unitAt(report.unit);
        if (unit !== null) run.onBytes(unit.item, queue.progress(report.unit, report.bytes));
        return;
      }
      case "outcome":
        queue.settle(report.unit, report.outcome);
        return;
      case "moved": {
        const unit = queue.unitAt(report.unit);
        if (unit !== null) queue.settle(report.unit, this.#options.readHere(unit, run.look));
        return;
      }
      case "failed":
        queue.fail(toError(report.failure));
    }
  }

  /** Gives every idle worker a unit, as long as there are units to give. */
  #hand(idle: Set<Worker>, queue: Queue): void {
    for (const worker of idle) {
      const unit = queue.take();
      if (unit === null) return;
      idle.delete(worker);
      const { index, origin, sizeBytes } = unit.item;
      const task = { unit: unit.position, part: unit.part, index, origin, sizeBytes };
      send(worker, { kind: "read", task });
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
