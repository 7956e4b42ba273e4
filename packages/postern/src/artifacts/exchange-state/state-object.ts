import type { Damage, Place } from "../../model/index.ts";

/** An exported object before anybody asked what it is. Member names are in lower case; every value is untrusted. */
export interface StateObject {
  /** Names of its classes, the most particular first, without `Deserialized.`; empty where the form does not keep them. */
  readonly types: readonly string[];
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly at: Place;
}

/** How objects are taken up: one after the other, so that a large file needs no more memory than its largest object. */
export type TakeObject = (object: StateObject) => void;

/** A form in which PowerShell writes objects down. */
export interface StateForm {
  readonly id: "cli-xml" | "json" | "csv" | "list";
  /** Decides by the first bytes. */
  identify(head: Uint8Array, name: string): boolean;
  /** Never throws on any bytes. */
  parse(bytes: Uint8Array, item: number, take: TakeObject): readonly Damage[];
}

/** Members kept of one object. Get-Mailbox has some two hundred. */
const MAX_MEMBERS = 400;
/** Values kept of one member. The longest real lists hold addresses or members of a group. */
const MAX_VALUES = 500;
/** Characters kept of one value. */
const MAX_VALUE_CHARS = 4_000;

/** Collects the members of one object within the limits. */
export class MemberCollector {
  readonly #members = new Map<string, string[]>();

  add(name: string, value: string): void {
    const key = name.slice(0, 120).toLowerCase();
    const known = this.#members.get(key);
    if (known === undefined) {
      if (this.#members.size < MAX_MEMBERS) this.#members.set(key, [value.slice(0, MAX_VALUE_CHARS)]);
    } else if (known.length < MAX_VALUES) known.push(value.slice(0, MAX_VALUE_CHARS));
  }

  /** A member that is there and has no value. */
  addEmpty(name: string): void {
    const key = name.slice(0, 120).toLowerCase();
    if (!this.#members.has(key) && this.#members.size < MAX_MEMBERS) this.#members.set(key, []);
  }

  get size(): number {
    return this.#members.size;
  }

  finish(): ReadonlyMap<string, readonly string[]> {
    return this.#members;
  }
}
