import { parentPort, workerData } from "node:worker_threads";

import { messageOf, PosternError } from "../../core/index.ts";
import { openEvidence, type EvidenceItem } from "../../evidence/index.ts";
import { ItemReader, type ReadingManner, type ScanTools } from "../item-reader.ts";
import type { Failure, Order, Report, WorkerStart } from "./messages.ts";

/** Bytes read between two words about it. */
const TELL_EVERY_BYTES = 16 << 20;

/** What this worker's module shall load before it serves, as the case gave it to the pool; null when it gave nothing. */
export function whatToLoad(): unknown {
  // eslint-disable-next-line postern/no-type-assertion -- set by PoolThreads, the only one that starts workers
  return (workerData as WorkerStart | null)?.load ?? null;
}

/**
 * The main loop of a worker: reads the items that it is told to, one after the other, until it is ended from outside.
 * @param makeTools makes what judges the items out of what the case gave to the pool
 */
export async function serveItems(makeTools: (load: unknown) => ScanTools): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("serveItems runs in a worker only");
  // eslint-disable-next-line postern/no-type-assertion -- set by PoolThreads, the only one that starts this
  const start = workerData as WorkerStart;
  const tell = (report: Report): void => port.postMessage(report);
  const stop = new Int32Array(start.stop);
  const manner: ReadingManner = { fast: start.fast, isStopped: () => Atomics.load(stop, 0) !== 0 };
  const desk: Desk = { makeTools, manner, reader: null, items: listItems(start), tell };
  let last: Promise<void> = Promise.resolve();
  await new Promise<never>(() => {
    port.on("message", (order: Order) => {
      last = last.then(() => obey(order, desk));
    });
  });
}

interface Desk {
  readonly makeTools: (load: unknown) => ScanTools;
  readonly manner: ReadingManner;
  /** Null until it is known what to judge with. */
  reader: ItemReader | null;
  readonly items: Promise<ReadonlyMap<number, EvidenceItem>>;
  readonly tell: (report: Report) => void;
}

async function obey(order: Order, desk: Desk): Promise<void> {
  const { reader, items, tell } = desk;
  try {
    if (order.kind === "load") {
      desk.reader = new ItemReader(desk.makeTools(order.load), desk.manner);
      return;
    }
    if (reader === null) throw new Error("a worker was given work before it was told what to judge with");
    if (order.kind === "look") {
      reader.startLook(order.look);
      return;
    }
    const { unit, part, index, origin, sizeBytes } = order.task;
    const item = (await items).get(index);
    if (item?.origin !== origin || item.sizeBytes !== sizeBytes) {
      tell({ kind: "moved", unit });
      return;
    }
    let told = 0;
    const outcome = await reader.read({ item, part }, (bytes) => {
      if (bytes - told < TELL_EVERY_BYTES) return;
      told = bytes;
      tell({ kind: "bytes", unit, bytes });
    });
    tell({ kind: "outcome", unit, outcome });
  } catch (thrown) {
    tell({ kind: "failed", failure: failureOf(thrown) });
  }
}

async function listItems({ evidence, intake }: WorkerStart): Promise<ReadonlyMap<number, EvidenceItem>> {
  const items = new Map<number, EvidenceItem>();
  for await (const entry of openEvidence(evidence, intake))
    if (entry.kind === "item") items.set(entry.item.index, entry.item);
  return items;
}

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof PosternError)
    return { code: thrown.code, message: thrown.message, detail: { ...thrown.detail } };
  const stack = thrown instanceof Error ? (thrown.stack ?? "") : "";
  return { code: null, message: messageOf(thrown), detail: { stack } };
}
