import { createHash } from "node:crypto";
import type { RemoveElementAction } from "../model/index.ts";
import { hashBytes, readWhole, writeAll } from "./disk-bytes.ts";
import type { JournalEntry } from "./journal.ts";
import type { CleanContext, StepOutcome } from "./outcome.ts";
import { containerOf, copyIntoQuarantine } from "./quarantine.ts";
import { removeElement } from "./remove-element.ts";
import { beforeOf, findEntry, isUntouched, openSource, type SourceFile } from "./source-file.ts";
import { historyOf } from "./step-history.ts";

/** No configuration file of IIS or Exchange is nearly as large. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** The name under which a new file is made before it takes its place: no web server serves it. */
export function temporaryName(step: string): string {
  return `.postern-${createHash("sha256").update(step).digest("hex").slice(0, 12)}.tmp`;
}

/**
 * Takes one element out of a configuration file: the whole file goes into the quarantine first, the new one is written beside it and takes
 * its place by one rename. After a crash the same call goes on. Throws Node's own errors where the disk refuses.
 */
export function applyElement(step: string, action: RemoveElementAction, context: CleanContext): StepOutcome {
  const told = (result: StepOutcome["result"], text: string): StepOutcome => ({ step, result, text });
  const { entries } = context.journal;
  const history = historyOf(entries, step);
  if (history.phase === "restoring")
    return told("refused", "Taking this step back was interrupted. Run undo again first.");
  const source = openSource(context, action.path);
  if ("refused" in source) return told("refused", source.text);
  try {
    if (source.sha256 === history.afterSha256) {
      if (history.phase === "replacing" && context.act)
        context.journal.add({ act: "replaced", step, afterSha256: source.sha256 });
      return told("already", `The entry was taken out of ${source.place.shown} before.`);
    }
    if (history.phase === "replaced" && !laterEdits(entries, step, source.sha256))
      return told(
        "refused",
        `${action.path} changed after the entry was taken out. It is left alone: assess again.`,
      );
    if (history.phase === "replaced") return told("already", "The entry was taken out before.");
    if (!expectedHashes(entries, action).has(source.sha256))
      return told("refused", `${action.path} changed since it was read. It is left alone: assess again.`);
    return edit(step, action, source, context);
  } finally {
    source.close();
  }
}

/** The content that the finding is about, and what earlier steps of this case made of it. */
function expectedHashes(entries: readonly JournalEntry[], action: RemoveElementAction): ReadonlySet<string> {
  const expected = new Set([action.sha256]);
  for (const { what } of entries) {
    if (what.act !== "replaced") continue;
    const before = historyOf(entries, what.step).before;
    if (before !== null && expected.has(before.sha256)) expected.add(what.afterSha256);
  }
  return expected;
}

/** True when the present content was made by another step of this case from what this step made. */
function laterEdits(entries: readonly JournalEntry[], step: string, sha256: string): boolean {
  const after = historyOf(entries, step).afterSha256;
  const reached = new Set(after === null ? [] : [after]);
  for (const { what } of entries) {
    if (what.act !== "replaced" || what.step === step) continue;
    const before = historyOf(entries, what.step).before;
    if (before !== null && reached.has(before.sha256)) reached.add(what.afterSha256);
  }
  return reached.has(sha256);
}

function edit(
  step: string,
  action: RemoveElementAction,
  source: SourceFile,
  context: CleanContext,
): StepOutcome {
  const told = (result: StepOutcome["result"], text: string): StepOutcome => ({ step, result, text });
  const { disk, journal } = context;
  if (source.entry.sizeBytes > MAX_FILE_BYTES) return told("refused", `${action.path} is too large to edit.`);
  const bytes = readWhole(disk, source.handle, MAX_FILE_BYTES);
  const edited = removeElement(bytes, action, source.sha256 === action.sha256);
  if ("refused" in edited) return told("refused", `${action.path}: ${edited.refused}`);
  if (!context.act)
    return told("would", `Would take ${edited.removed.join(" and ")} out of ${source.place.shown}.`);
  if (historyOf(journal.entries, step).before?.sha256 !== source.sha256)
    journal.add({ act: "begin", step, before: beforeOf(action.path, source) });
  const containerSha256 = copyIntoQuarantine(step, source, context, action.path);
  journal.add({
    act: "copied",
    step,
    container: containerOf(step, context.caseFolder).below,
    containerSha256,
  });
  const afterSha256 = hashBytes(edited.bytes);
  const temporary = source.place.beside(temporaryName(step));
  writeBeside(context, temporary, edited.bytes, source);
  if (!isUntouched(disk, source)) {
    disk.remove(temporary);
    return told("refused", `${action.path} changed while it was copied. It is left alone.`);
  }
  journal.add({ act: "replacing", step, afterSha256 });
  disk.rename(temporary, source.place.path);
  source.place.sync();
  journal.add({ act: "replaced", step, afterSha256 });
  return told("done", `${edited.removed.join(" and ")} was taken out of ${source.place.shown}.`);
}

/** A complete new file with the rights of the old one, on the disk before it takes its place. */
function writeBeside(
  { disk }: CleanContext,
  temporary: string,
  bytes: Uint8Array,
  { entry }: SourceFile,
): void {
  if (findEntry(disk, temporary) !== null) disk.remove(temporary);
  const handle = disk.create(temporary);
  try {
    writeAll(disk, handle, bytes);
    const made = disk.lookAt(handle);
    if (made.owner !== entry.owner || made.group !== entry.group)
      disk.setOwner(handle, entry.owner, entry.group);
    disk.setMode(handle, entry.mode);
    disk.sync(handle);
  } finally {
    disk.close(handle);
  }
}
