import { type CompiledRule, compileRule, type Explanation, explain, requiredLiterals } from "@postern/sigma";

import type { ArtifactId, Event, Problem } from "../../model/index.ts";
import type { EventMatcher } from "../event-matcher.ts";
import type { Pack, PackRule } from "../packs/index.ts";
import type { RuleInfo } from "../rule-info.ts";
import { fieldsOf, textOf } from "./event-fields.ts";
import { fieldMappingOf } from "./field-mappings.ts";
import { ALWAYS_PARSED, literalPolicyOf } from "./literal-policy.ts";
import { findRoutes, type Route } from "./logsources.ts";
import { PossibleRules } from "./possible-rules.ts";

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

interface Entry {
  readonly info: RuleInfo;
  readonly rule: PackRule;
  readonly route: Route;
  readonly compiled: CompiledRule;
}

/** Compiles the rules of all packs, each for the artifacts and channels that its logsource means. */
export function compilePackRules(packs: readonly Pack[]): PackRules {
  const problems: Problem[] = [];
  const entries = packs
    .flatMap((pack) => pack.rules)
    .sort((a, b) => (a.info.id < b.info.id ? -1 : 1))
    .flatMap((rule) => entriesOf(rule, problems));
  const index = new Map<string, Entry[]>();
  for (const entry of entries) {
    const list = index.get(entry.route.artifact);
    if (list === undefined) index.set(entry.route.artifact, [entry]);
    else list.push(entry);
  }
  const { literalsOf, unconditional } = collectLiterals(index);
  const possible = new Map(
    [...index].map(([artifact, list]) => {
      const rules = list.map(({ rule }) => rule.sigma);
      return [artifact, new PossibleRules(rules, fieldMappingOf(artifact))] as const;
    }),
  );
  return {
    literals: withoutLonger(Object.values(literalsOf).flat()),
    parseAll: new Set([...ALWAYS_PARSED, ...Object.keys(unconditional)]),
    literalsFor: (artifact) => literalsOf[artifact] ?? [],
    literalsOf,
    unconditional,
    problems,
    mayMatch: (artifact, glimpse) => possible.get(artifact)?.canMatch(glimpse) ?? false,
    match: (event) => matchEvent(candidatesOf(index, event), event),
    explain: (event, ruleId) => explainEvent(candidatesOf(index, event), event, ruleId),
  };
}

function entriesOf(rule: PackRule, problems: Problem[]): readonly Entry[] {
  const routes = findRoutes(rule.sigma.logsource);
  if (routes !== null) {
    return routes.map((route) => ({
      info: rule.info,
      rule,
      route,
      compiled: compileRule(rule.sigma, fieldMappingOf(route.artifact)),
    }));
  }
  problems.push({
    code: "PACK_LOGSOURCE",
    severity: "error",
    at: { file: rule.file, line: 1, column: 1 },
    message: `the logsource of ${rule.info.id} means no records that Postern reads`,
  });
  return [];
}

function collectLiterals(
  index: ReadonlyMap<string, readonly Entry[]>,
): Pick<PackRules, "literalsOf" | "unconditional"> {
  const literalsOf: Record<string, readonly string[]> = {};
  const unconditional: Record<string, readonly string[]> = {};
  for (const artifact of [...index.keys()].sort()) {
    if (ALWAYS_PARSED.has(artifact)) continue;
    const policy = literalPolicyOf(artifact);
    const found = (index.get(artifact) ?? []).map(({ info, rule }) => ({
      id: info.id,
      literals: requiredLiterals(rule.sigma, policy),
    }));
    const without = found.filter(({ literals }) => literals === null).map(({ id }) => id);
    literalsOf[artifact] = withoutLonger(found.flatMap(({ literals }) => literals ?? []));
    if (without.length > 0) unconditional[artifact] = without;
  }
  return { literalsOf, unconditional };
}

/** Leaves out every text that holds another one of the list: where the longer one stands, the shorter one does. */
function withoutLonger(texts: readonly string[]): readonly string[] {
  const unique = [...new Set(texts)].sort();
  return unique.filter((text) => !unique.some((other) => other !== text && text.includes(other)));
}

/** Entries of the event's artifact; where an export dropped the channel, those of every channel. */
function candidatesOf(index: ReadonlyMap<string, readonly Entry[]>, event: Event): readonly Entry[] {
  const entries = index.get(event.artifact) ?? [];
  const channel = event.ecs["winlog.channel"]?.toLowerCase();
  const code = event.ecs["event.code"];
  return entries.filter(({ route }) => {
    if (route.channel !== null && channel !== undefined && route.channel !== channel) return false;
    return route.events === null || code === undefined || route.events.includes(code);
  });
}

function matchEvent(entries: readonly Entry[], event: Event): readonly RuleInfo[] {
  const get = fieldsOf(event);
  const text = (): string => textOf(event);
  const found: RuleInfo[] = [];
  for (const { info, compiled } of entries) {
    // One rule may come by two routes (a channel that is not stated): it matches once.
    if (found.at(-1) !== info && compiled.matches(get, text)) found.push(info);
  }
  return found;
}

function explainEvent(entries: readonly Entry[], event: Event, ruleId: string): Explanation | null {
  const entry = entries.find(({ info }) => info.id === ruleId);
  if (entry === undefined) return null;
  return explain(
    entry.rule.sigma,
    fieldsOf(event),
    () => textOf(event),
    fieldMappingOf(entry.route.artifact),
  );
}
