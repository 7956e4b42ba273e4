import { codeOf } from "../core/index.ts";
import { temporaryName } from "./apply-element.ts";
import { readContainer } from "./container.ts";
import { secondsOf, type DiskEntry } from "./disk.ts";
import { hashHandle, writeAll } from "./disk-bytes.ts";
import type { Before } from "./journal.ts";
import type { CleanContext, StepOutcome } from "./outcome.ts";
import { isRefusal, openPlace, type Place } from "./place.ts";
import { containerOf, hasGoodCopy } from "./quarantine.ts";
import { findEntry } from "./source-file.ts";
import { historyOf, type StepHistory } from "./step-history.ts";

/**
 * Puts back what a step changed: content, rights and times, from the quarantine. Nothing that stands at the place now is overwritten unless it is
 * what the step itself made. After a crash the same call goes on. Throws Node's own errors where the disk refuses.
 */
export function undoStep(step: string, context: CleanContext): StepOutcome {
  const told = (result: StepOutcome["result"], text: string): StepOutcome => ({ step, result, text });
  const history = historyOf(context.journal.entries, step);
  const { before } = history;
  if (before === null || history.phase === "none")
    return told("already", "Nothing was changed by this step.");
  if (history.phase === "begun" || history.phase === "copied") return sweep(step, before, context);
  if (!hasGoodCopy(step, history, context))
    return told("refused", "The copy in the quarantine is missing or damaged. Nothing is put back.");
  const place = openPlace(context.disk, context.roots, before.path);
  if (isRefusal(place)) return told("refused", place.text);
  try {
    const state = stateOfPlace(place, history, context);
    if (state === "other")
      return told("refused", `Something else stands at ${place.shown} now. Nothing is put back over it.`);
    if (!context.act) return told("would", `Would put ${place.shown} back as it was.`);
    const notes = restore(step, { place, before, state }, context);
    return told("done", [`${place.shown} is back, byte for byte.`, ...notes].join(" "));
  } finally {
    place.close();
  }
}

/** Takes away the new file that a step was making when it was killed, before it changed anything. */
function sweep(step: string, before: Before, context: CleanContext): StepOutcome {
  const told = (result: StepOutcome["result"], text: string): StepOutcome => ({ step, result, text });
  const nothing = told("already", "Nothing was changed by this step.");
  const place = openPlace(context.disk, context.roots, before.path);
  if (isRefusal(place)) return nothing;
  try {
    const temporary = place.beside(temporaryName(step));
    if (findEntry(context.disk, temporary) === null) return nothing;
    if (!context.act) return told("would", `Would remove an unfinished file beside ${place.shown}.`);
    context.disk.remove(temporary);
    setFolderTimes(place, before.folder, context);
    place.sync();
    return told("done", `An unfinished file beside ${place.shown} was removed; nothing else was changed.`);
  } finally {
    place.close();
  }
}

/** `empty`; `ours`: what the step made of it; `back`: the old content already; `other`: somebody else's. */
type PlaceState = "empty" | "ours" | "back" | "other";

function stateOfPlace(place: Place, history: StepHistory, { disk }: CleanContext): PlaceState {
  const entry = findEntry(disk, place.path);
  if (entry === null) return "empty";
  if (entry.kind !== "file") return "other";
  const handle = disk.openRead(place.path);
  try {
    const { sha256 } = hashHandle(disk, handle);
    if (sha256 === history.before?.sha256) return "back";
    return sha256 === history.afterSha256 ? "ours" : "other";
  } finally {
    disk.close(handle);
  }
}

interface Restoring {
  readonly place: Place;
  readonly before: Before;
  readonly state: PlaceState;
}

function restore(
  step: string,
  { place, before, state }: Restoring,
  context: CleanContext,
): readonly string[] {
  const { disk, journal } = context;
  if (historyOf(journal.entries, step).phase !== "restoring") journal.add({ act: "restoring", step });
  const temporary = place.beside(temporaryName(step));
  const notes: string[] = [];
  if (state === "back") {
    if (findEntry(disk, temporary) !== null) disk.remove(temporary);
  } else {
    notes.push(...writeBack(step, temporary, before, context));
    place.recheck();
    if (state === "ours") disk.rename(temporary, place.path);
    else putWithoutReplacing(temporary, place, context);
  }
  disk.setTimes(place.path, secondsOf(before.entry.accessedNs), secondsOf(before.entry.modifiedNs));
  setFolderTimes(place, before.folder, context);
  place.sync();
  journal.add({ act: "restored", step });
  return notes;
}

/** Writes the old content beside its place, with its rights. */
function writeBack(
  step: string,
  temporary: string,
  { entry }: Before,
  { disk, caseFolder }: CleanContext,
): readonly string[] {
  const notes: string[] = [];
  if (findEntry(disk, temporary) !== null) disk.remove(temporary);
  const handle = disk.create(temporary);
  try {
    readContainer(disk, containerOf(step, caseFolder).path, (part) => writeAll(disk, handle, part));
    const made = disk.lookAt(handle);
    if (made.owner !== entry.owner || made.group !== entry.group)
      notes.push(...setOwner(handle, entry, disk));
    disk.setMode(handle, entry.mode);
    disk.sync(handle);
  } finally {
    disk.close(handle);
  }
  return notes;
}

function setOwner(handle: number, entry: DiskEntry, disk: CleanContext["disk"]): readonly string[] {
  try {
    disk.setOwner(handle, entry.owner, entry.group);
    return [];
  } catch (thrown) {
    if (codeOf(thrown) !== "EPERM") throw thrown;
    return ["Its owner could not be set without more rights."];
  }
}

/** A second name fails when the place is taken; file systems without second names are looked at first. */
function putWithoutReplacing(temporary: string, place: Place, { disk }: CleanContext): void {
  try {
    disk.link(temporary, place.path);
  } catch (thrown) {
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(codeOf(thrown) ?? "")) throw thrown;
    if (findEntry(disk, place.path) !== null) throw thrown;
    disk.rename(temporary, place.path);
    return;
  }
  disk.remove(temporary);
}

function setFolderTimes(place: Place, folder: DiskEntry, { disk }: CleanContext): void {
  disk.setTimes(place.folderPath, secondsOf(folder.accessedNs), secondsOf(folder.modifiedNs));
}
