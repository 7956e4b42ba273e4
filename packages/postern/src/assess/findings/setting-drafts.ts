import { least, most, parseIsoTime } from "../../core/index.ts";
import type { Lead } from "../../detect/index.ts";
import type { ItemResult } from "../../scan/index.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import { citeFile, MAX_CITATIONS } from "./citations.ts";
import { newDraft, surer, type Draft } from "./draft.ts";

/** Sentences a finding tells one by one; the citations have the rest. */
const MAX_TOLD = 8;

/**
 * Turns settings that do not belong there into drafts, one of a kind and server. A copy of the same file (live disk, shadow copy,
 * history of the web server) says nothing new; a configuration in a backup says what was set then, so that it stands on no rung.
 * A log of removals says the same wherever it lies.
 */
export function draftFromSettings(items: readonly ItemResult[], servers: ServerMap): readonly Draft[] {
  const drafts = new Map<string, Draft>();
  const seen = new Set<string>();
  for (const item of items) {
    const server = servers.ofItem(item.index, null).id;
    const isHistory = item.standing === "history" && item.settings?.source !== "antivirus-logs";
    for (const lead of item.settings?.leads ?? []) {
      const told = `${server}\n${lead.kind}\n${lead.text}\n${lead.timeUtc ?? ""}`;
      if (seen.has(told)) continue;
      seen.add(told);
      const key = `${server}\n${lead.kind}\n${isHistory ? "history" : (lead.rung ?? "")}`;
      const draft = drafts.get(key) ?? newDraft(server, lead.kind, true);
      drafts.set(key, draft);
      addLead(draft, lead, item);
      if (isHistory) {
        draft.rung = null;
        draft.doubt.add("The file lies in a backup or investigation folder: it says what was set then.");
      }
    }
  }
  return [...drafts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, draft]) => draft);
}

function addLead(draft: Draft, lead: Lead, item: ItemResult): void {
  draft.rung = lead.rung;
  draft.confidence = surer(draft.confidence, lead.confidence);
  draft.count++;
  draft.rules.add(lead.id);
  for (const technique of lead.attack) draft.attack.add(technique);
  draft.entities.addAll(lead.entities);
  if (draft.why.size < MAX_TOLD) draft.why.add(lead.text);
  if (lead.doubt !== "") draft.doubt.add(lead.doubt);
  const atMs = lead.timeUtc === null ? null : (parseIsoTime(lead.timeUtc)?.timeMs ?? null);
  draft.firstMs = least(draft.firstMs, atMs);
  draft.lastMs = most(draft.lastMs, atMs);
  if (draft.citations.length < MAX_CITATIONS)
    draft.citations.push({ ...citeFile(item, lead), length: lead.lengthBytes, time: lead.timeUtc });
}
