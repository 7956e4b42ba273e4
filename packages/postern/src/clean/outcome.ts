import { codeOf, messageOf } from "../core/index.ts";
import type { Disk } from "./disk.ts";
import type { Journal } from "./journal.ts";
import type { TreeRoot } from "./place.ts";

/** What apply and undo work with. */
export interface CleanContext {
  readonly disk: Disk;
  readonly roots: readonly TreeRoot[];
  /** Real path of the case. */
  readonly caseFolder: string;
  readonly journal: Journal;
  /** False: only says what would be done, and writes nothing, not even into the case. */
  readonly act: boolean;
}

/** What became of a step. `refused`: left alone on purpose. `failed`: the disk refused; nothing is lost, run it again. */
export interface StepOutcome {
  readonly step: string;
  readonly result: "done" | "would" | "already" | "refused" | "failed";
  /** One or two plain sentences. May hold untrusted text. */
  readonly text: string;
}

/** What a disk error means; null for anything that is no disk error. */
function diskErrorText(thrown: unknown): string | null {
  const code = codeOf(thrown);
  if (code === null || !/^E[A-Z0-9]{2,}$/u.test(code)) return null;
  return DISK_ERRORS[code] ?? messageOf(thrown);
}

const DISK_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of the disk is used up",
  EACCES: "permission was denied",
  EPERM: "permission was denied",
  EROFS: "the disk is read-only",
  EBUSY: "another program holds the file",
  EIO: "the disk reports an error",
};

/** Runs a step; what the disk refuses becomes an outcome, everything else goes on up. */
export function tried(step: string, run: () => StepOutcome): StepOutcome {
  try {
    return run();
  } catch (thrown) {
    const why = diskErrorText(thrown) ?? (codeOf(thrown) === "CLEAN_UP_FAILED" ? messageOf(thrown) : null);
    if (why === null) throw thrown;
    return {
      step,
      result: "failed",
      text: `It could not be finished: ${why}. Nothing is lost; when that is mended, run the same command again.`,
    };
  }
}
