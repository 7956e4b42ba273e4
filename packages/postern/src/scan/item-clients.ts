import { hashAddress, MAX_ADDRESSES } from "../core/index.ts";

/**
 * Which addresses asked something in one log, as hashes: those of parsed records one by one, those of lines that were only counted
 * from the kernel. Two addresses with one hash only cost a second look that finds nothing.
 */
export class ItemClients {
  readonly #parsed = new Set<number>();
  #counted: Uint32Array | null = null;

  addParsed(address: string | undefined): void {
    if (address !== undefined && this.#parsed.size <= MAX_ADDRESSES) this.#parsed.add(hashAddress(address));
  }

  /** Takes the hashes of all lines that were only counted; null, or never called, when they are not known. */
  addCounted(hashes: Uint32Array | null): void {
    this.#counted = hashes;
  }

  /** All hashes, sorted; null when not every address is known. */
  list(): Uint32Array | null {
    if (this.#counted === null || this.#parsed.size > MAX_ADDRESSES) return null;
    return Uint32Array.from(new Set([...this.#counted, ...this.#parsed])).sort();
  }
}

/** False when it is sure that none of the addresses is among an item's clients. */
export function mayHoldAny(clients: Uint32Array | null, addresses: readonly string[]): boolean {
  if (clients === null) return true;
  const hashes = new Set(clients);
  return addresses.some((address) => hashes.has(hashAddress(address)));
}
