import { hourOf, type BlockKernel } from "../../core/index.ts";
import { stampToMs, type Stamp } from "./line-shape.ts";

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
  addStamp(stamp: Stamp): boolean {
    const stampHour = Math.floor(stamp / 10_000);
    if (stampHour !== this.#stampHour && !this.#startHour(stampHour)) return false;
    const minuteSecond = stamp - stampHour * 10_000;
    const second = minuteSecond - Math.floor(minuteSecond / 100) * 40;
    this.#addOfHour(1, second, second);
    return true;
  }

  /**
   * Counts lines that the kernel has looked at, by their times, up to one that is marked or irregular, or has a time that is no real moment.
   * @returns the first that was not counted
   */
  addRun(
    kernel: BlockKernel,
    stamps: ArrayLike<Stamp>,
    lines: { readonly from: number; readonly to: number },
  ): number {
    let at = lines.from;
    while (at < lines.to) {
      const stampHour = Math.floor((stamps[at] ?? -1) / 10_000);
      if (stampHour < 0) return at;
      if (stampHour !== this.#stampHour && !this.#startHour(stampHour)) return at;
      const { next, first, last } = kernel.passHour(at, lines.to, stampHour * 10_000);
      if (next === at) return at;
      this.#addOfHour(next - at, first, last);
      at = next;
    }
    return at;
  }

  #startHour(stampHour: number): boolean {
    const hourMs = stampToMs(stampHour * 10_000);
    if (hourMs === null) return false;
    this.#stampHour = stampHour;
    this.#hour = hourOf(hourMs);
    return true;
  }

  /** @param first second of the hour in hand, as is `last` */
  #addOfHour(count: number, first: number, last: number): void {
    const hourMs = this.#hour * 3_600_000;
    this.#first = Math.min(this.#first ?? Infinity, hourMs + first * 1000);
    this.#last = Math.max(this.#last ?? -Infinity, hourMs + last * 1000);
    this.#hours.set(this.#hour, (this.#hours.get(this.#hour) ?? 0) + count);
    this.#records += count;
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
