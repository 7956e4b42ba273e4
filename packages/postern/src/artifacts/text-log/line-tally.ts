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
    return this.addStamps([stamp], { from: 0, to: 1 }, toMs) === 1;
  }

  /** Counts lines by their times. @returns the first of them whose stamp is no real moment, and which is not counted; else `to` */
  addStamps(
    stamps: ArrayLike<Stamp>,
    lines: { readonly from: number; readonly to: number },
    toMs: (stamp: Stamp) => number | null,
  ): number {
    let at = lines.from;
    while (at < lines.to) {
      const stampHour = Math.floor((stamps[at] ?? 0) / 10_000);
      if (stampHour !== this.#stampHour && !this.#startHour(stampHour, toMs)) return at;
      at = this.#addOfHour(stamps, at, lines.to);
    }
    return at;
  }

  #startHour(stampHour: number, toMs: (stamp: Stamp) => number | null): boolean {
    const hourMs = toMs(stampHour * 10_000);
    if (hourMs === null) return false;
    this.#stampHour = stampHour;
    this.#hour = hourOf(hourMs);
    return true;
  }

  /** Counts lines as long as they are of the hour in hand. @returns the first that is not */
  #addOfHour(stamps: ArrayLike<Stamp>, from: number, to: number): number {
    const hourMs = this.#hour * 3_600_000;
    const stampHour = this.#stampHour * 10_000;
    let first = this.#first ?? Infinity;
    let last = this.#last ?? -Infinity;
    let at = from;
    for (; at < to; at++) {
      const minuteSecond = (stamps[at] ?? 0) - stampHour;
      if (minuteSecond < 0 || minuteSecond >= 10_000) break;
      const minute = Math.floor(minuteSecond / 100);
      const timeMs = hourMs + minute * 60_000 + (minuteSecond - minute * 100) * 1000;
      if (timeMs < first) first = timeMs;
      if (timeMs > last) last = timeMs;
    }
    this.#first = first;
    this.#last = last;
    this.#hours.set(this.#hour, (this.#hours.get(this.#hour) ?? 0) + at - from);
    this.#records += at - from;
    return at;
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
