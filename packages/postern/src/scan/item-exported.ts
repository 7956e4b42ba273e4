import type { StateEntry } from "../artifacts/index.ts";
import { isWorthKeeping, stateMailbox, stateValue } from "../detect/index.ts";

/** Exported objects of Exchange's own state that one item holds. Plain data: workers send it. */
export interface ItemExported {
  /** Objects read, by kind, in order of kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** Of how many mailboxes the inbox rules are. */
  readonly ruleOwners: number;
  /** Names of rules that only an export with hidden ones has, or rules without a name, were among them. */
  readonly ruleNames: readonly string[];
  /** Those that may concern somebody, in the order of the file. */
  readonly kept: readonly StateEntry[];
  /** Objects beyond the number that is kept. */
  readonly left: number;
}

/** Objects kept of an item, and of one kind. Mailboxes are the many. */
const MAX_KEPT = 40_000;
const MAX_OF_KIND = 20_000;
const MAX_OWNERS = 200_000;
const MAX_NAMES = 200;

/** Gathers the objects of one item in bounded memory. */
export class ItemExportedSeen {
  readonly #counts = new Map<string, number>();
  readonly #keptOf = new Map<string, number>();
  readonly #owners = new Set<string>();
  readonly #names = new Set<string>();
  readonly #kept: StateEntry[] = [];
  #left = 0;

  add(entry: StateEntry): void {
    const { kind } = entry;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    if (kind === "inbox-rule") this.#addRule(entry);
    if (!isWorthKeeping(entry)) return;
    const kept = this.#keptOf.get(kind) ?? 0;
    if (kept >= MAX_OF_KIND || this.#kept.length >= MAX_KEPT) {
      this.#left++;
      return;
    }
    this.#keptOf.set(kind, kept + 1);
    this.#kept.push(entry);
  }

  list(): ItemExported {
    return {
      counts: Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1))),
      ruleOwners: this.#owners.size,
      ruleNames: [...this.#names].sort(),
      kept: this.#kept,
      left: this.#left,
    };
  }

  get records(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  #addRule(entry: StateEntry): void {
    if (this.#owners.size < MAX_OWNERS) this.#owners.add(stateMailbox(entry).toLowerCase());
    if (this.#names.size < MAX_NAMES) this.#names.add(stateValue(entry, "name").slice(0, 100));
  }
}
