export { compilePackRules, type PackRules } from "./pack-rules.ts";
export { testPackRules, type RuleTestResult } from "./test-pack-rules.ts";
