import { hashAddress, MAX_ADDRESSES } from "../core/index.ts";

/** Which addresses asked something in some lines of a log, as hashes. Plain data: workers send it. */
export interface ClientsPart {
  readonly parsed: ReadonlySet<number>;
  /** Of lines that were only counted; null when not all are known. */
  readonly counted: Uint32Array | null;
}

/**
 * Which addresses asked something in one log, as hashes: those of parsed records one by one, those of lines that were only counted
 * from the kernel. Two addresses with one hash only cost a second look that finds nothing.
 */
export class ItemClients {
  readonly #parsed = new Set<number>();
  readonly #counted = new Set<number>();
  /** True once lines that were only counted were told of, all of them so far. */
  #isComplete: boolean | null = null;

  addParsed(address: string | undefined): void {
    if (address !== undefined) this.#addParsed(hashAddress(address));
  }

  /** Takes the hashes of all lines that were only counted; null, or never called, when they are not known. */
  addCounted(hashes: Uint32Array | null): void {
    this.#isComplete = hashes !== null && this.#isComplete !== false && this.#counted.size <= MAX_ADDRESSES;
    if (this.#isComplete) for (const hash of hashes ?? []) this.#counted.add(hash);
  }

  part(): ClientsPart {
    return { parsed: this.#parsed, counted: this.#isComplete === true ? toList(this.#counted) : null };
  }

  /** Takes those of the lines that follow. */
  addPart({ parsed, counted }: ClientsPart): void {
    for (const hash of parsed) this.#addParsed(hash);
    this.addCounted(counted);
  }

  /** All hashes, sorted; null when not every address is known. */
  list(): Uint32Array | null {
    const isTooMany = this.#parsed.size > MAX_ADDRESSES || this.#counted.size > MAX_ADDRESSES;
    return this.#isComplete !== true || isTooMany ? null : toList([...this.#counted, ...this.#parsed]);
  }

  #addParsed(hash: number): void {
    if (this.#parsed.size <= MAX_ADDRESSES) this.#parsed.add(hash);
  }
}

function toList(hashes: Iterable<number>): Uint32Array {
  return Uint32Array.from(new Set(hashes)).sort();
}

/** False when it is sure that none of the addresses is among an item's clients. */
export function mayHoldAny(clients: Uint32Array | null, addresses: readonly string[]): boolean {
  if (clients === null) return true;
  const hashes = new Set(clients);
  return addresses.some((address) => hashes.has(hashAddress(address)));
}
