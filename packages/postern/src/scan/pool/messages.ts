import type { EvidenceOptions } from "../../evidence/index.ts";
import type { Look } from "../item-reader.ts";
import type { Part, UnitOutcome } from "../unit.ts";

/** What a worker is started with. It lists the evidence by itself, because an open file cannot be sent. */
export interface WorkerStart {
  readonly evidence: readonly string[];
  readonly intake: EvidenceOptions;
  readonly fast: boolean;
  /** What the worker's module shall load, as plain data; its own business. */
  readonly load: unknown;
  /** One 32-bit number, shared: not zero when somebody asked to stop. */
  readonly stop: SharedArrayBuffer;
}

/** A unit to read; origin and size of its item show whether both sides mean the same. */
export interface UnitTask {
  /** Its place among the units of this look. */
  readonly unit: number;
  readonly part: Part | null;
  readonly index: number;
  readonly origin: string;
  readonly sizeBytes: number | null;
}

/** To a worker; the first is `load`. */
export type Order =
  /** What the caller has to say to what the module loaded; its own business. */
  | { readonly kind: "load"; readonly load: unknown }
  | { readonly kind: "look"; readonly look: Look }
  | { readonly kind: "read"; readonly task: UnitTask };

/** An error that was thrown in a worker. */
export interface Failure {
  readonly code: string | null;
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** From a worker. */
export type Report =
  | { readonly kind: "bytes"; readonly unit: number; readonly bytes: number }
  | { readonly kind: "outcome"; readonly unit: number; readonly outcome: UnitOutcome }
  /** The evidence changed since it was listed: the item is not where it was. */
  | { readonly kind: "moved"; readonly unit: number }
  | { readonly kind: "failed"; readonly failure: Failure };
