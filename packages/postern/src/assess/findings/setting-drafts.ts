import type { ItemResult } from "../../scan/index.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import type { Draft } from "./draft.ts";
import { LeadDrafts } from "./lead-drafts.ts";

/**
 * Turns settings that do not belong there into drafts, one of a kind and server. A copy of the same file (live disk, shadow copy,
 * history of the web server) says nothing new; a configuration in a backup says what was set then, so that it stands on no rung.
 * A log of removals says the same wherever it lies.
 */
export function draftFromSettings(items: readonly ItemResult[], servers: ServerMap): readonly Draft[] {
  const drafts = new LeadDrafts();
  for (const item of items) {
    const server = servers.ofItem(item.index, null).id;
    const isHistory = item.standing === "history" && item.settings?.source !== "antivirus-logs";
    for (const lead of item.settings?.leads ?? []) drafts.add({ lead, server, item, isHistory });
  }
  return drafts.list();
}
