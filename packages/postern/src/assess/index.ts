export { assess } from "./assess.ts";
export type { AssessInput } from "./assess-input.ts";
export { makePivot } from "./pivot/make-pivot.ts";
export { describePatch, patchReport, type PatchReport } from "./patch-level/index.ts";
