export * from "./assessment.ts";
export * from "./damage.ts";
export * from "./event.ts";
export * from "./problem.ts";
export * from "./verdict.ts";
