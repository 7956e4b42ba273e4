export { type CompiledRule, compileRule, type KeywordText } from "./compile/compile-rule.ts";
export { compilePossibility, type PartialGetter, UNKNOWN } from "./compile/possibility.ts";
export type { FieldGetter, FieldMapping, FieldValue } from "./compile/field-values.ts";
export type { Condition } from "./condition/condition.ts";
export { type ExplainedPart, type Explanation, explain } from "./explain/explain.ts";
export { type LiteralOptions, requiredLiterals } from "./literals/required-literals.ts";
export { type ParsedRule, type ParsedRules, parseRule, parseRules } from "./parse/parse-rule.ts";
export { type Problem, SIGMA_PROBLEM_CODES, type SigmaProblemCode, type SourceSpan } from "./problem.ts";
export type { Pattern, PatternPart } from "./rule/pattern.ts";
export { type Level, LEVELS, type Logsource, type SigmaRule, type Status, STATUSES } from "./rule/rule.ts";
export type {
  Comparison,
  FieldTest,
  KeywordTest,
  Network,
  Placement,
  RegexFlags,
  Search,
  Test,
} from "./rule/search.ts";
export type { Assertion, RegexNode } from "./regex/syntax.ts";
export { createEngine, type Engine, type EngineEvent, type EngineOptions, type RuleUse } from "./engine/engine.ts";
export { applyPipelines, type FittedRule } from "./pipeline/apply-pipeline.ts";
export { fitRule, type FittingResult, type RoutedRule } from "./pipeline/fit-rule.ts";
export { type ParsedPipeline, parsePipeline } from "./pipeline/parse-pipeline.ts";
export type {
  FieldChoice,
  FieldNames,
  LogsourcePattern,
  Pipeline,
  PipelineAction,
  PipelineStep,
  PipelineValue,
  RecordSet,
  Route,
} from "./pipeline/pipeline.ts";
