import {
  type CorrelationLosses,
  type CorrelationMatch,
  type CorrelationPlan,
  createCorrelator,
  type Correlator,
  type FieldValue,
  type RoutedRule,
  ruleKey,
} from "@postern/sigma";

import { fieldOfWay, findWay } from "../detect/index.ts";
import type { Event } from "../model/index.ts";
import type { HuntMatch, RecordPlace } from "./hunt-match.ts";
import type { HuntRule } from "./rule-files.ts";

/** Events held back to put those of several files in the order of time; later ones are told as lost. */
const MAX_HELD = 200_000;

/** The fields by which the correlations of a plan group and count. */
export function correlatedFields(plan: CorrelationPlan): readonly string[] {
  const inputs = plan.correlations.flatMap((planned) => planned.inputs);
  return [
    ...new Set(inputs.flatMap(({ groupFields, valueFields }) => [...groupFields, ...valueFields])),
  ].sort();
}

/** Joins the matches of single rules over all evidence. Keeps of each event only what the correlations ask for. */
export class HuntCorrelator {
  readonly #correlator: Correlator<RecordPlace>;
  readonly #fields: readonly string[];
  readonly #ways: readonly (readonly RoutedRule[])[];
  readonly #keys: readonly string[];
  readonly #used: ReadonlySet<string>;
  readonly #matches: CorrelationMatch<RecordPlace>[] = [];
  /** Events without a time, which no correlation can place. */
  timeless = 0;

  constructor(plan: CorrelationPlan, rules: readonly HuntRule[], ways: readonly (readonly RoutedRule[])[]) {
    // Files come one after the other, so all is held back up to the bound.
    this.#correlator = createCorrelator(plan, { latenessMs: Infinity, maxHeld: MAX_HELD });
    this.#fields = correlatedFields(plan);
    this.#ways = ways;
    this.#keys = rules.map(({ rule }) => ruleKey(rule));
    this.#used = new Set(plan.correlations.flatMap(({ inputs }) => inputs.map(({ key }) => key)));
  }

  /** Takes a record and the numbers of the rules that it matched. */
  take(event: Event, numbers: readonly number[], path: string): void {
    const used = numbers.filter((number) => this.#used.has(this.#keys[number] ?? ""));
    const [first] = used;
    if (first === undefined) return;
    if (event.timeMs === null) {
      this.timeless++;
      return;
    }
    const way = findWay(this.#ways[first] ?? [], event);
    const values = new Map<string, FieldValue>(
      this.#fields.map((field) => [field, way === null ? undefined : fieldOfWay(way, field, event)]),
    );
    const source = { path, record: event.at.record, timeMs: event.timeMs };
    const keys = used.map((number) => this.#keys[number] ?? "");
    const taken = { timeMs: event.timeMs, get: (field: string): FieldValue => values.get(field), source };
    this.#matches.push(...this.#correlator.take(taken, keys));
  }

  /** Ends everything. @returns all matches, in the order of their beginnings */
  end(): readonly HuntMatch[] {
    this.#matches.push(...this.#correlator.end());
    return this.#matches.sort(inOrder).map(toMatch);
  }

  losses(): readonly CorrelationLosses[] {
    return this.#correlator.losses();
  }
}

function inOrder(a: CorrelationMatch<RecordPlace>, b: CorrelationMatch<RecordPlace>): number {
  const [x, y] = [a, b].map((match) => `${match.rule.title}\n${JSON.stringify(match.group)}`);
  return a.fromMs - b.fromMs || ((x ?? "") < (y ?? "") ? -1 : 1);
}

function toMatch({
  rule,
  group,
  fromMs,
  toMs,
  value,
  values,
  eventCount,
  events,
}: CorrelationMatch<RecordPlace>): HuntMatch {
  const [first] = events;
  return {
    rule,
    timeMs: fromMs,
    server: null,
    path: first?.path ?? "",
    record: first?.record ?? null,
    fields: group,
    repairs: [],
    correlation: { type: rule.type, fromMs, toMs, value, values, eventCount, events },
  };
}
