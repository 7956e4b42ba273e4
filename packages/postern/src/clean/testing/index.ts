export * from "./crash-disk.ts";
export * from "./tree.ts";
