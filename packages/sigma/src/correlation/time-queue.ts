interface Item<V> {
  readonly timeMs: number;
  readonly order: number;
  readonly value: V;
}

/** A queue that gives back the earliest first; equal times in the order in which they came (a binary heap). */
export class TimeQueue<V> {
  private readonly items: Item<V>[] = [];
  private added = 0;

  get size(): number {
    return this.items.length;
  }

  /** Time of the next item; infinite when the queue is empty. */
  get nextMs(): number {
    return this.items[0]?.timeMs ?? Number.POSITIVE_INFINITY;
  }

  add(timeMs: number, value: V): void {
    const item = { timeMs, order: this.added++, value };
    const { items } = this;
    let at = items.push(item) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = items[up];
      if (parent === undefined || !isBefore(item, parent)) break;
      items[at] = parent;
      at = up;
    }
    items[at] = item;
  }

  take(): { readonly timeMs: number; readonly value: V } | undefined {
    const { items } = this;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      const child = this.earlierChild(at);
      const item = items[child];
      if (item === undefined || !isBefore(item, last)) break;
      items[at] = item;
      at = child;
    }
    items[at] = last;
    return first;
  }

  private earlierChild(at: number): number {
    const left = this.items[at * 2 + 1];
    const right = this.items[at * 2 + 2];
    return left !== undefined && right !== undefined && isBefore(right, left) ? at * 2 + 2 : at * 2 + 1;
  }
}

function isBefore(a: Item<unknown>, b: Item<unknown>): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order);
}
