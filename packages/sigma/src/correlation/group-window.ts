import { fold } from "../rule/glob.ts";
import { type Accumulator, MAX_VALUES, type Measure, type WindowEntry } from "./accumulator.ts";

/** An uninterrupted time in which the condition of a correlation held for one group. */
export interface Burst<T> {
  readonly fromMs: number;
  readonly toMs: number;
  /** The greatest. */
  readonly value: number;
  /** Different values, sorted. */
  readonly values: readonly string[];
  readonly eventCount: number;
  readonly events: readonly T[];
}

/** One group of events of one correlation. */
export class GroupWindow<T> {
  readonly key: string;
  readonly group: Readonly<Record<string, string>>;
  readonly window: Accumulator<T>;
  lastMs: number = Number.NEGATIVE_INFINITY;
  /** When the window is judged; null for windows that are judged at each event. */
  closesMs: number | null = null;
  private fromMs: number | null = null;
  private toMs = 0;
  private value = 0;
  private eventCount = 0;
  private events: T[] = [];
  private readonly values = new Map<string, string>();

  constructor(key: string, group: Readonly<Record<string, string>>, window: Accumulator<T>) {
    this.key = key;
    this.group = group;
    this.window = window;
  }

  /** Begins or prolongs the time in which the condition holds; costs the same however much the window holds. */
  hold(measure: Measure, latest: readonly WindowEntry<T>[], keep: number): void {
    this.toMs = this.lastMs;
    if (this.fromMs === null) {
      this.fromMs = this.window.oldestMs;
      this.value = measure.value;
      this.eventCount = this.window.count;
      this.events = [...this.window.events(keep)];
      this.addValues(measure.values ?? this.window.texts());
      return;
    }
    this.value = Math.max(this.value, measure.value);
    this.eventCount += latest.length;
    for (const { source } of latest) if (this.events.length < keep) this.events.push(source);
    if (this.values.size > 0) this.addValues(latest.map(({ text }) => text));
  }

  /** Ends the time in which the condition held. @returns it, or null when there was none. */
  release(): Burst<T> | null {
    if (this.fromMs === null) return null;
    const { fromMs, toMs, value, eventCount } = this;
    const values = Object.freeze([...this.values.values()].sort());
    const events = Object.freeze(this.events);
    this.fromMs = null;
    this.events = [];
    this.values.clear();
    return { fromMs, toMs, value, values, eventCount, events };
  }

  private addValues(texts: readonly string[]): void {
    for (const text of texts) {
      if (this.values.size >= MAX_VALUES) return;
      const key = fold(text);
      if (!this.values.has(key)) this.values.set(key, text);
    }
  }
}
