export { type CompiledRule, compileRule, type KeywordText } from "./compile/compile-rule.ts";
export { compilePossibility, type Outcome, type PartialGetter, UNKNOWN } from "./compile/possibility.ts";
export type { FieldGetter, FieldMapping, FieldValue } from "./compile/field-values.ts";
export type { Condition } from "./condition/condition.ts";
export { type ExplainedPart, type Explanation, explain } from "./explain/explain.ts";
export { type LiteralOptions, requiredLiterals } from "./literals/required-literals.ts";
export { applyFilters, type FilteredRules, type FilterOptions } from "./filter/apply-filters.ts";
export {
  type CorrelationEvent,
  type Correlator,
  type CorrelatorOptions,
  createCorrelator,
} from "./correlation/correlator.ts";
export type { CorrelationLosses, CorrelationMatch } from "./correlation/match.ts";
export {
  type CorrelationInput,
  type CorrelationPlan,
  planCorrelations,
  type PlannedCorrelation,
} from "./correlation/plan.ts";
export {
  type ParsedRule,
  type ParsedRules,
  type ParseOptions,
  parseRule,
  parseRules,
} from "./parse/parse-rule.ts";
export type { Placeholders } from "./parse/placeholders.ts";
export { ruleKey } from "./rule/references.ts";
export { type Problem, SIGMA_PROBLEM_CODES, type SigmaProblemCode, type SourceSpan } from "./problem.ts";
export type { Pattern, PatternPart } from "./rule/pattern.ts";
export {
  type Bound,
  CORRELATION_TYPES,
  type CorrelationCondition,
  type CorrelationRule,
  type CorrelationType,
  type FilterRule,
  type Level,
  LEVELS,
  type Logsource,
  type RelatedRule,
  type RuleHeader,
  type SigmaRule,
  type Status,
  STATUSES,
} from "./rule/rule.ts";
export type {
  Comparison,
  FieldTest,
  KeywordTest,
  Network,
  Placement,
  RegexFlags,
  Search,
  Test,
  TimePart,
} from "./rule/search.ts";
export type { Assertion, RegexNode } from "./regex/syntax.ts";
export type { RegexTest, SqlDialect } from "./sql/dialect.ts";
export { duckdbDialect } from "./sql/duckdb.ts";
export { ruleToSql, type SqlOptions, type SqlQuery } from "./sql/rule-to-sql.ts";
export { sqliteDialect } from "./sql/sqlite.ts";
export { type SqliteFunction, sqliteFunctions } from "./sql/sqlite-functions.ts";
export { type CorrelationSqlOptions, correlationToSql } from "./sql/correlation-to-sql.ts";
export {
  createEngine,
  type Engine,
  type EngineEvent,
  type EngineOptions,
  type RuleUse,
} from "./engine/engine.ts";
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
export {
  findCachedRules,
  hashRuleSources,
  parseRuleFiles,
  rulesToCache,
  type RuleSource,
} from "./cache/rule-cache.ts";
export { type CorrelationExplanation, explainCorrelation } from "./explain/explain-correlation.ts";
