export { compilePackRules, type PackRules } from "./pack-rules.ts";
