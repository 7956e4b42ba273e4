export * from "./address.ts";
export * from "./byte-source.ts";
export * from "./errors.ts";
export * from "./hashing-source.ts";
export * from "./known-numbers.ts";
export * from "./line-blocks.ts";
export * from "./literal-filter.ts";
export * from "./time.ts";
