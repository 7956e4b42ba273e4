import type { HybridAssessment } from "../hybrid.ts";

/** Of a server about whose mailboxes elsewhere nothing is known. */
export function noHybrid(more: Partial<HybridAssessment> = {}): HybridAssessment {
  return {
    state: "unknown",
    note: "",
    facts: [],
    mailboxes: { local: 0, online: 0, spans: [], left: 0 },
    sharedIdentity: { state: "unknown", why: "", missing: [] },
    cannotAnswer: [],
    askCloud: [],
    ...more,
  };
}
