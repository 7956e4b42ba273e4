export { makePlan } from "./make-plan.ts";
export { planPaths, readPlan, writeChecklists, writePlan, type PlanPaths } from "./plan-files.ts";
export { addStepRecord, readStepRecords } from "./step-records.ts";
export type { StepOutcome } from "./outcome.ts";
export { parseRoot, type TreeRoot } from "./place.ts";
export { applySteps, undoSteps, type RunOptions, type RunResult } from "./run-steps.ts";
export { readReturned, writeVerification } from "./verification-files.ts";
export { verifyCase, type VerifyInput } from "./verify-case.ts";
