export { hunt, type HuntMatch, type HuntOptions, type HuntResult, type RuleMatches } from "./hunt.ts";
export { toJsonLine } from "./json-line.ts";
export { renderHunt, renderHuntTalk } from "./render-hunt.ts";
export {
  type HuntRule,
  readRuleFiles,
  type RuleChoice,
  type RuleLibrary,
  type SetAside,
} from "./rule-files.ts";
