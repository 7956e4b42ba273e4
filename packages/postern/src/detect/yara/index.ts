export * from "./engine.ts";
export { testFileRules } from "./file-cases.ts";
export { createLibyaraWasm } from "./libyara-wasm.ts";
export { encodeRuleText, readRuleFile } from "./rule-file.ts";
