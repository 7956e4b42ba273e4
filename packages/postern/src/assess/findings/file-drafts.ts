import { parseIsoTime } from "../../core/index.ts";
import type { ItemResult, JudgedFile } from "../../scan/index.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import { citeFile, MAX_CITATIONS } from "./citations.ts";
import { newDraft, surer, type Draft } from "./draft.ts";

/** Back doors that get a finding of their own; above it the rest of a kind is told together. */
const MAX_SINGLE_FILES = 60;

/** Turns judged files into drafts: one for each file that stands on a rung, one for all leads of a kind. */
export function draftFromFiles(items: readonly ItemResult[], servers: ServerMap): readonly Draft[] {
  const drafts = new Map<string, Draft>();
  let single = 0;
  for (const item of items) {
    const kind = item.file?.judgement.kind ?? null;
    if (item.file === null || kind === null) continue;
    const server = servers.ofItem(item.index, null).id;
    const alone = item.file.judgement.rung !== null && single++ < MAX_SINGLE_FILES;
    const key = alone
      ? `${server}\n${item.sha256}\n${item.path.toLowerCase()}`
      : `${server}\n${kind}\n${item.standing}`;
    const draft = drafts.get(key) ?? newDraft(server, kind, true);
    drafts.set(key, draft);
    addFile(draft, item, item.file);
  }
  return [...drafts.values()];
}

function addFile(draft: Draft, item: ItemResult, file: JudgedFile): void {
  const { judgement } = file;
  if (judgement.rung !== null) draft.rung = judgement.rung;
  draft.title = judgement.title === "" ? null : judgement.title;
  draft.confidence = surer(draft.confidence, judgement.confidence);
  draft.count++;
  for (const cve of judgement.cves) draft.cves.add(cve);
  draft.entities.addAll(judgement.entities);
  draft.entities.add("files", item.path);
  draft.entities.add("hashes", item.sha256);
  for (const reason of judgement.reasons.slice(0, 6)) {
    draft.rules.add(reason.id);
    draft.why.add(reason.text);
  }
  if (judgement.doubt !== "") draft.doubt.add(judgement.doubt);
  if (item.standing === "history")
    draft.doubt.add(
      "The file lies in a quarantine, backup or investigation folder: it says what was there, not what is there now.",
    );
  const [heaviest] = judgement.reasons;
  if (draft.citations.length < MAX_CITATIONS)
    draft.citations.push(citeFile(item, heaviest ?? { offsetBytes: 0, excerpt: "" }));
  addTimes(draft, item, file);
}

/** A settings dump dates the drop itself; a file's own time counts only when a collector wrote it down on the server. */
function addTimes(draft: Draft, item: ItemResult, file: JudgedFile): void {
  // Changed = when the script was set, just before the dump was written; created is the directory's own age.
  const dumped = timeOf(file.judgement.dump?.changedUtc);
  const listed = item.timeSource === "collection" ? timeOf(item.modified) : null;
  const seen = dumped ?? listed;
  if (seen === null) {
    draft.doubt.add("When the file was written is not known: times of a copied file say nothing.");
    return;
  }
  draft.firstMs = draft.firstMs === null ? seen : Math.min(draft.firstMs, seen);
  draft.lastMs = draft.lastMs === null ? seen : Math.max(draft.lastMs, seen);
}

function timeOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : (parseIsoTime(text)?.timeMs ?? null);
}
