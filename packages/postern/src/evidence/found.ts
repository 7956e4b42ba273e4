import type { ByteSource } from "../core/index.ts";
import type { DamageCode, Lost } from "../model/index.ts";
import type { EvidenceTimes } from "./item.ts";

/** Damage that has no place yet, because its item has no number yet. */
export interface Fault {
  readonly code: DamageCode;
  readonly lost: Lost;
  /** One plain sentence; may contain untrusted text. */
  readonly note: string;
  readonly offsetBytes: number;
}

/** Takes what goes wrong while bytes are read. */
export type FaultSink = (fault: Fault) => void;

/** A file that was found in a folder or an archive, before anything is known of its meaning. */
export interface FoundFile {
  readonly kind: "file";
  /** One path component, untrusted, made safe: never empty, no separators, no `..`. */
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly times: EvidenceTimes;
  /** What was wrong with it when it was listed. */
  readonly faults: readonly Fault[];
  /** True when nothing can be read from it; `faults` says why. */
  readonly blocked: boolean;
  /** Its first bytes where looking was cheap (files on disk), else null. */
  readonly head: Uint8Array | null;
  /** True when reading in any order costs the same: files on disk and entries stored without compression. */
  readonly seekable: boolean;
  open(sink: FaultSink): Promise<ByteSource>;
}

/** A directory of a folder or an archive. */
export interface FoundDirectory {
  readonly kind: "directory";
  readonly name: string;
  /** Its children in the fixed order, see `inFixedOrder`. */
  list(): Promise<readonly Found[]>;
}

/** Anything a directory can hold. */
export type Found = FoundFile | FoundDirectory;

/** No time is known. */
export const NO_TIMES: EvidenceTimes = { modified: null, created: null, source: "none" };

/** A fault of the whole item. */
export function fault(code: DamageCode, lost: Lost, note: string): Fault {
  return { code, lost, note, offsetBytes: 0 };
}

/** Compares by UTF-16 code units: the same on every machine, whatever its language. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Children in the order of their whole paths by code units. A directory counts with its separator, so that walking
 * gives the order in which a list of all paths would be sorted.
 */
export function inFixedOrder<T extends { readonly kind: string; readonly name: string }>(
  found: readonly T[],
): T[] {
  const key = (one: T): string => (one.kind === "directory" ? `${one.name}/` : one.name);
  return [...found].sort((a, b) => byCodeUnits(key(a), key(b)));
}
