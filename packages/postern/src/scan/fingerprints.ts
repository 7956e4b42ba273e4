import { hash } from "node:crypto";
import type { Event } from "../model/index.ts";

/** Characters of a hash, one byte each: 96 bits. */
const PRINT_CHARACTERS = 12;

/**
 * Tells the same record in two copies of a log from two equal records in one log: the hash of its text, and for all equal ones in its item but
 * the first behind it which of them it is.
 */
export class Fingerprints {
  readonly #seen = new Set<string>();
  /** Of texts that were seen more than once. */
  readonly #times = new Map<string, number>();

  of(event: Event): string {
    return this.ofText(event.raw ?? JSON.stringify(event.fields));
  }

  /** @param text of the record; bytes only of ASCII */
  ofText(text: string | Uint8Array): string {
    const print = hash("sha1", text, "binary").slice(0, PRINT_CHARACTERS);
    const before = this.#seen.size;
    if (this.#seen.add(print).size > before) return print;
    const ordinal = (this.#times.get(print) ?? 1) + 1;
    this.#times.set(print, ordinal);
    return join(print, ordinal);
  }
}

function join(print: string, ordinal: number): string {
  return ordinal === 1 ? print : `${print}${String(ordinal)}`;
}

/** Fingerprints of lines of an item that were read as if there were none before them, as they are in the whole item. */
export class PartPrints {
  readonly #before = new Map<string, number>();
  readonly #here = new Map<string, number>();

  /** Begins the lines that follow those of which fingerprints were given so far. */
  startPart(): void {
    for (const [print, ordinal] of this.#here) this.#before.set(print, ordinal);
    this.#here.clear();
  }

  inItem(fingerprint: string): string {
    const print = fingerprint.slice(0, PRINT_CHARACTERS);
    const inPart = fingerprint.length === PRINT_CHARACTERS ? 1 : Number(fingerprint.slice(PRINT_CHARACTERS));
    const ordinal = inPart + (this.#before.get(print) ?? 0);
    if (ordinal > (this.#here.get(print) ?? 0)) this.#here.set(print, ordinal);
    return join(print, ordinal);
  }
}
