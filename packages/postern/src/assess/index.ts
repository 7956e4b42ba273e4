export { assess, type AssessInput } from "./assess.ts";
export { makePivot } from "./pivot/make-pivot.ts";
export { describePatch, patchReport, type PatchReport } from "./patch-level/index.ts";
