import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import { besideCase } from "../beside-case.ts";

/** Name of the file in a case that holds its events. */
const EVENTS_FILE = "events.parquet";

/** Where events are put aside until the case is written: a hidden folder beside it. */
function spoolFolderOf(caseFolder: string): string {
  return besideCase(caseFolder, "events");
}

/** The file with the events of a case that is written. */
export function eventsFileOf(caseFolder: string): string {
  return join(caseFolder, "events", EVENTS_FILE);
}

/** True when an earlier run left events that the outcomes beside it belong to. */
export function hasSpool(caseFolder: string): boolean {
  return existsSync(spoolFolderOf(caseFolder));
}

/** Makes the hidden folder; `fresh` forgets what an earlier run left. */
export function prepareEvents(caseFolder: string, fresh: boolean): string {
  const folder = spoolFolderOf(caseFolder);
  if (fresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Where the finished events wait for the case to be written. */
export function waitingFile(caseFolder: string): string {
  return join(spoolFolderOf(caseFolder), EVENTS_FILE);
}

/** Moves the finished events into a case that is being written to `target`. */
export function moveEvents(caseFolder: string, target: string): void {
  const waiting = waitingFile(caseFolder);
  if (!existsSync(waiting)) return;
  mkdirSync(join(target, "events"), { recursive: true });
  renameSync(waiting, join(target, "events", EVENTS_FILE));
}

/** The case is written: what was put aside for it is of no use any more. */
export function discardEvents(caseFolder: string): void {
  rmSync(spoolFolderOf(caseFolder), { recursive: true, force: true });
}
