import type { EvidenceItem } from "../../evidence/index.ts";
import type { ItemOutcome } from "../scan-item.ts";

/** Outcomes that may wait for an earlier one: bounds memory when one large file is read beside many small ones. */
const MAX_WAITING = 256;

interface Slot {
  readonly promise: Promise<ItemOutcome>;
  readonly resolve: (outcome: ItemOutcome | Promise<ItemOutcome>) => void;
  readonly reject: (reason: Error) => void;
}

/** Items in their order: which are taken, which outcomes are there, and how many bytes are under way. */
export class Queue {
  readonly #items: readonly EvidenceItem[];
  readonly #positions: ReadonlyMap<number, number>;
  readonly #slots = new Map<number, Slot>();
  readonly #underWay = new Map<number, number>();
  #nextPosition = 0;
  /** Position of the outcome that is asked for. */
  #wanted = 0;
  #failure: Error | null = null;

  constructor(items: readonly EvidenceItem[]) {
    this.#items = items;
    this.#positions = new Map(items.map((item, position) => [item.index, position]));
  }

  /** The next item to read; null when none is left or too many outcomes wait. */
  take(): EvidenceItem | null {
    if (this.#failure !== null || this.#nextPosition > this.#wanted + MAX_WAITING) return null;
    return this.#items[this.#nextPosition++] ?? null;
  }

  /** The outcome of the item at a position. Ask in order. @throws what {@link fail} was called with */
  async outcomeAt(position: number): Promise<ItemOutcome> {
    this.#wanted = position;
    const outcome = await this.#slot(position).promise;
    this.#slots.delete(position);
    return outcome;
  }

  settle(index: number, outcome: ItemOutcome | Promise<ItemOutcome>): void {
    this.#underWay.delete(index);
    const position = this.#positions.get(index);
    if (position !== undefined) this.#slot(position).resolve(outcome);
  }

  /** Notes how far an item is. @returns the bytes read so far of all items under way */
  progress(index: number, bytes: number): number {
    this.#underWay.set(index, bytes);
    return [...this.#underWay.values()].reduce((sum, one) => sum + one, 0);
  }

  itemOf(index: number): EvidenceItem | null {
    const position = this.#positions.get(index);
    return position === undefined ? null : (this.#items[position] ?? null);
  }

  /** Nothing more will come: whoever waits is told why. */
  fail(reason: Error): void {
    this.#failure ??= reason;
    this.#slot(this.#wanted).reject(this.#failure);
  }

  #slot(position: number): Slot {
    const known = this.#slots.get(position);
    if (known !== undefined) return known;
    const slot = createSlot();
    this.#slots.set(position, slot);
    if (this.#failure !== null) slot.reject(this.#failure);
    return slot;
  }
}

function createSlot(): Slot {
  let resolve: Slot["resolve"] = () => undefined;
  let reject: Slot["reject"] = () => undefined;
  const promise = new Promise<ItemOutcome>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
