import {
  createEngine,
  type Engine,
  type FieldValue,
  fitRule,
  type Pipeline,
  requiredLiterals,
  type RoutedRule,
  type SigmaRule,
} from "@postern/sigma";

import type { ArtifactId, Event, Glimpse, NoSuchMatch } from "../../model/index.ts";
import type { EventWish } from "../event-matcher.ts";
import { engineEventOf, fieldsOf } from "./event-fields.ts";
import { createEventWishes } from "./event-wishes.ts";
import { ALWAYS_PARSED, literalPolicyOf } from "./literal-policy.ts";
import { PossibleRules, type NumberedWay, type SureRules } from "./possible-rules.ts";

/** Rules fitted to the records that Postern reads, ready to judge events. */
export interface RuleSet {
  /** Every way of every rule, in the order of the rules; a rule without a way means no records that Postern reads. */
  readonly ways: readonly (readonly RoutedRule[])[];
  /** Why pipelines refuse a rule, in the order of the rules. */
  readonly refused: readonly (readonly string[])[];
  /** Literals by artifact: what a record of it must hold; artifacts in `parseAll` have none. */
  readonly literalsOf: Readonly<Record<ArtifactId, readonly string[]>>;
  /** Literals of all artifacts. */
  readonly literals: readonly string[];
  readonly parseAll: ReadonlySet<ArtifactId>;
  /** Rules that no literal helps, by artifact, as numbers: they cost a parse of every record. */
  readonly unconditional: Readonly<Record<ArtifactId, readonly number[]>>;
  /**
   * What the rules say to a record of which only this much is known; `found` are those of its literals that stand in it. False: none can
   * match it, or any like it; the rules given: they do, and no others; true: it must be parsed.
   */
  readonly mayMatch: (
    artifact: ArtifactId,
    glimpse: Glimpse,
    found: readonly string[],
  ) => boolean | NoSuchMatch | SureRules;
  /** What the rules ask of Windows events of this channel and number. */
  readonly wishFor: (channel: string, code: string) => EventWish;
  /** Every text that `wishFor` may name. */
  readonly eventLiterals: () => readonly string[];
  /** Numbers of the rules that an event matches, in their order. */
  match(event: Event): readonly number[];
  /** The same with every rule evaluated: what `match` is compared with. */
  matchPlain(event: Event): readonly number[];
  /** What the events shown so far meant for each rule. */
  readonly uses: Engine["uses"];
}

/**
 * Fits and compiles rules; their numbers are their positions in `rules`.
 * @param also further fields of which the ways shall know the records' names
 */
export function compileRuleSet(
  rules: readonly SigmaRule[],
  pipelines: readonly Pipeline[],
  also: readonly string[] = [],
): RuleSet {
  const fitted = rules.map((rule) => fitRule(rule, pipelines, also));
  const ways = fitted.map(({ routed }) => routed);
  const engine = createEngine(ways);
  const needy = waysOf(ways);
  const { literalsOf, unconditional } = collectLiterals(needy);
  const possible = new Map<ArtifactId, PossibleRules>();
  const possibleOf = (artifact: ArtifactId): PossibleRules => {
    const known =
      possible.get(artifact) ??
      possibleRules(artifact, needy.get(artifact) ?? [], literalsOf[artifact] ?? []);
    possible.set(artifact, known);
    return known;
  };
  return {
    ways,
    refused: fitted.map(({ refused }) => refused),
    literalsOf,
    literals: withoutLonger(Object.values(literalsOf).flat()),
    parseAll: new Set([...ALWAYS_PARSED, ...Object.keys(unconditional)]),
    unconditional,
    mayMatch: (artifact, glimpse, found) => possibleOf(artifact).judge(glimpse, found),
    ...createEventWishes(ways.flat()),
    match: (event) => engine.match(engineEventOf(event)),
    matchPlain: (event) => engine.matchPlain(engineEventOf(event)),
    uses: () => engine.uses(),
  };
}

/** The way by which a rule looks at an event, or null when it is not for such events. */
export function findWay(ways: readonly RoutedRule[], event: Event): RoutedRule | null {
  const { source, channel, event: number } = engineEventOf(event);
  const fits = ({ records }: RoutedRule): boolean =>
    records.source === source &&
    (channel === null || (records.channels?.includes(channel) ?? true)) &&
    (number === null || (records.events?.includes(number) ?? true));
  return ways.find(fits) ?? null;
}

/** The value of a rule's field in an event, by the names that the way gives it. */
export function fieldOfWay(way: RoutedRule, field: string, event: Event): FieldValue {
  const mapped = Object.hasOwn(way.fields, field) ? way.fields[field] : undefined;
  const names = mapped === undefined ? [field] : typeof mapped === "string" ? [mapped] : mapped;
  const get = fieldsOf(event);
  return names.map(get).find((value) => value !== undefined && value !== null);
}

/** A way of a rule, with the texts of which one must stand in a record; null: none must. */
interface NeedyWay {
  readonly number: number;
  readonly way: RoutedRule;
  readonly literals: readonly string[] | null;
}

/** The ways by which rules look at records of each artifact of which not every record is parsed anyway. */
function waysOf(ways: readonly (readonly RoutedRule[])[]): ReadonlyMap<ArtifactId, readonly NeedyWay[]> {
  const bySource = new Map<ArtifactId, NeedyWay[]>();
  for (const [number, routes] of ways.entries()) {
    for (const way of routes) {
      const { source } = way.records;
      if (ALWAYS_PARSED.has(source)) continue;
      const list = bySource.get(source) ?? [];
      bySource.set(source, list);
      list.push({ number, way, literals: requiredLiterals(way.rule, literalPolicyOf(source)) });
    }
  }
  return bySource;
}

function collectLiterals(
  needy: ReadonlyMap<ArtifactId, readonly NeedyWay[]>,
): Pick<RuleSet, "literalsOf" | "unconditional"> {
  const sorted = [...needy].sort(([a], [b]) => (a < b ? -1 : 1));
  const literalsOf: Record<ArtifactId, readonly string[]> = {};
  const unconditional: Record<ArtifactId, readonly number[]> = {};
  for (const [id, list] of sorted) {
    literalsOf[id] = withoutLonger(list.flatMap(({ literals }) => literals ?? []));
    const without = list.flatMap(({ number, literals }) => (literals === null ? [number] : []));
    if (without.length > 0) unconditional[id] = without;
  }
  return { literalsOf, unconditional };
}

function possibleRules(
  source: ArtifactId,
  ways: readonly NeedyWay[],
  kept: readonly string[],
): PossibleRules {
  const numbered = ways.map(({ number, way, literals }): NumberedWay => {
    const texts = literals?.flatMap((text) => kept.find((one) => text.includes(one)) ?? []) ?? null;
    return { ...way, number, texts, also: alsoIn(way.rule, source, literals) };
  });
  return new PossibleRules(source, numbered);
}

/** More texts are not looked for in a single line, and longer lists would be of little help. */
const MAX_ALSO = 16;

/** Texts of another part of a rule of which one must stand in the record too; null when there are none, or many. */
function alsoIn(
  rule: SigmaRule,
  source: ArtifactId,
  first: readonly string[] | null,
): readonly string[] | null {
  if (first === null) return null;
  const policy = literalPolicyOf(source);
  const second = requiredLiterals(rule, { ...policy, never: new Set([...(policy.never ?? []), ...first]) });
  const texts = second === null ? [] : withoutLonger(second);
  return texts.length === 0 || texts.length > MAX_ALSO ? null : texts;
}

/** Leaves out every text that holds another one of the list: where the longer one stands, the shorter one does. */
function withoutLonger(texts: readonly string[]): readonly string[] {
  const unique = [...new Set(texts)].sort();
  return unique.filter((text) => !unique.some((other) => other !== text && text.includes(other)));
}
