import type { Explanation } from "@postern/sigma";

import type { ArtifactId, Event, Problem } from "../../model/index.ts";
import type { EventMatcher, SureMatch } from "../event-matcher.ts";
import type { Pack } from "../packs/index.ts";
import { explainWay } from "./explain-way.ts";
import { loadPipelines } from "./pipelines.ts";
import type { RuleInfo } from "../rule-info.ts";
import type { SureRules } from "./possible-rules.ts";
import { compileRuleSet } from "./rule-set.ts";

/** The rules of packs, ready to judge events. */
export interface PackRules extends EventMatcher {
  /** Literals by artifact: what a record of it must hold; artifacts in `parseAll` have none. */
  readonly literalsOf: Readonly<Record<ArtifactId, readonly string[]>>;
  /** Rules that no literal helps, by artifact: they cost a parse of every record. */
  readonly unconditional: Readonly<Record<ArtifactId, readonly string[]>>;
  /** Rules whose logsource means no records that Postern reads. */
  readonly problems: readonly Problem[];
  /** Which parts of a rule an event met; null when there is no such rule for it. */
  explain(event: Event, ruleId: string): Explanation | null;
}

/** One request stands in IIS and in HttpProxy: a pack's rule says which of the two it reads, a stranger's rule cannot. */
const ONLY_FOR_HUNTS = "web-httpproxy";

/** Compiles the rules of all packs, each for the artifacts and channels that its logsource means. */
export function compilePackRules(packs: readonly Pack[]): PackRules {
  const rules = packs.flatMap((pack) => pack.rules).sort((a, b) => (a.info.id < b.info.id ? -1 : 1));
  const set = compileRuleSet(
    rules.map(({ sigma }) => sigma),
    loadPipelines().filter(({ name }) => name !== ONLY_FOR_HUNTS),
  );
  const fromMs = rules.map(({ from }) => (from === null ? -Infinity : Date.parse(from)));
  const sureOf = createSureMatches(
    rules.map(({ info }) => info),
    fromMs,
  );
  const infoOf = (number: number): string => rules[number]?.info.id ?? "";
  return {
    literals: set.literals,
    parseAll: set.parseAll,
    literalsFor: (artifact) => set.literalsOf[artifact] ?? [],
    literalsOf: set.literalsOf,
    unconditional: Object.fromEntries(
      Object.entries(set.unconditional).map(([artifact, numbers]) => [artifact, numbers.map(infoOf)]),
    ),
    problems: rules.flatMap(({ info, file }, number) =>
      (set.ways[number] ?? []).length > 0 ? [] : [noRecords(info.id, file)],
    ),
    mayMatch: (artifact, glimpse, found) => {
      const said = set.mayMatch(artifact, glimpse, found);
      return typeof said === "object" && "numbers" in said ? sureOf(said) : said;
    },
    wishFor: set.wishFor,
    eventLiterals: set.eventLiterals,
    match: (event) =>
      set.match(event).flatMap((number) => {
        const tooEarly = event.timeMs !== null && event.timeMs < (fromMs[number] ?? 0);
        return tooEarly ? [] : (rules[number]?.info ?? []);
      }),
    explain: (event, ruleId) => {
      const number = rules.findIndex(({ info }) => info.id === ruleId);
      return explainWay(set.ways[number] ?? [], event);
    },
  };
}

/** Gives for each set of rules that is sure of a line what it means at the line's time; always the same object for the same set. */
function createSureMatches(
  infos: readonly RuleInfo[],
  fromMs: readonly number[],
): (sure: SureRules) => SureMatch {
  const known = new WeakMap<SureRules, SureMatch>();
  return (sure) => {
    const before = known.get(sure);
    if (before !== undefined) return before;
    const of = (timeMs: number): readonly RuleInfo[] =>
      sure.numbers.flatMap((number) => (timeMs < (fromMs[number] ?? 0) ? [] : (infos[number] ?? [])));
    const all = of(Infinity);
    const latestMs = Math.max(...sure.numbers.map((number) => fromMs[number] ?? 0));
    const match: SureMatch = { rulesAt: (timeMs) => (timeMs >= latestMs ? all : of(timeMs)) };
    known.set(sure, match);
    return match;
  };
}

function noRecords(id: string, file: string): Problem {
  return {
    code: "PACK_LOGSOURCE",
    severity: "error",
    at: { file, line: 1, column: 1 },
    message: `the logsource of ${id} means no records that Postern reads`,
  };
}
