import { hourOf, least, most } from "../core/index.ts";
import type { ServerKey } from "./server-key.ts";
import type { SourceId } from "./source-id.ts";

/** Records of one source of one server in one item, by hour. */
export interface SourceTally {
  readonly serverKey: ServerKey;
  readonly source: SourceId;
  readonly records: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** Hour since 1970 UTC -> records. */
  readonly hours: ReadonlyMap<number, number>;
}

/** Hostile or broken clocks must not make the table grow without end: about five and a half years of single hours. */
const MAX_HOURS = 50_000;

interface Growing {
  readonly serverKey: ServerKey;
  readonly source: SourceId;
  records: number;
  firstMs: number | null;
  lastMs: number | null;
  readonly hours: Map<number, number>;
}

/** Collects the tallies of one item. */
export class Tallies {
  readonly #byKey = new Map<string, Growing>();

  /** Counts one record that was parsed. */
  add(serverKey: ServerKey, source: SourceId, timeMs: number | null): void {
    const tally = this.#get(serverKey, source);
    tally.records++;
    if (timeMs === null) return;
    const second = Math.floor(timeMs / 1000) * 1000; // lines that are only counted are known to the second
    extend(tally, second, second);
    addHour(tally, hourOf(timeMs), 1);
  }

  /** Takes what was counted of other lines of the same item. */
  addTally({ serverKey, source, records, firstMs, lastMs, hours }: SourceTally): void {
    const tally = this.#get(serverKey, source);
    tally.records += records;
    extend(tally, firstMs, lastMs);
    for (const [hour, count] of hours) addHour(tally, hour, count);
  }

  /** True when there were more hours of one source than are kept. */
  get isFull(): boolean {
    return [...this.#byKey.values()].some(({ hours }) => hours.size >= MAX_HOURS);
  }

  /** Adds lines that were only counted: they belong to the item's main source and server. */
  addCounted(
    main: { readonly serverKey: ServerKey; readonly source: SourceId },
    counted: CountedLines,
  ): void {
    const tally = this.#get(main.serverKey, main.source);
    for (const [hour, count] of counted.hours) {
      tally.records += count;
      addHour(tally, hour, count);
    }
    extend(tally, counted.firstMs, counted.lastMs);
  }

  /** The source and server with most parsed records, or null when nothing was parsed. */
  main(): SourceTally | null {
    return this.list().reduce<SourceTally | null>(
      (best, tally) => (best === null || tally.records > best.records ? tally : best),
      null,
    );
  }

  /** All tallies, sorted by source and server. */
  list(): readonly SourceTally[] {
    return [...this.#byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally);
  }

  #get(serverKey: ServerKey, source: SourceId): Growing {
    const key = `${source}\n${serverKey}`;
    let tally = this.#byKey.get(key);
    if (tally === undefined) {
      tally = { serverKey, source, records: 0, firstMs: null, lastMs: null, hours: new Map() };
      this.#byKey.set(key, tally);
    }
    return tally;
  }
}

/** Lines of a batch that were counted without being parsed. */
export interface CountedLines {
  readonly hours: ReadonlyMap<number, number>;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

function extend(tally: Growing, firstMs: number | null, lastMs: number | null): void {
  tally.firstMs = least(tally.firstMs, firstMs);
  tally.lastMs = most(tally.lastMs, lastMs);
}

function addHour(tally: Growing, hour: number, count: number): void {
  const known = tally.hours.get(hour);
  if (known === undefined && tally.hours.size >= MAX_HOURS) return;
  tally.hours.set(hour, (known ?? 0) + count);
}
