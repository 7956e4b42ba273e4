import type { CorrelationLosses, CorrelationPlan, Pipeline } from "@postern/sigma";

import { PosternError } from "../core/index.ts";
import { compileRuleSet, type RuleSet } from "../detect/index.ts";
import type { EvidenceOptions } from "../evidence/index.ts";
import { scan, type DamageCount, type ItemResult, type ScanProgress } from "../scan/index.ts";
import { correlatedFields, HuntCorrelator } from "./correlate.ts";
import type { HuntMatch } from "./hunt-match.ts";
import { HuntRun } from "./hunt-run.ts";
import { notApplied } from "./not-applied.ts";
import type { HuntRule, SetAside } from "./rule-files.ts";
import { type RuleMatches, MatchTable } from "./match-table.ts";

/** What a hunt found. */
export interface HuntResult {
  /** Rules and correlations that matched: rules in the order in which they were given, then correlations by their first match. */
  readonly matches: readonly RuleMatches[];
  /** Rules and correlations that could have matched, whether they did or not. */
  readonly applied: number;
  /** Those that could not. */
  readonly setAside: readonly SetAside[];
  /** Rules that saw only the beginning of some value, because it was longer than the bound. */
  readonly limited: readonly HuntRule[];
  /** What correlations could not judge. */
  readonly losses: readonly CorrelationLosses[];
  readonly records: number;
  /** Records left out because a time was asked for, or a correlation needs one, and they have no usable one. */
  readonly timeless: number;
  readonly items: readonly ItemResult[];
  readonly damage: { readonly total: number; readonly counts: readonly DamageCount[] };
}

/** What to hunt, where. */
export interface HuntOptions {
  readonly evidence: readonly string[];
  readonly intake?: EvidenceOptions;
  readonly rules: readonly HuntRule[];
  /** Joins matches of the rules; default: none. */
  readonly correlations?: CorrelationPlan | null;
  readonly pipelines: readonly Pipeline[];
  /** First and last moment wanted, inclusive, milliseconds since 1970; null for no bound. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** Told of every match in the order of the evidence, and of the rules within a record; of correlations at the end. */
  readonly onMatch?: (match: HuntMatch) => void;
  readonly onProgress?: (progress: ScanProgress) => void;
  readonly signal?: AbortSignal | null;
  /** False parses every record and evaluates every rule: slower, same answer. Default true. */
  readonly fast?: boolean;
}

/** Runs Sigma rules over evidence. @throws PosternError EVIDENCE_NOT_FOUND, INTERRUPTED, USAGE when there are no rules */
export async function hunt(options: HuntOptions): Promise<HuntResult> {
  if (options.rules.length === 0)
    throw new PosternError("USAGE", "no rule is left to run: all were set aside", {});
  const plan = options.correlations ?? null;
  const set = compileRuleSet(
    options.rules.map(({ rule }) => rule),
    options.pipelines,
    plan === null ? [] : correlatedFields(plan),
  );
  const correlator = plan === null ? null : new HuntCorrelator(plan, options.rules, set.ways);
  const table = new MatchTable();
  const run = new HuntRun(options, { set, table, correlator });
  const result = await scan({
    evidence: options.evidence,
    intake: options.intake ?? {},
    matcher: run.matcher,
    files: null,
    settings: null,
    mail: null,
    findPivot: () => null,
    pivotMatcher: () => run.matcher,
    fast: options.fast ?? true,
    signal: options.signal ?? null,
    onItem: run.startItem,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  for (const match of correlator?.end() ?? []) {
    table.addCorrelation(match);
    options.onMatch?.(match);
  }
  const records = result.items.reduce((sum, item) => sum + item.records, 0);
  const { items, damage } = result;
  return { ...toResult(options, set, { table, correlator, run }), records, items, damage };
}

function toResult(
  options: HuntOptions,
  set: RuleSet,
  done: {
    readonly table: MatchTable;
    readonly correlator: HuntCorrelator | null;
    readonly run: HuntRun;
  },
): Omit<HuntResult, "records" | "items" | "damage"> {
  const plan = options.correlations ?? null;
  const use = notApplied(options.rules, set, plan);
  return {
    matches: done.table.list(),
    applied: options.rules.length + (plan?.correlations.length ?? 0) - use.setAside.length,
    setAside: use.setAside,
    limited: use.limited,
    losses: done.correlator?.losses() ?? [],
    timeless: done.run.timeless + (done.correlator?.timeless ?? 0),
  };
}
