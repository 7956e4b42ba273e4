export * from "./indicator-file.ts";
export * from "./indicators.ts";
