import { Buffer } from "node:buffer";

import { compileLiterals, once, type LiteralFilter } from "../core/index.ts";
import type { EventMatcher } from "../detect/index.ts";
import type { ArtifactId } from "../model/index.ts";

/** Sample from which a filter learns which bytes are common: enough to rank words, small enough to take from every kind of log. */
const SAMPLE_BYTES = 1 << 18;
const MIN_SAMPLE_BYTES = 1 << 15;

/** Filters over a matcher's literals, one for each artifact, each tuned to the first good sample of its kind. */
export class LiteralFilters {
  readonly #matcher: EventMatcher;
  readonly #tuned = new Map<ArtifactId | null, LiteralFilter>();
  readonly #untuned = new Map<ArtifactId | null, LiteralFilter>();

  readonly #eventTexts: () => LiteralFilter;

  constructor(matcher: EventMatcher) {
    this.#matcher = matcher;
    this.#eventTexts = once(() => {
      const texts = matcher.literalsFor("windows-event");
      return compileLiterals([
        ...texts,
        ...texts.map((text) => Buffer.from(text, "utf16le").toString("latin1")),
      ]);
    });
  }

  /** Whether bytes of an event log may hold a literal for Windows events, as UTF-16 or in single bytes. */
  mayHoldEventText(bytes: Uint8Array): boolean {
    let holds = false;
    this.#eventTexts().scan(bytes, bytes.length, () => (holds = true));
    return holds;
  }

  /**
   * @param artifact null while the kind of log is not known: then the literals of all kinds are looked for
   * @param sample some bytes of the log
   */
  of(artifact: ArtifactId | null, sample: Uint8Array): LiteralFilter {
    const tuned = this.#tuned.get(artifact);
    if (tuned !== undefined) return tuned;
    const isGood = sample.length >= MIN_SAMPLE_BYTES;
    const known = isGood ? undefined : this.#untuned.get(artifact);
    if (known !== undefined) return known;
    const literals = artifact === null ? this.#matcher.literals : this.#matcher.literalsFor(artifact);
    const filter = compileLiterals(literals, isGood ? sample.subarray(0, SAMPLE_BYTES) : new Uint8Array(0));
    (isGood ? this.#tuned : this.#untuned).set(artifact, filter);
    return filter;
  }
}
