export { choosePacks } from "./choose-packs.ts";
export { loadPacks, type LoadedPacks } from "./load-packs.ts";
export type { KindTexts, Pack, PackCve, PackRule, PackSource } from "./pack.ts";
export { datedIndicators } from "./pack-indicators.ts";
export { readRuleCases, type RuleCase } from "./rule-case.ts";
export { ruleFilesOf } from "./rule-files.ts";
