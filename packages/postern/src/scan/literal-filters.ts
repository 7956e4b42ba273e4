import { compileLiterals, type BlockKernel, type LiteralFilter } from "../core/index.ts";
import type { EventMatcher } from "../detect/index.ts";
import type { ArtifactId } from "../model/index.ts";
import { EventKinds } from "./event-kinds.ts";

/** Sample from which a filter learns which bytes are common: enough to rank words, small enough to take from every kind of log. */
const SAMPLE_BYTES = 1 << 18;
const MIN_SAMPLE_BYTES = 1 << 15;

/** Filters over a matcher's literals, one for each artifact, each tuned to the first good sample of its kind. */
export class LiteralFilters {
  readonly #matcher: EventMatcher;
  readonly #tuned = new Map<ArtifactId | null, LiteralFilter>();
  readonly #untuned = new Map<ArtifactId | null, LiteralFilter>();
  #events: EventKinds | null = null;

  constructor(matcher: EventMatcher) {
    this.#matcher = matcher;
  }

  /** What the matcher asks of records of event logs; `kernel` is that of the thread. */
  eventKinds(kernel: BlockKernel | null): EventKinds {
    return (this.#events ??= new EventKinds(this.#matcher, kernel));
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
