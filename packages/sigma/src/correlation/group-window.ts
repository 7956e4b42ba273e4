import type { Accumulator, Measure, WindowEntry } from "./accumulator.ts";

/** An uninterrupted time in which the condition of a correlation held for one group. */
export interface Burst<T> {
  readonly fromMs: number;
  readonly toMs: number;
  readonly best: Measure;
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
  private burst: Burst<T> | null = null;

  constructor(key: string, group: Readonly<Record<string, string>>, window: Accumulator<T>) {
    this.key = key;
    this.group = group;
    this.window = window;
  }

  /** Begins or prolongs the time in which the condition holds. */
  hold(measure: Measure, latest: readonly WindowEntry<T>[], keep: number): void {
    const { burst, window } = this;
    if (burst === null) {
      const events = window.events(keep);
      const [fromMs, eventCount] = [window.oldestMs, window.count];
      this.burst = { fromMs, toMs: this.lastMs, best: measure, eventCount, events };
      return;
    }
    this.burst = {
      fromMs: burst.fromMs,
      toMs: this.lastMs,
      best: measure.value > burst.best.value ? measure : burst.best,
      eventCount: burst.eventCount + latest.length,
      events:
        burst.events.length < keep
          ? [...burst.events, ...latest.map(({ source }) => source)].slice(0, keep)
          : burst.events,
    };
  }

  /** Ends the time in which the condition held. @returns it, or null when there was none. */
  release(): Burst<T> | null {
    const { burst } = this;
    this.burst = null;
    return burst;
  }
}
