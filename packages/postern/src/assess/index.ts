export { acknowledge, type VerdictTools } from "./acknowledge/acknowledge.ts";
export { assess } from "./assess.ts";
export type { AssessInput } from "./assess-input.ts";
export { findPivot, pivotMatcher } from "./pivot/pivot.ts";
export { describePatch, patchReport, type PatchReport } from "./patch-level/index.ts";
export type { TipLookedFor } from "./tips/index.ts";
