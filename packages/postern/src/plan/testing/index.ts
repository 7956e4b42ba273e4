export * from "./plan-essence.ts";
export * from "./plan-schema.ts";
