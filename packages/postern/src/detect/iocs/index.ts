export * from "./indicator-file.ts";
export * from "./indicators.ts";
export * from "./given/index.ts";
