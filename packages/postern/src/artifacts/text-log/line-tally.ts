import { hourOf } from "../../core/index.ts";
import type { Stamp } from "./line-shape.ts";

/** Every line of an item is exactly one of these. */
export interface LineCounts {
  /** Data lines that were understood (mended ones included). */
  readonly records: number;
  /** Data lines that were not, or only in part. */
  readonly damaged: number;
  /** Directives, column lines, comments, empty lines, further lines of a quoted value. */
  readonly headers: number;
}

/** Counts lines by kind and, for lines that are only counted, by hour. */
export class LineTally {
  #records = 0;
  #damaged = 0;
  #headers = 0;
  #hours = new Map<number, number>();
  #first: number | null = null;
  #last: number | null = null;
  /** The stamp without minutes and seconds, and its hour: neighbouring lines nearly always share it. */
  #stampHour = -1;
  #hour = 0;

  startBatch(): void {
    this.#hours = new Map();
    this.#first = null;
    this.#last = null;
  }

  addHeader(): void {
    this.#headers++;
  }

  removeHeader(): void {
    this.#headers--;
  }

  addParsed(understood: boolean): void {
    if (understood) this.#records++;
    else this.#damaged++;
  }

  /** Counts a line by its time; false (and nothing counted) when the stamp is no real moment. */
  addStamp(stamp: Stamp, toMs: (stamp: Stamp) => number | null): boolean {
    const stampHour = Math.floor(stamp / 10_000);
    const minuteSecond = stamp % 10_000;
    if (stampHour !== this.#stampHour) {
      const hourMs = toMs(stampHour * 10_000);
      if (hourMs === null) return false;
      this.#stampHour = stampHour;
      this.#hour = hourOf(hourMs);
    }
    const timeMs =
      this.#hour * 3_600_000 + Math.floor(minuteSecond / 100) * 60_000 + (minuteSecond % 100) * 1000;
    if (this.#first === null || timeMs < this.#first) this.#first = timeMs;
    if (this.#last === null || timeMs > this.#last) this.#last = timeMs;
    this.#hours.set(this.#hour, (this.#hours.get(this.#hour) ?? 0) + 1);
    this.#records++;
    return true;
  }

  batch(): {
    readonly counts: LineCounts;
    readonly hours: ReadonlyMap<number, number>;
    readonly firstMs: number | null;
    readonly lastMs: number | null;
  } {
    return {
      counts: { records: this.#records, damaged: this.#damaged, headers: this.#headers },
      hours: this.#hours,
      firstMs: this.#first,
      lastMs: this.#last,
    };
  }
}
