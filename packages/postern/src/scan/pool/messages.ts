import type { EvidenceOptions } from "../../evidence/index.ts";
import type { Look } from "../item-reader.ts";
import type { ItemOutcome } from "../scan-item.ts";

/** What a worker is started with. It lists the evidence by itself, because an open file cannot be sent. */
export interface WorkerStart {
  readonly evidence: readonly string[];
  readonly intake: EvidenceOptions;
  readonly fast: boolean;
  /** What the worker's module judges with; its own business. */
  readonly load: unknown;
  /** One 32-bit number, shared: not zero when somebody asked to stop. */
  readonly stop: SharedArrayBuffer;
}

/** One item to read; its origin and size show whether both sides mean the same. */
export interface ItemTask {
  readonly index: number;
  readonly origin: string;
  readonly sizeBytes: number | null;
}

/** To a worker. */
export type Order =
  { readonly kind: "look"; readonly look: Look } | { readonly kind: "read"; readonly task: ItemTask };

/** An error that was thrown in a worker. */
export interface Failure {
  readonly code: string | null;
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** From a worker. */
export type Report =
  | { readonly kind: "bytes"; readonly index: number; readonly bytes: number }
  | { readonly kind: "outcome"; readonly index: number; readonly outcome: ItemOutcome }
  /** The evidence changed since it was listed: the item is not where it was. */
  | { readonly kind: "moved"; readonly index: number }
  | { readonly kind: "failed"; readonly failure: Failure };
