import { join } from "node:path";
import { PosternError } from "../core/index.ts";
import { readContainer, writeContainer } from "./container.ts";
import type { CleanContext } from "./outcome.ts";
import { findEntry, type SourceFile } from "./source-file.ts";
import type { StepHistory } from "./step-history.ts";

const FOLDER = "quarantine";

/** Where the copy of a step lies: path below the case, and on this machine. */
export function containerOf(
  step: string,
  caseFolder: string,
): { readonly below: string; readonly path: string } {
  const below = `${FOLDER}/${step}.quarantine`;
  return { below, path: join(caseFolder, FOLDER, `${step}.quarantine`) };
}

/**
 * Copies a file into the quarantine, reads the copy back and compares; a good copy of an earlier try is kept.
 * @throws PosternError CLEAN_UP_FAILED when the copy is not equal; Node's own errors.
 */
export function copyIntoQuarantine(
  step: string,
  source: SourceFile,
  context: CleanContext,
  path: string,
): string {
  const { disk, caseFolder } = context;
  const target = containerOf(step, caseFolder);
  disk.makeFolder(join(caseFolder, FOLDER));
  const earlier = goodCopy(context, target.path, source.sha256);
  if (earlier !== null) return earlier;
  const partial = `${target.path}.part`;
  for (const old of [partial, target.path]) if (findEntry(disk, old) !== null) disk.remove(old);
  const { sha256, entry } = source;
  writeContainer(disk, partial, source.handle, { step, path, sha256, sizeBytes: entry.sizeBytes });
  disk.rename(partial, target.path);
  syncFolder(context, join(caseFolder, FOLDER));
  const written = goodCopy(context, target.path, source.sha256);
  if (written === null)
    throw new PosternError("CLEAN_UP_FAILED", "the copy in the quarantine is not equal to the file", {
      step,
    });
  return written;
}

/** Hash of a container that holds what it should; null when it does not or is not there. */
function goodCopy({ disk }: CleanContext, path: string, sha256: string): string | null {
  if (findEntry(disk, path)?.kind !== "file") return null;
  const check = readContainer(disk, path);
  return check?.sha256 === sha256 ? check.containerSha256 : null;
}

/** True when the copy that the journal names is there and whole. */
export function hasGoodCopy(step: string, history: StepHistory, context: CleanContext): boolean {
  if (history.before === null) return false;
  return goodCopy(context, containerOf(step, context.caseFolder).path, history.before.sha256) !== null;
}

/** Windows cannot bring a folder to the disk by itself; there a rename is journalled by the file system. */
function syncFolder({ disk }: CleanContext, path: string): void {
  if (process.platform === "win32") return;
  const handle = disk.openFolder(path);
  try {
    disk.sync(handle);
  } finally {
    disk.close(handle);
  }
}
