export { encodedLiteral } from "./encoded-literal.ts";
export { planCase, type PlanInput, type PlannedCase } from "./plan-case.ts";
export type { ReturnedImplant } from "./rebuild.ts";
