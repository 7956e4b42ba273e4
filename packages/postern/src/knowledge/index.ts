export * from "./baseline/index.ts";
export * from "./build.ts";
export * from "./configuration.ts";
export * from "./cve-state.ts";
export * from "./data-folder.ts";
export * from "./find-build.ts";
export { loadKnowledge } from "./load.ts";
export * from "./next-update.ts";
export type * from "./rows.ts";
