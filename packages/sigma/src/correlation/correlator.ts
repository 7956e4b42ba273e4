import { type FieldGetter, type FieldValue } from "../compile/field-values.ts";
import { fold } from "../rule/glob.ts";
import { createAccumulator, type WindowEntry } from "./accumulator.ts";
import { GroupWindow } from "./group-window.ts";
import { type CorrelationLosses, type CorrelationMatch, isJudgedAtOnce, meets } from "./match.ts";
import type { CorrelationInput, CorrelationPlan, PlannedCorrelation } from "./plan.ts";
import { RecentMap } from "./recent-map.ts";
import { TimeQueue } from "./time-queue.ts";

/** An event that fits at least one rule. */
export interface CorrelationEvent<T> {
  /** Milliseconds since 1970, UTC. */
  readonly timeMs: number;
  readonly get: FieldGetter;
  /** Whatever the caller wants back in a match, e.g. a citation. */
  readonly source: T;
}

/** Limits of a correlator. */
export interface CorrelatorOptions {
  /** Events and values remembered in all windows together; default 500,000. */
  readonly maxEvents?: number;
  /** Groups remembered for each correlation; default 100,000. */
  readonly maxGroups?: number;
  /** How far behind the newest event an event may be and still be put in its place; default 0: events come in order. */
  readonly latenessMs?: number;
  /** Events held back to put them in order; default 100,000. */
  readonly maxHeld?: number;
  /** Events listed in a match; default 20. */
  readonly keepEvents?: number;
}

/** Takes matches of single rules and gives matches of correlations. */
export interface Correlator<T> {
  /**
   * Takes an event and the keys (`ruleKey`) of the rules that it fits. @returns the matches that came to their end by it: a
   * match lasts as long as each further event of its group still meets the condition.
   */
  take(event: CorrelationEvent<T>, ruleKeys: readonly string[]): readonly CorrelationMatch<T>[];
  /** Judges and ends everything that is still open. */
  end(): readonly CorrelationMatch<T>[];
  /** What was lost so far, sorted. */
  losses(): readonly CorrelationLosses[];
}

/** Makes a correlator for a plan. Memory is bounded by the options; what the bounds cost is told by `losses`. */
export function createCorrelator<T>(plan: CorrelationPlan, options: CorrelatorOptions = {}): Correlator<T> {
  return new StreamCorrelator<T>(plan, options);
}

interface Pending<T> {
  readonly input: number;
  readonly event: CorrelationEvent<T>;
}

interface Held<T> {
  readonly event: CorrelationEvent<T>;
  readonly ruleKeys: readonly string[];
}

/** A correlation with its groups. */
interface Running<T> {
  readonly planned: PlannedCorrelation;
  readonly atOnce: boolean;
  readonly groups: RecentMap<GroupWindow<T>>;
  pending: Pending<T>[];
}

class StreamCorrelator<T> implements Correlator<T> {
  private readonly running: readonly Running<T>[];
  private readonly users = new Map<string, { readonly of: Running<T>; readonly input: number }[]>();
  private readonly limits: Required<CorrelatorOptions>;
  private readonly held = new TimeQueue<Held<T>>();
  private readonly timers = new TimeQueue<{ readonly of: Running<T>; readonly window: GroupWindow<T> }>();
  private readonly lost = new Map<string, CorrelationLosses>();
  private remembered = 0;
  private newestMs = Number.NEGATIVE_INFINITY;
  private judgedMs = Number.NEGATIVE_INFINITY;
  private out: CorrelationMatch<T>[] = [];

  constructor(plan: CorrelationPlan, options: CorrelatorOptions) {
    this.limits = {
      maxEvents: options.maxEvents ?? 500_000,
      maxGroups: options.maxGroups ?? 100_000,
      latenessMs: options.latenessMs ?? 0,
      maxHeld: options.maxHeld ?? 100_000,
      keepEvents: options.keepEvents ?? 20,
    };
    this.running = plan.correlations.map((planned) => ({
      planned,
      atOnce: isJudgedAtOnce(planned.rule),
      groups: new RecentMap<GroupWindow<T>>(),
      pending: [],
    }));
    for (const of of this.running) {
      of.planned.inputs.forEach(({ key }, input) => {
        this.users.set(key, [...(this.users.get(key) ?? []), { of, input }]);
      });
    }
  }

  take(event: CorrelationEvent<T>, ruleKeys: readonly string[]): readonly CorrelationMatch<T>[] {
    this.out = [];
    if (!ruleKeys.some((key) => this.users.has(key))) return this.out;
    if (event.timeMs < this.judgedMs) {
      this.lose(null, "late", event.timeMs);
      return this.out;
    }
    this.newestMs = Math.max(this.newestMs, event.timeMs);
    this.held.add(event.timeMs, { event, ruleKeys });
    while (
      this.held.nextMs <= this.newestMs - this.limits.latenessMs ||
      this.held.size > this.limits.maxHeld
    ) {
      this.judgeNext();
    }
    return this.out;
  }

  end(): readonly CorrelationMatch<T>[] {
    this.out = [];
    while (this.held.size > 0) this.judgeNext();
    this.runTimers(Number.POSITIVE_INFINITY);
    for (const of of this.running) {
      for (let window = of.groups.oldest; window !== undefined; window = of.groups.oldest)
        this.forget(of, window);
    }
    this.remembered = 0;
    return this.out;
  }

  losses(): readonly CorrelationLosses[] {
    const order = (loss: CorrelationLosses): string => `${loss.correlation ?? ""}\0${loss.what}`;
    return [...this.lost.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  private judgeNext(): void {
    const next = this.held.take();
    if (next === undefined) return;
    this.runTimers(next.timeMs);
    this.judgedMs = next.timeMs;
    for (const key of new Set(next.value.ruleKeys)) this.hand(key, next.value.event);
    this.settle();
  }

  /** Judges the windows whose time is over before `timeMs`, in the order of their ends. */
  private runTimers(timeMs: number): void {
    while (this.timers.nextMs < timeMs) {
      const timer = this.timers.take();
      if (timer === undefined) return;
      this.close(timer.value.of, timer.value.window, timer.timeMs);
      this.settle();
    }
  }

  /** Gives an event to every correlation that waits for the rule. */
  private hand(key: string, event: CorrelationEvent<T>): void {
    for (const { of, input } of this.users.get(key) ?? []) of.pending.push({ input, event });
  }

  /** Correlations stand after those that they use, so one walk settles chains too. */
  private settle(): void {
    for (const of of this.running) {
      if (of.pending.length === 0) continue;
      const { pending } = of;
      of.pending = [];
      this.feed(of, pending);
    }
  }

  private feed(of: Running<T>, pending: readonly Pending<T>[]): void {
    const byGroup = new Map<string, { group: Readonly<Record<string, string>>; entries: Pending<T>[] }>();
    for (const one of pending) {
      const input = of.planned.inputs[one.input];
      if (input === undefined) continue;
      const values = input.groupFields.map((field) => textOf(one.event.get(field)));
      const known = values.filter((value) => value !== null);
      if (known.length < values.length) {
        this.lose(of, "ungrouped", one.event.timeMs);
        continue;
      }
      const key = JSON.stringify(known.map(fold));
      const names = of.planned.rule.groupBy.map((name, i) => [name, known[i] ?? ""] as const);
      const found = byGroup.get(key) ?? { group: Object.freeze(Object.fromEntries(names)), entries: [] };
      found.entries.push(one);
      byGroup.set(key, found);
    }
    for (const [key, { group, entries }] of byGroup) this.feedGroup(of, { key, group }, entries);
  }

  private feedGroup(
    of: Running<T>,
    { key, group }: { readonly key: string; readonly group: Readonly<Record<string, string>> },
    pending: readonly Pending<T>[],
  ): void {
    const entries = this.entriesOf(of, pending);
    const [first] = entries;
    const event = pending.at(-1)?.event;
    if (first === undefined || event === undefined) return;
    const span = of.planned.rule.timespanMs;
    if (of.atOnce) this.expire(of, first.timeMs - span);
    const window = of.groups.get(key) ?? new GroupWindow<T>(key, group, createAccumulator<T>(of.planned));
    of.groups.use(key, window);
    const before = window.window.size;
    window.lastMs = first.timeMs;
    if (of.atOnce) window.window.dropBefore(first.timeMs - span);
    for (const entry of entries) window.window.add(entry);
    this.remembered += window.window.size - before;
    if (!of.atOnce && window.closesMs === null) {
      window.closesMs = first.timeMs + span;
      this.timers.add(window.closesMs, { of, window });
    }
    this.keepWithin(of, window);
    if (of.atOnce) this.judge(of, window, { entries, event });
  }

  private judge(
    of: Running<T>,
    window: GroupWindow<T>,
    { entries, event }: { readonly entries: readonly WindowEntry<T>[]; readonly event: CorrelationEvent<T> },
  ): void {
    const measure = window.window.judge((value) => meets(value, of.planned.rule.condition));
    if (measure === null) {
      this.report(of, window);
      return;
    }
    window.hold(measure, entries, this.limits.keepEvents);
    this.hand(of.planned.key, derivedEvent(event, window.group, event.timeMs));
  }

  /** The time span of a window is over: judges it once. */
  private close(of: Running<T>, window: GroupWindow<T>, timeMs: number): void {
    // Forgotten in the meantime to keep within the limits.
    if (of.groups.get(window.key) !== window) return;
    of.groups.delete(window.key);
    this.remembered -= window.window.size;
    const measure = window.window.judge((value) => meets(value, of.planned.rule.condition));
    if (measure === null) return;
    window.hold(measure, [], this.limits.keepEvents);
    const [source] = window.window.events(1);
    this.report(of, window);
    if (source === undefined) return;
    const event = { timeMs, get: (): undefined => undefined, source };
    this.hand(of.planned.key, derivedEvent(event, window.group, timeMs));
  }

  /** Entries in the order of the rules, last rule first (see the window over ordered rules). */
  private entriesOf(of: Running<T>, pending: readonly Pending<T>[]): readonly WindowEntry<T>[] {
    const { rule, inputs } = of.planned;
    const perRule = rule.type === "temporal" || rule.type === "temporal_ordered";
    const sorted = [...pending].sort((a, b) => b.input - a.input);
    const entries: WindowEntry<T>[] = [];
    const counted = new Set<CorrelationEvent<T>>();
    for (const { input, event } of sorted) {
      // An event that fits several of the rules is still one event.
      if (!perRule && counted.has(event)) continue;
      counted.add(event);
      const value = valueOf(event, inputs[input]);
      const number = numberOf(value);
      const needsNumber =
        rule.type === "value_sum" || rule.type === "value_avg" || rule.condition.percentile !== null;
      const needsValue = rule.type === "value_count" || rule.type === "value_percentile" || needsNumber;
      if ((needsValue && value === null) || (needsNumber && Number.isNaN(number)))
        this.lose(of, "unvalued", event.timeMs);
      else entries.push({ timeMs: event.timeMs, input, text: value ?? "", number, source: event.source });
    }
    return entries;
  }

  /** Groups without an event since `timeMs` have nothing left that counts. */
  private expire(of: Running<T>, timeMs: number): void {
    for (let window = of.groups.oldest; window !== undefined; window = of.groups.oldest) {
      if (window.lastMs >= timeMs) return;
      this.forget(of, window);
    }
  }

  private keepWithin(of: Running<T>, current: GroupWindow<T>): void {
    while (of.groups.size > this.limits.maxGroups || this.remembered > this.limits.maxEvents) {
      const { oldest } = of.groups;
      if (oldest === undefined || oldest === current) break;
      this.lose(of, "groups", oldest.lastMs);
      this.forget(of, oldest);
    }
    while (this.remembered > this.limits.maxEvents && current.window.size > 0) {
      const before = current.window.size;
      this.lose(of, "events", current.window.oldestMs);
      current.window.dropOldest();
      this.remembered -= before - current.window.size;
    }
  }

  private forget(of: Running<T>, window: GroupWindow<T>): void {
    this.report(of, window);
    of.groups.delete(window.key);
    this.remembered -= window.window.size;
  }

  /** Gives out what held until now, if anything did. */
  private report(of: Running<T>, window: GroupWindow<T>): void {
    const burst = window.release();
    if (burst === null) return;
    this.out.push(
      Object.freeze({
        kind: "correlation-match",
        rule: of.planned.rule,
        group: window.group,
        ...burst,
      }),
    );
  }

  private lose(of: Running<T> | null, what: CorrelationLosses["what"], timeMs: number): void {
    const correlation = of?.planned.rule.title ?? null;
    const key = JSON.stringify([of?.planned.key ?? null, what]);
    const before = this.lost.get(key);
    const count = (before?.count ?? 0) + 1;
    this.lost.set(key, { correlation, what, count, firstMs: Math.min(before?.firstMs ?? timeMs, timeMs) });
  }
}

/** What a correlation that used this one sees: the group's values, and the fields of the event that completed it. */
function derivedEvent<T>(
  event: CorrelationEvent<T>,
  group: Readonly<Record<string, string>>,
  timeMs: number,
): CorrelationEvent<T> {
  const get: FieldGetter = (field) => (Object.hasOwn(group, field) ? group[field] : event.get(field));
  return { timeMs, get, source: event.source };
}

function valueOf(event: CorrelationEvent<unknown>, input: CorrelationInput | undefined): string | null {
  const fields = input?.valueFields ?? [];
  const texts = fields.map((field) => textOf(event.get(field)));
  const known = texts.filter((text) => text !== null);
  if (fields.length === 0 || known.length < fields.length) return null;
  return fields.length === 1 ? (known[0] ?? null) : JSON.stringify(known);
}

/** A field with several values counts with its first. */
function textOf(value: FieldValue): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number") return String(value);
  return value[0] ?? null;
}

function numberOf(text: string | null): number {
  const trimmed = text?.trim() ?? "";
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : Number.NaN;
}
