export { explainWay } from "./explain-way.ts";
export { keepPipelines, loadPipelines, readPipeline } from "./pipelines.ts";
export { compilePackRules, type PackRules } from "./pack-rules.ts";
export { compileRuleSet, fieldOfWay, findWay, type RuleSet } from "./rule-set.ts";
export { testPackRules, type RuleTestResult } from "./test-pack-rules.ts";
