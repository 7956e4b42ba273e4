export { gatherState, type CaseState, type CaseStatement } from "./case-state.ts";
export { draftFromState } from "./state-drafts.ts";
export { serverOfExport } from "./server-of-export.ts";
