import { machineDisk, type Disk } from "../disk.ts";

/** What ends a run: the process is gone, so that nothing after it happens. */
class Crash extends Error {
  readonly code = "POSTERN_CRASH";
}

/** True for the end that a test planned. */
export function isCrash(thrown: unknown): boolean {
  return thrown instanceof Crash;
}

/** A disk error as Node throws it. */
export function diskError(code: string): Error {
  return Object.assign(new Error(`${code}: made by a test`), { code });
}

/** How a disk fails: at the nth call (from 1) of those that `counts` names. */
export interface Failure {
  readonly at: number;
  readonly counts?: (call: keyof Disk, args: readonly unknown[]) => boolean;
  /** Null: the process ends there, and every later call ends too. */
  readonly error: Error | null;
  /** Of a write that ends the process: how many bytes reach the disk all the same. */
  readonly tornBytes?: number;
}

/** The machine's disk, which fails as told; `calls` tells how many calls there were. */
export function failingDisk(failure: Failure): { readonly disk: Disk; readonly calls: () => number } {
  const inner = machineDisk();
  let calls = 0;
  let ended = false;
  const end = (): never => {
    ended = true;
    throw new Crash("the process was killed here");
  };
  const guarded = <K extends keyof Disk>(name: K): Disk[K] => {
    const call = (...args: readonly unknown[]): unknown => {
      if (ended) throw new Crash("the process is gone");
      const counted = failure.counts?.(name, args) ?? true;
      if (counted && ++calls === failure.at) {
        if (failure.error !== null) throw failure.error;
        if (name === "write" && failure.tornBytes !== undefined) tear(args, failure.tornBytes);
        end();
      }
      // Power is not cut here, and bringing bytes to the disk is what takes time.
      return name === "sync" ? undefined : Reflect.apply(inner[name], inner, args);
    };
    return call as Disk[K]; // eslint-disable-line postern/no-type-assertion -- the wrapper passes the very arguments on
  };
  const tear = (args: readonly unknown[], bytes: number): void => {
    const [handle, data] = args;
    if (typeof handle === "number" && data instanceof Uint8Array)
      inner.write(handle, data.subarray(0, Math.min(bytes, data.length)));
  };
  const names = Object.keys(inner).filter((name): name is keyof Disk => name in inner);
  const disk = Object.fromEntries(names.map((name) => [name, guarded(name)])) as unknown as Disk; // eslint-disable-line postern/no-type-assertion -- has every call of the disk that it wraps
  return { disk, calls: () => calls };
}
