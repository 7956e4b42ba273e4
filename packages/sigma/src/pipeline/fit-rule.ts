import type { FieldMapping } from "../compile/field-values.ts";
import type { SigmaRule } from "../rule/rule.ts";
import { applyPipelines } from "./apply-pipeline.ts";
import { fitsLogsource, type Pipeline, type RecordSet } from "./pipeline.ts";

/** A rule made ready for one set of records. */
export interface RoutedRule {
  readonly rule: SigmaRule;
  readonly fields: FieldMapping;
  readonly records: RecordSet;
  /** Name of the pipeline that did it. */
  readonly pipeline: string;
}

/** What pipelines make of a rule. */
export interface FittingResult {
  readonly routed: readonly RoutedRule[];
  /** Reasons of pipelines that refuse the rule. */
  readonly refused: readonly string[];
}

/**
 * Fits a rule to every set of records that its log source means; nothing is routed when no pipeline knows the log source.
 * Pipelines without routes change the rule for all of them, in the order of priority.
 * @param also further fields to give the records' names of
 */
export function fitRule(
  rule: SigmaRule,
  pipelines: readonly Pipeline[],
  also: readonly string[] = [],
): FittingResult {
  const routed: RoutedRule[] = [];
  const refused: string[] = [];
  const sorted = [...pipelines].sort((a, b) => a.priority - b.priority);
  for (const pipeline of sorted) {
    const routes = pipeline.routes.filter((route) => fitsLogsource(rule.logsource, route.logsource));
    if (routes.length === 0) continue;
    const fitted = applyPipelines(
      rule,
      sorted.filter((one) => one === pipeline || one.routes.length === 0),
      also,
    );
    if (fitted.refused !== null) refused.push(`${pipeline.name}: ${fitted.refused}`);
    else {
      for (const { records } of routes)
        routed.push({ rule: fitted.rule, fields: fitted.fields, records, pipeline: pipeline.name });
    }
  }
  return { routed, refused };
}
