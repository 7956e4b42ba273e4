export * from "./configuration/index.ts";
export * from "./files/index.ts";
export * from "./iocs/index.ts";
export { joinMatchers, type EventMatcher } from "./event-matcher.ts";
export { GIVEN_PROBLEM_CODES, PACK_PROBLEM_CODES } from "./problem-codes.ts";
export type { RuleInfo } from "./rule-info.ts";
export * from "./yara/index.ts";
export * from "./packs/index.ts";
export * from "./sigma/index.ts";
