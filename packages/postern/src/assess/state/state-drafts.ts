import { LeadDrafts } from "../findings/lead-drafts.ts";
import type { Draft } from "../findings/draft.ts";
import type { CaseState } from "./case-state.ts";

/** Turns exported state that needs an explanation into drafts, one of a kind and server. The same statement of two exports is told once. */
export function draftFromState({ leads }: CaseState): readonly Draft[] {
  const drafts = new LeadDrafts();
  for (const { lead, statement } of leads)
    drafts.add({
      lead,
      server: statement.server,
      item: statement.item,
      isHistory: statement.item.standing === "history",
    });
  return drafts.list();
}
