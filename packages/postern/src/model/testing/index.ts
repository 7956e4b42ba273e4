export * from "./assessment-schema.ts";
export * from "./sample-assessment.ts";
export * from "./no-hybrid.ts";
export * from "./schema-faults.ts";
