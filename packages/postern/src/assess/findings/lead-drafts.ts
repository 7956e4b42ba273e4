import { least, most, parseIsoTime } from "../../core/index.ts";
import type { Lead } from "../../detect/index.ts";
import type { ItemResult } from "../../scan/index.ts";
import { citeFile, MAX_CITATIONS } from "./citations.ts";
import { newDraft, surer, type Draft } from "./draft.ts";

/** Sentences a finding tells one by one; the citations have the rest. */
const MAX_TOLD = 8;

/** A lead, and of what. */
export interface PlacedLead {
  readonly lead: Lead;
  readonly server: string;
  readonly item: ItemResult;
  /** True for what a backup says: it was so then, and stands on no rung. */
  readonly isHistory: boolean;
}

/** Joins leads into drafts, one of a kind and server. A statement that another file made already says nothing new. */
export class LeadDrafts {
  readonly #drafts = new Map<string, Draft>();
  readonly #seen = new Set<string>();

  add({ lead, server, item, isHistory }: PlacedLead): void {
    const told = `${server}\n${lead.kind}\n${lead.text}\n${lead.timeUtc ?? ""}`;
    if (this.#seen.has(told)) return;
    this.#seen.add(told);
    const key = `${server}\n${lead.kind}\n${isHistory ? "history" : (lead.rung ?? "")}`;
    const draft = this.#drafts.get(key) ?? newDraft(server, lead.kind, true);
    this.#drafts.set(key, draft);
    addLead(draft, lead, item);
    if (!isHistory) return;
    draft.rung = null;
    draft.doubt.add("The file lies in a backup or investigation folder: it says what was set then.");
  }

  /** In a fixed order. */
  list(): readonly Draft[] {
    return [...this.#drafts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, draft]) => draft);
  }
}

function addLead(draft: Draft, lead: Lead, item: ItemResult): void {
  draft.rung = lead.rung;
  draft.confidence = surer(draft.confidence, lead.confidence);
  draft.count++;
  draft.rules.add(lead.id);
  for (const technique of lead.attack) draft.attack.add(technique);
  for (const cve of lead.cves) draft.cves.add(cve);
  draft.entities.addAll(lead.entities);
  if (draft.why.size < MAX_TOLD) draft.why.add(lead.text);
  if (lead.doubt !== "") draft.doubt.add(lead.doubt);
  const atMs = lead.timeUtc === null ? null : (parseIsoTime(lead.timeUtc)?.timeMs ?? null);
  draft.firstMs = least(draft.firstMs, atMs);
  draft.lastMs = most(draft.lastMs, atMs);
  if (draft.citations.length < MAX_CITATIONS)
    draft.citations.push({ ...citeFile(item, lead), length: lead.lengthBytes, time: lead.timeUtc });
}
