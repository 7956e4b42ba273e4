export * from "./compiled.ts";
export * from "./facts.ts";
export * from "./folder.ts";
export * from "./kind.ts";
