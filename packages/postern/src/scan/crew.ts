import { once } from "../core/index.ts";
import type { EvidenceItem, EvidenceOptions } from "../evidence/index.ts";
import { ItemReader, type Look, type ScanTools } from "./item-reader.ts";
import type { LinesJoin } from "./join-lines.ts";
import { joinHash, joinUnits, type ReadUnitOutcome } from "./join-units.ts";
import { ScanPool, type PoolThreads, type ReadUnit } from "./pool/index.ts";
import type { ItemOutcome } from "./item-outcome.ts";
import { joinLines } from "./scan-item.ts";
import { cutItems, RECORDS, type Unit, type UnitOutcome } from "./unit.ts";

/** Who may read and how. */
export interface CrewOptions extends ScanTools {
  readonly evidence: readonly string[];
  readonly intake: EvidenceOptions;
  /** False parses every record: the plain road that the fast one is compared with. Default true. */
  readonly fast?: boolean;
  readonly signal?: AbortSignal | null;
  /** Event logs of this size and more are read in parts; default 16 MiB. Never by the number of workers. */
  readonly cutFromBytes?: number;
  /** Told of each item before its first reading; only where all is read in this thread. */
  readonly onItem?: (item: EvidenceItem) => void;
  /** What the workers' module is told to what it loaded, as plain data: it makes the same tools of it. */
  readonly load?: unknown;
}

/** What the units of one item gave so far. */
interface ItemUnits {
  /** Of a text log that was cut; else null. */
  pieces: LinesJoin | null;
  readonly read: ReadUnitOutcome[];
}

/** Those who read: this thread, and workers where they are allowed and worth it. */
export class Crew {
  /** Made when this thread begins to read. */
  readonly #reader: () => ItemReader;
  readonly #readHere: ReadUnit;
  readonly #pool: ScanPool | null;
  readonly #onItem: CrewOptions["onItem"];
  readonly #cutFromBytes: number | undefined;
  readonly #readers: number;

  /** @param threads that read beside this one; null where none do */
  constructor(options: CrewOptions, threads: PoolThreads | null) {
    const { signal = null, fast = true } = options;
    const reader = once(() => new ItemReader(options, { fast, isStopped: () => signal?.aborted === true }));
    let last: Promise<unknown> = Promise.resolve();
    this.#readHere = (unit, onBytes) => {
      // One at a time: all share the memory of the kernels.
      const read = last.then(() => reader().read(unit, onBytes));
      last = read.catch(() => undefined);
      return read;
    };
    const lookHere = (look: Look): ReadUnit => {
      reader().startLook(look);
      return this.#readHere;
    };
    this.#reader = reader;
    this.#onItem = options.onItem;
    this.#cutFromBytes = options.cutFromBytes;
    this.#readers = 1 + (threads?.workers.length ?? 0);
    threads?.load(options.load ?? null);
    this.#pool = threads === null ? null : new ScanPool(threads, lookHere);
  }

  /** The outcome of each item, in order. `onBytes` is told what has been read so far of items that are not finished. */
  async *read(
    items: readonly EvidenceItem[],
    look: Look,
    onBytes: (item: EvidenceItem, bytes: number) => void,
  ): AsyncGenerator<ItemOutcome, void, undefined> {
    const units: Unit[] = [];
    const cut = { cutFromBytes: this.#cutFromBytes, readers: this.#readers };
    for await (const unit of cutItems(items, look.stage, cut)) units.push(unit);
    let given: ItemUnits = { pieces: null, read: [] };
    let position = 0;
    for await (const outcome of this.#readUnits(units, look, onBytes)) {
      const { item } = units[position++] ?? {};
      if (item === undefined) throw new Error("more outcomes than units");
      if (outcome.kind !== "lines") given.read.push(outcome);
      else (given.pieces ??= this.#reader().startJoin(item)).add(outcome.part);
      if (item === units[position]?.item) continue;
      yield await this.#join(item, given, look);
      given = { pieces: null, read: [] };
    }
  }

  async #join(item: EvidenceItem, { pieces, read }: ItemUnits, { stage }: Look): Promise<ItemOutcome> {
    if (pieces === null) return joinUnits(read);
    const [hashed] = read;
    const records =
      joinLines(pieces) ?? (await this.#readAtOneGo({ item, part: stage === "reading" ? RECORDS : null }));
    return hashed === undefined ? records : joinHash(records, hashed.outcome);
  }

  async #readAtOneGo(unit: Unit): Promise<ItemOutcome> {
    const given = await this.#readHere(unit, () => undefined);
    if (given.kind !== "item") throw new Error("an item or all of its records are no part of it");
    return given.outcome;
  }

  async *#readUnits(
    units: readonly Unit[],
    look: Look,
    onBytes: (item: EvidenceItem, bytes: number) => void,
  ): AsyncGenerator<UnitOutcome, void, undefined> {
    if (this.#pool !== null) {
      yield* this.#pool.read(units, { look, onBytes });
      return;
    }
    const reader = this.#reader();
    reader.startLook(look);
    let before: EvidenceItem | null = null;
    for (const unit of units) {
      if (look.stage === "reading" && unit.item !== before) this.#onItem?.(unit.item);
      before = unit.item;
      yield await reader.read(unit, (bytes) => onBytes(unit.item, bytes));
    }
  }
}

/** Bytes of all items whose size is known. */
export function bytesOf(items: readonly EvidenceItem[]): number {
  return items.reduce((sum, item) => sum + (item.sizeBytes ?? 0), 0);
}
