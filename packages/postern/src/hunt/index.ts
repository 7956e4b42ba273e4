export { hunt, type HuntOptions, type HuntResult } from "./hunt.ts";
export type { CorrelatedRecords, HuntMatch, RecordPlace } from "./hunt-match.ts";
export { toJsonLine } from "./json-line.ts";
export type { HuntExample, RuleMatches } from "./match-table.ts";
export type { MatchedPart } from "./matched-parts.ts";
export { readPlaceholders } from "./placeholders.ts";
export { renderHunt, renderHuntTalk } from "./render-hunt.ts";
export {
  type HuntRule,
  readRuleFiles,
  type RuleChoice,
  type RuleLibrary,
  type SetAside,
} from "./rule-files.ts";
export * from "./sql/index.ts";
