import {
  compileFieldReader,
  type FieldGetter,
  type FieldMapping,
  type FieldReader,
  type FieldValue,
  namesOf,
} from "../compile/field-values.ts";
import type { KeywordText } from "../compile/compile-rule.ts";
import { fold } from "../rule/glob.ts";

/** Slot of the whole text of a record. */
export const TEXT_SLOT = 0;

/**
 * The fields of one event as many rules see them: each is read once and folded once, however many rules ask.
 * A slot stands for a field, or for several fields that a mapping joins. Reused from event to event.
 */
export class EventSlots {
  readonly #index = new Map<string, number>();
  readonly #readers: FieldReader[] = [() => this.#text?.()];
  /** Number of the event for which a slot was read or folded. */
  readonly #readFor: number[] = [0];
  readonly #foldedFor: number[] = [0];
  readonly #values: FieldValue[] = [undefined];
  readonly #folded: FieldValue[] = [undefined];
  readonly #seen: boolean[] = [false];
  readonly #maxCharacters: number;
  #get: FieldGetter = () => undefined;
  #text: KeywordText | undefined = undefined;
  #event = 0;
  #cut = false;

  /** @param maxCharacters longer values are cut, and {@link wasCut} says so */
  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  /** The slot of a rule's field; the empty field is the whole text. */
  slotOf(field: string, mapping: FieldMapping): number {
    if (field === "") return TEXT_SLOT;
    const key = namesOf(field, mapping).join("\n");
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const slot = this.#readers.push(compileFieldReader(field, mapping)) - 1;
    this.#readFor.push(0);
    this.#foldedFor.push(0);
    this.#values.push(undefined);
    this.#folded.push(undefined);
    this.#seen.push(false);
    this.#index.set(key, slot);
    return slot;
  }

  /** Takes the next event. */
  start(get: FieldGetter, text: KeywordText | undefined): void {
    this.#event++;
    this.#get = get;
    this.#text = text;
    this.#cut = false;
  }

  get getter(): FieldGetter {
    return this.#get;
  }

  /** Whether a value of the event at hand was longer than the bound. */
  get wasCut(): boolean {
    return this.#cut;
  }

  /** Whether any event so far had a value in the slot. */
  wasSeen(slot: number): boolean {
    return this.#seen[slot] ?? false;
  }

  /** Looks whether the slot has a value in this event, unless an earlier one had. */
  look(slot: number): void {
    if (this.#seen[slot] !== true) this.value(slot);
  }

  value(slot: number): FieldValue {
    if (this.#readFor[slot] === this.#event) return this.#values[slot];
    const read = this.#bounded(this.#readers[slot]?.(this.#get));
    this.#readFor[slot] = this.#event;
    this.#values[slot] = read;
    if (read !== undefined && read !== null) this.#seen[slot] = true;
    return read;
  }

  /** The value folded for comparing without regard to case; numbers as text. */
  folded(slot: number): FieldValue {
    if (this.#foldedFor[slot] === this.#event) return this.#folded[slot];
    const value = this.value(slot);
    const folded =
      typeof value === "string"
        ? fold(value)
        : typeof value === "number"
          ? String(value)
          : (value?.map(fold) ?? value);
    this.#foldedFor[slot] = this.#event;
    this.#folded[slot] = folded;
    return folded;
  }

  #bounded(value: FieldValue): FieldValue {
    if (typeof value === "string") return this.#cutText(value);
    if (typeof value === "object" && value !== null) {
      return value.some((text) => text.length > this.#maxCharacters)
        ? value.map((text) => this.#cutText(text))
        : value;
    }
    return value;
  }

  #cutText(text: string): string {
    if (text.length <= this.#maxCharacters) return text;
    this.#cut = true;
    return text.slice(0, this.#maxCharacters);
  }
}
