import { PosternError } from "../core/index.ts";
import type { Build } from "./build.ts";
import { parseBuild } from "./build.ts";

/**
 * A value of a JSON file together with its place in it, so that a mistake can be named: `builds.json: builds[3].released`.
 * Every method throws PosternError KNOWLEDGE_INVALID when the value is not what is asked for.
 */
export class JsonPlace {
  readonly file: string;
  readonly place: string;
  readonly #value: unknown;

  constructor(file: string, place: string, value: unknown) {
    this.file = file;
    this.place = place;
    this.#value = value;
  }

  /** The failure that names this place. */
  wrong(expected: string): PosternError {
    const where = this.place === "" ? this.file : `${this.file}: ${this.place}`;
    return new PosternError("KNOWLEDGE_INVALID", `${where} must be ${expected}.`, {
      file: this.file,
      place: this.place,
    });
  }

  /** A member of an object; `orNull` and its kin accept its absence. */
  at(key: string): JsonPlace {
    const value = this.#value;
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw this.wrong("an object");
    const member: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
    return new JsonPlace(this.file, this.place === "" ? key : `${this.place}.${key}`, member);
  }

  /** Whether the value is there and not null. */
  get given(): boolean {
    return this.#value !== undefined && this.#value !== null;
  }

  /** Non-empty text. */
  text(): string {
    if (typeof this.#value !== "string" || this.#value === "") throw this.wrong("text that is not empty");
    return this.#value;
  }

  /** Text, which may be empty. */
  plainText(): string {
    if (typeof this.#value !== "string") throw this.wrong("text");
    return this.#value;
  }

  /** Text, or null when it is absent or null. */
  textOrNull(): string | null {
    return this.given ? this.text() : null;
  }

  /** A finite number. */
  number(): number {
    if (typeof this.#value !== "number" || !Number.isFinite(this.#value)) throw this.wrong("a number");
    return this.#value;
  }

  /** True or false; `absent` when it is not there. */
  flag(absent: boolean): boolean {
    if (this.#value === undefined) return absent;
    if (typeof this.#value !== "boolean") throw this.wrong("true or false");
    return this.#value;
  }

  /** A day that the calendar has, `YYYY-MM-DD`. */
  day(): string {
    const text = this.text();
    const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
    if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text)
      throw this.wrong("a day, YYYY-MM-DD");
    return text;
  }

  /** A build number without padding. */
  build(): Build {
    const build = parseBuild(this.text());
    if (build === null || build.text !== this.text())
      throw this.wrong("a build such as 15.1.2375.7, without padding");
    return build;
  }

  /** One of the given words. */
  oneOf<T extends string>(words: readonly T[]): T {
    const text = this.text();
    const found = words.find((word) => word === text);
    if (found === undefined) throw this.wrong(`one of ${words.join(", ")}`);
    return found;
  }

  /** The elements of a list. */
  list(): readonly JsonPlace[] {
    if (!Array.isArray(this.#value)) throw this.wrong("a list");
    return this.#value.map((element: unknown, i) => new JsonPlace(this.file, `${this.place}[${i}]`, element));
  }

  /** A list of texts. */
  texts(): readonly string[] {
    return this.list().map((element) => element.text());
  }

  /** The `value` of every row of a list; each row names its sources. */
  values(sources: ReadonlySet<string>): readonly string[] {
    return this.list().map((row) => (row.at("sources").sources(sources), row.at("value").text()));
  }

  /** The members of an object in the order of the file. */
  members(): readonly { readonly key: string; readonly value: JsonPlace }[] {
    const value = this.#value;
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw this.wrong("an object");
    return Object.keys(value).map((key) => ({ key, value: this.at(key) }));
  }

  /** The keys of sources that a row rests on; each must be explained at the top of the file. */
  sources(known: ReadonlySet<string>, mayBeEmpty = false): readonly string[] {
    const keys = this.list();
    if (keys.length === 0 && !mayBeEmpty) throw this.wrong("a list with at least one source");
    for (const key of keys) if (!known.has(key.text())) throw key.wrong(`a key of "sources"`);
    return keys.map((key) => key.text());
  }
}
