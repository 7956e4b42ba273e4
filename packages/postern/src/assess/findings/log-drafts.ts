import { formatUtc, least, most } from "../../core/index.ts";
import type { ItemResult } from "../../scan/index.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import { citeFile, MAX_CITATIONS } from "./citations.ts";
import { newDraft, type Draft } from "./draft.ts";

/** Sentences a finding tells one by one; the citations have the rest. */
const MAX_TOLD = 6;

/**
 * Turns what the logs say about themselves into drafts: logs that were cleared or switched off, clocks that were set, records that are
 * missing. They stand on no rung: an administrator may have done it too. The same record of a log and its copy counts once.
 */
export function draftFromLogs(items: readonly ItemResult[], servers: ServerMap): readonly Draft[] {
  const drafts = new Map<string, Draft>();
  const seen = new Set<string>();
  const draftOf = (server: string, kind: string): Draft => {
    const key = `${server}\n${kind}`;
    const draft = drafts.get(key) ?? newDraft(server, kind, false);
    drafts.set(key, draft);
    draft.confidence = "medium";
    return draft;
  };
  for (const item of items) {
    for (const { serverKey, sign, event } of item.logs.signs) {
      const server = servers.of(serverKey, item.index).id;
      if (isRepeated(seen, [server, sign.text, event.timeMs, event.at.record])) continue;
      const draft = draftOf(server, sign.kind);
      draft.events.push(event);
      draft.entities.addEvent(event);
      addTo(draft, {
        fromMs: event.timeMs,
        toMs: event.timeMs,
        text: `${sign.text.replace(/\.$/u, "")}${when(event.timeMs)}.`,
      });
    }
    for (const { serverKey, source, gap } of item.logs.gaps) {
      const server = servers.of(serverKey, item.index).id;
      if (isRepeated(seen, [server, source, gap.afterId, gap.beforeId])) continue;
      const draft = draftOf(server, "log-records-missing");
      const text = `${channelOf(source)}: ${missingText(gap)} between ids ${String(gap.afterId)} and ${String(gap.beforeId)}.`;
      addTo(draft, { fromMs: gap.afterMs, toMs: gap.beforeMs, text });
      if (draft.citations.length < MAX_CITATIONS)
        draft.citations.push(citeFile(item, { offsetBytes: 0, excerpt: "" }));
    }
  }
  return [...drafts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, draft]) => draft);
}

function addTo(
  draft: Draft,
  sign: { readonly fromMs: number | null; readonly toMs: number | null; readonly text: string },
): void {
  draft.count++;
  draft.firstMs = least(draft.firstMs, sign.fromMs);
  draft.lastMs = most(draft.lastMs, sign.toMs);
  if (draft.why.size < MAX_TOLD) draft.why.add(sign.text);
}

function isRepeated(seen: Set<string>, parts: readonly unknown[]): boolean {
  const key = JSON.stringify(parts);
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

function when(timeMs: number | null): string {
  return timeMs === null ? "" : ` (${formatUtc(timeMs).slice(0, 16).replace("T", " ")} UTC)`;
}

function channelOf(source: string): string {
  return source.replace(/^windows-events\//u, "");
}

function missingText({ missing }: { readonly missing: number }): string {
  return missing === 1 ? "1 record is missing" : `${String(missing)} records are missing`;
}
