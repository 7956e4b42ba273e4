import type { Damage } from "../model/index.ts";

/** Damage of one kind in one item. */
export interface DamageCount {
  readonly code: Damage["code"];
  readonly item: number;
  readonly count: number;
  /** The first one. */
  readonly example: Damage;
}

/** Counts damage in bounded memory: one entry for each item and code. */
export class DamageLog {
  readonly #byKey = new Map<string, { count: number; readonly example: Damage }>();
  #total = 0;

  add(damage: Damage): void {
    this.#total++;
    const key = keyOf(damage.at.item, damage.code);
    const known = this.#byKey.get(key);
    if (known === undefined) this.#byKey.set(key, { count: 1, example: damage });
    else known.count++;
  }

  /** Takes what another log of other items counted. */
  addCounts(counts: readonly DamageCount[]): void {
    for (const { code, item, count, example } of counts) {
      this.#total += count;
      const key = keyOf(item, code);
      const known = this.#byKey.get(key);
      if (known === undefined) this.#byKey.set(key, { count, example });
      else known.count += count;
    }
  }

  get total(): number {
    return this.#total;
  }

  /** Sorted by item, then code. */
  list(): readonly DamageCount[] {
    return [...this.#byKey.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { count, example }]) => ({ code: example.code, item: example.at.item, count, example }));
  }
}

function keyOf(item: number, code: Damage["code"]): string {
  return `${String(item).padStart(10, "0")} ${code}`;
}
