export * from "./indicator-file.ts";
export * from "./indicators.ts";
export { canonicalUserAgent } from "./canonical.ts";
export * from "./given/index.ts";
