import { sizeOf, type Unit, type UnitOutcome } from "../unit.ts";

/** Outcomes that may wait for an earlier one: bounds memory when one large file is read beside many small ones. */
const MAX_WAITING = 256;

interface Slot {
  readonly promise: Promise<UnitOutcome>;
  readonly resolve: (outcome: UnitOutcome | Promise<UnitOutcome>) => void;
  readonly reject: (reason: Error) => void;
}

/** Units in their order: which are taken, which outcomes are there, and how many bytes are under way. */
export class Queue {
  readonly #units: readonly Unit[];
  readonly #slots = new Map<number, Slot>();
  readonly #underWay = new Map<number, number>();
  readonly #taken: boolean[];
  /** Before it everything is taken. */
  #nextPosition = 0;
  #left: number;
  /** Position of the outcome that is asked for. */
  #wanted = 0;
  #failure: Error | null = null;

  constructor(units: readonly Unit[]) {
    this.#units = units;
    this.#taken = units.map(() => false);
    this.#left = units.length;
  }

  /** Units that nobody has taken. */
  get left(): number {
    return this.#left;
  }

  /**
   * The next unit to read, with its position; null when none is left or too many outcomes wait. The largest of those that may be taken
   * comes first, so that no worker begins a large one when all others are done.
   */
  take(): (Unit & { readonly position: number }) | null {
    if (this.#failure !== null) return null;
    while (this.#taken[this.#nextPosition] === true) this.#nextPosition++;
    let position = -1;
    const end = Math.min(this.#units.length, this.#wanted + MAX_WAITING + 1);
    for (let at = this.#nextPosition; at < end; at++)
      if (this.#taken[at] === false && (position < 0 || this.#sizeAt(at) > this.#sizeAt(position)))
        position = at;
    const unit = this.#units[position];
    if (unit === undefined) return null;
    this.#taken[position] = true;
    this.#left--;
    return { ...unit, position };
  }

  #sizeAt(position: number): number {
    const unit = this.#units[position];
    return unit === undefined ? 0 : sizeOf(unit);
  }

  /** The outcome of the unit at a position. Ask in order. @throws what {@link fail} was called with */
  async outcomeAt(position: number): Promise<UnitOutcome> {
    this.#wanted = position;
    const outcome = await this.#slot(position).promise;
    this.#slots.delete(position);
    return outcome;
  }

  settle(position: number, outcome: UnitOutcome | Promise<UnitOutcome>): void {
    this.#underWay.delete(position);
    this.#slot(position).resolve(outcome);
  }

  /** Notes how far a unit is. @returns the bytes read so far of all units under way */
  progress(position: number, bytes: number): number {
    this.#underWay.set(position, bytes);
    return [...this.#underWay.values()].reduce((sum, one) => sum + one, 0);
  }

  unitAt(position: number): Unit | null {
    return this.#units[position] ?? null;
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
  const promise = new Promise<UnitOutcome>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
