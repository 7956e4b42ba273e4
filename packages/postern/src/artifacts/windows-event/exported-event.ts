import type { EventSystem, EventValue } from "./uniform-record.ts";

/** What a reader of one form of export finds in one of its objects. */
export interface ExportedEvent {
  readonly system: EventSystem;
  readonly values: readonly EventValue[];
  /** What had to be mended or guessed, see ArtifactRecord.repairs. */
  readonly repairs: readonly string[];
}

/** The words that exporters write for levels, with the number that the event itself has (winmeta.xml of the Windows SDK). */
const LEVELS: ReadonlyMap<string, string> = new Map([
  ["logalways", "0"],
  ["audit success", "0"],
  ["audit failure", "0"],
  ["audit_success", "0"],
  ["audit_failure", "0"],
  ["auditsuccess", "0"],
  ["auditfailure", "0"],
  ["critical", "1"],
  ["error", "2"],
  ["warning", "3"],
  ["information", "4"],
  ["info", "4"],
  ["verbose", "5"],
]);

/** True for a word that an exporter writes for a level. */
export function isLevelWord(text: string): boolean {
  return LEVELS.has(text.toLowerCase());
}

/** A level as the number of the event where the word is a known English one, else as found (localised exports). */
export function levelText(text: string): string {
  return LEVELS.get(text.toLowerCase()) ?? text;
}

/** Header values that not every form has, each only where it is not empty. */
export function extraValues(pairs: readonly (readonly [string, string])[]): readonly EventValue[] {
  return pairs.filter(([, value]) => value !== "").map(([name, value]) => ({ name, value }));
}
