import type { Worker } from "node:worker_threads";

import { isErrorCode, messageOf, PosternError } from "../../core/index.ts";
import type { EvidenceItem } from "../../evidence/index.ts";
import type { Look } from "../item-reader.ts";
import type { Unit, UnitOutcome } from "../unit.ts";
import type { Failure, Order, Report } from "./messages.ts";
import { Queue } from "./queue.ts";
import type { PoolThreads } from "./threads.ts";

/** Reads a unit in this thread; `onBytes` is told what has been read of it. */
export type ReadUnit = (unit: Unit, onBytes: (bytes: number) => void) => Promise<UnitOutcome>;

/** What {@link ScanPool.read} is called with besides the items. */
export interface PoolRun {
  readonly look: Look;
  /** Told the item that moved on, and the bytes read so far of all items that are still being read. */
  readonly onBytes: (item: EvidenceItem, bytesUnderWay: number) => void;
}

/** One who reads. */
interface Desk {
  /** Units given and not finished. */
  held: number;
  /**
   * How many it may hold: a worker has a second one waiting, because this thread, which hands them out, may be in the middle of a long
   * read itself when the first is done.
   */
  readonly room: 1 | 2;
  readonly give: (unit: Unit & { readonly position: number }) => void;
}

/** What a look has in hand while it runs. */
interface UnderWay {
  readonly queue: Queue;
  readonly run: PoolRun;
  readonly desks: readonly Desk[];
  readonly readHere: ReadUnit;
}

/**
 * Reads units in worker threads and in this one, whose code is compiled and warm already. Who reads what depends on chance; outcomes are
 * given out in the order of the units, so that the result does not.
 */
export class ScanPool {
  readonly #threads: PoolThreads;
  readonly #lookHere: (look: Look) => ReadUnit;

  /**
   * @param threads started, and told what to judge with
   * @param lookHere readies this thread's own reader for a look
   */
  constructor(threads: PoolThreads, lookHere: (look: Look) => ReadUnit) {
    this.#threads = threads;
    this.#lookHere = lookHere;
  }

  /** Gives the outcome of each unit, in the order of `units`. @throws PosternError INTERRUPTED, or what a worker threw */
  async *read(units: readonly Unit[], run: PoolRun): AsyncGenerator<UnitOutcome, void, undefined> {
    const queue = new Queue(units);
    const desks: Desk[] = [];
    const way: UnderWay = { queue, run, desks, readHere: this.#lookHere(run.look) };
    const listeners = this.#threads.workers.map((worker) => employ(worker, way, desks));
    if (this.#threads.failure !== null) queue.fail(this.#threads.failure);
    desks.push(deskHere(way));
    try {
      for (let position = 0; position < units.length; position++) {
        const outcome = queue.outcomeAt(position);
        hand(way);
        yield await outcome;
      }
    } finally {
      for (const dismiss of listeners) dismiss();
    }
  }
}

/** Tells a worker for what it reads, and listens to it. Gives back how to stop listening. */
function employ(worker: Worker, way: UnderWay, desks: Desk[]): () => void {
  const give: Desk["give"] = ({ item, part, position }) => {
    const { index, origin, sizeBytes } = item;
    send(worker, { kind: "read", task: { unit: position, part, index, origin, sizeBytes } });
  };
  const desk: Desk = { held: 0, room: 2, give };
  const onMessage = (report: Report): void => {
    take(report, way);
    if (report.kind === "bytes") return;
    desk.held--;
    hand(way);
  };
  const onError = (error: Error): void => way.queue.fail(error);
  worker.on("message", onMessage).on("error", onError);
  send(worker, { kind: "look", look: way.run.look });
  desks.push(desk);
  return () => worker.off("message", onMessage).off("error", onError);
}

/** This thread's own. */
function deskHere(way: UnderWay): Desk {
  const { queue, run } = way;
  const give: Desk["give"] = (unit) => {
    const { item, position } = unit;
    const onBytes = (bytes: number): void => run.onBytes(item, queue.progress(position, bytes));
    way.readHere(unit, onBytes).then(
      (outcome) => {
        queue.settle(position, outcome);
        desk.held--;
        hand(way);
      },
      (thrown: unknown) => queue.fail(thrown instanceof Error ? thrown : new Error(messageOf(thrown))),
    );
  };
  const desk: Desk = { held: 0, room: 1, give };
  return desk;
}

/** Gives everybody who has nothing to read a unit, as long as there are units; then, while there are enough for all, workers one to go on with. */
function hand({ desks, queue }: UnderWay): void {
  for (const wanted of [1, 2]) {
    for (const desk of desks) {
      if (desk.held >= Math.min(wanted, desk.room)) continue;
      if (wanted > 1 && queue.left < desks.length) return;
      const unit = queue.take();
      if (unit === null) return;
      desk.held++;
      desk.give(unit);
    }
  }
}

function take(report: Report, { queue, run, readHere }: UnderWay): void {
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
      if (unit !== null)
        queue.settle(
          report.unit,
          readHere(unit, () => undefined),
        );
      return;
    }
    case "failed":
      queue.fail(toError(report.failure));
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
