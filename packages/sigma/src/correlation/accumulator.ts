import { fold } from "../rule/glob.ts";
import type { PlannedCorrelation } from "./plan.ts";

/** One event as a window remembers it. */
export interface WindowEntry<T> {
  readonly timeMs: number;
  /** Which of the correlation's rules it fits. */
  readonly input: number;
  /** Its value as a text, for counting different ones. */
  readonly text: string;
  /** Its value as a number; NaN when it is none. */
  readonly number: number;
  readonly source: T;
}

/** What a window amounts to. */
export interface Measure {
  readonly value: number;
  /** The values that made it so; null where all that were counted did. */
  readonly values: readonly string[] | null;
}

/** The events of one window, and what they amount to. */
export interface Accumulator<T> {
  /** Things remembered: what counts against the limit of memory. */
  readonly size: number;
  /** Events that count. */
  readonly count: number;
  /** Time of the oldest event that counts; infinite when there is none. */
  readonly oldestMs: number;
  add(entry: WindowEntry<T>): void;
  /** Forgets events before a time. */
  dropBefore(timeMs: number): void;
  /** Forgets the oldest event, to keep within the limit of memory. */
  dropOldest(): void;
  /** Null when the bounds do not hold. */
  judge(holds: (value: number) => boolean): Measure | null;
  /** Events that count, oldest first, at most `most`. */
  events(most: number): readonly T[];
  /** Values of the oldest events, at most MAX_VALUES; empty where values are not told apart. */
  texts(): readonly string[];
}

/** Most values that a match lists. */
export const MAX_VALUES = 100;

/** Makes the window that a type of correlation needs. */
export function createAccumulator<T>({ rule, inputs }: PlannedCorrelation): Accumulator<T> {
  switch (rule.type) {
    case "event_count":
      return new Entries<T>(countOf);
    case "value_count":
      return new DistinctValues<T>();
    case "value_sum":
      return new Entries<T>(sumOf);
    case "value_avg":
      return new Entries<T>((totals) => totals.sum / totals.count);
    case "value_percentile": {
      const { percentile } = rule.condition;
      return percentile === null
        ? new ValueShares<T>()
        : new Entries<T>((totals) => percentileOf(totals, percentile));
    }
    case "temporal":
      return new SeenRules<T>(inputs.length);
    case "temporal_ordered":
      return new OrderedRules<T>(inputs.length);
  }
}

/** What can be said of a window over single events. */
interface Totals {
  readonly count: number;
  readonly sum: number;
  /** Smallest first. */
  numbers(): readonly number[];
}

/** A window over single events, oldest first; `sum` is kept while they come and go. */
class Entries<T> implements Accumulator<T>, Totals {
  sum = 0;
  private list: WindowEntry<T>[] = [];
  private head = 0;
  private readonly measure: (totals: Totals) => number;

  constructor(measure: (totals: Totals) => number) {
    this.measure = measure;
  }

  get count(): number {
    return this.list.length - this.head;
  }

  get size(): number {
    return this.count;
  }

  get oldestMs(): number {
    return this.list[this.head]?.timeMs ?? Number.POSITIVE_INFINITY;
  }

  add(entry: WindowEntry<T>): void {
    this.list.push(entry);
    this.sum += Number.isNaN(entry.number) ? 0 : entry.number;
  }

  dropBefore(timeMs: number): void {
    while (this.oldestMs < timeMs) this.dropOldest();
  }

  dropOldest(): void {
    const entry = this.list[this.head];
    if (entry === undefined) return;
    this.head++;
    this.sum -= Number.isNaN(entry.number) ? 0 : entry.number;
    this.dropped(entry);
    if (this.count === 0) this.sum = 0;
    // Half of the list is dead: moving the rest costs no more than it took to get there.
    if (this.head * 2 < this.list.length) return;
    this.list = this.list.slice(this.head);
    this.head = 0;
  }

  judge(holds: (value: number) => boolean): Measure | null {
    const value = this.measure(this);
    return holds(value) ? { value, values: null } : null;
  }

  events(most: number): readonly T[] {
    return this.first(most).map(({ source }) => source);
  }

  protected first(most: number): readonly WindowEntry<T>[] {
    return this.list.slice(this.head, this.head + most);
  }

  texts(): readonly string[] {
    return [];
  }

  numbers(): readonly number[] {
    return this.list
      .slice(this.head)
      .map(({ number }) => number)
      .sort((a, b) => a - b);
  }

  protected dropped(_entry: WindowEntry<T>): void {
    // Only windows over different values need to know.
  }
}

function countOf(totals: Totals): number {
  return totals.count;
}

function sumOf(totals: Totals): number {
  return totals.sum;
}

/** Nearest rank: the smallest value that at least so many percent of the values do not exceed. */
function percentileOf(totals: Totals, percentile: number): number {
  const numbers = totals.numbers();
  const rank = Math.max(1, Math.ceil((percentile * numbers.length) / 100));
  return numbers[rank - 1] ?? Number.NaN;
}

/** How often each value is in the window; values that differ only in case are one. */
class DistinctValues<T> extends Entries<T> {
  protected readonly values = new Map<string, { count: number; readonly text: string }>();

  constructor() {
    super(countOf);
  }

  override add(entry: WindowEntry<T>): void {
    super.add(entry);
    const key = fold(entry.text);
    const known = this.values.get(key);
    if (known === undefined) this.values.set(key, { count: 1, text: entry.text });
    else known.count++;
  }

  override judge(holds: (value: number) => boolean): Measure | null {
    const value = this.values.size;
    return holds(value) ? { value, values: null } : null;
  }

  override texts(): readonly string[] {
    return this.first(MAX_VALUES).map(({ text }) => text);
  }

  protected override dropped(entry: WindowEntry<T>): void {
    const known = this.values.get(fold(entry.text));
    if (known !== undefined && --known.count === 0) this.values.delete(fold(entry.text));
  }
}

/** How many percent of all events have each value; holds when it holds for any value. */
class ValueShares<T> extends DistinctValues<T> {
  override judge(holds: (value: number) => boolean): Measure | null {
    const share = ({ count }: { readonly count: number }): number => (count * 100) / this.count;
    const held = [...this.values.values()].filter((value) => holds(share(value)));
    if (held.length === 0) return null;
    const greatest = held.reduce((most, value) => Math.max(most, share(value)), 0);
    return { value: greatest, values: held.map(({ text }) => text) };
  }
}

/** The last event of each rule: how many different rules are in the window. */
class SeenRules<T> implements Accumulator<T> {
  private readonly last: (WindowEntry<T> | undefined)[];

  constructor(rules: number) {
    this.last = Array.from({ length: rules }, () => undefined);
  }

  get size(): number {
    return this.seen().length;
  }

  get count(): number {
    return this.size;
  }

  get oldestMs(): number {
    return this.seen()[0]?.timeMs ?? Number.POSITIVE_INFINITY;
  }

  add(entry: WindowEntry<T>): void {
    this.last[entry.input] = entry;
  }

  dropBefore(timeMs: number): void {
    this.last.forEach((entry, i) => {
      if (entry !== undefined && entry.timeMs < timeMs) this.last[i] = undefined;
    });
  }

  dropOldest(): void {
    const [oldest] = this.seen();
    if (oldest !== undefined) this.last[oldest.input] = undefined;
  }

  judge(holds: (value: number) => boolean): Measure | null {
    const value = this.seen().length;
    return holds(value) ? { value, values: null } : null;
  }

  texts(): readonly string[] {
    return [];
  }

  events(most: number): readonly T[] {
    return this.seen()
      .slice(0, most)
      .map(({ source }) => source);
  }

  private seen(): readonly WindowEntry<T>[] {
    return this.last.filter((entry) => entry !== undefined).sort((a, b) => a.timeMs - b.timeMs);
  }
}

interface Chain<T> {
  readonly startMs: number;
  readonly entry: WindowEntry<T>;
  readonly before: Chain<T> | null;
}

/**
 * Chains of events whose rules stand in the order of the correlation. `chains[rule][length - 1]` is the chain of that length that
 * ends with the rule and started latest: whatever comes, no other chain of that length and end can do better.
 */
class OrderedRules<T> implements Accumulator<T> {
  private readonly chains: (Chain<T> | undefined)[][];

  constructor(rules: number) {
    this.chains = Array.from({ length: rules }, (_, rule) =>
      Array.from({ length: rule + 1 }, () => undefined),
    );
  }

  get size(): number {
    return this.all().length;
  }

  get count(): number {
    return this.pathOf(this.longest()).length;
  }

  get oldestMs(): number {
    return this.longest()?.startMs ?? Number.POSITIVE_INFINITY;
  }

  /** Rules of one event must come last first, so that one event does not follow itself. */
  add(entry: WindowEntry<T>): void {
    const own = this.chains[entry.input];
    if (own === undefined) return;
    for (let length = own.length; length > 1; length--) {
      let best: Chain<T> | undefined;
      for (let rule = length - 2; rule < entry.input; rule++) {
        const chain = this.chains[rule]?.[length - 2];
        if (chain !== undefined && (best === undefined || chain.startMs > best.startMs)) best = chain;
      }
      if (best !== undefined) own[length - 1] = { startMs: best.startMs, entry, before: best };
    }
    own[0] = { startMs: entry.timeMs, entry, before: null };
  }

  dropBefore(timeMs: number): void {
    for (const own of this.chains) {
      own.forEach((chain, i) => {
        if (chain !== undefined && chain.startMs < timeMs) own[i] = undefined;
      });
    }
  }

  dropOldest(): void {
    const oldest = Math.min(...this.all().map(({ startMs }) => startMs));
    this.dropBefore(oldest + 1);
  }

  judge(holds: (value: number) => boolean): Measure | null {
    const value = this.count;
    return holds(value) ? { value, values: null } : null;
  }

  texts(): readonly string[] {
    return [];
  }

  events(most: number): readonly T[] {
    return this.pathOf(this.longest())
      .slice(0, most)
      .map(({ source }) => source);
  }

  private longest(): Chain<T> | undefined {
    const most = this.chains.length;
    for (let length = most; length > 0; length--) {
      const chains = this.chains.map((own) => own[length - 1]).filter((chain) => chain !== undefined);
      const latest = chains.sort((a, b) => b.startMs - a.startMs)[0];
      if (latest !== undefined) return latest;
    }
    return undefined;
  }

  private all(): readonly Chain<T>[] {
    return this.chains.flat().filter((chain) => chain !== undefined);
  }

  private pathOf(chain: Chain<T> | undefined): readonly WindowEntry<T>[] {
    const path: WindowEntry<T>[] = [];
    for (let at: Chain<T> | null | undefined = chain; at !== null && at !== undefined; at = at.before)
      path.push(at.entry);
    return path.reverse();
  }
}
