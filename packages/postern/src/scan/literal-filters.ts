import { compileLiterals, MAX_SOUGHT_CLIENTS, type BlockKernel, type LiteralFilter } from "../core/index.ts";
import type { EventMatcher } from "../detect/index.ts";
import type { ArtifactId } from "../model/index.ts";
import { EventKinds } from "./event-kinds.ts";

/** Sample from which a filter learns which bytes are common: enough to rank words, small enough to take from every kind of log. */
const SAMPLE_BYTES = 1 << 18;
const MIN_SAMPLE_BYTES = 1 << 15;

/** Filters over a matcher's literals, one for each artifact, each tuned to the first good sample of its kind. */
export class LiteralFilters {
  readonly #matcher: EventMatcher;
  readonly #tuned = new FiltersOfKinds();
  readonly #untuned = new FiltersOfKinds();
  /** Addresses that matter only as a record's client; always the same list. */
  readonly clients: readonly string[];
  readonly #clients: ReadonlySet<string>;
  #events: EventKinds | null = null;

  constructor(matcher: EventMatcher) {
    this.#matcher = matcher;
    const { clients = [] } = matcher;
    this.clients = clients.length > MAX_SOUGHT_CLIENTS ? [] : clients;
    this.#clients = new Set(this.clients);
  }

  /** What the matcher asks of records of event logs; `kernel` is that of the thread. */
  eventKinds(kernel: BlockKernel | null): EventKinds {
    return (this.#events ??= new EventKinds(this.#matcher, kernel));
  }

  /**
   * @param artifact null while the kind of log is not known: then the literals of all kinds are looked for
   * @param sample some bytes of the log
   * @param clientsApart true where {@link clients} are found otherwise
   */
  of(artifact: ArtifactId | null, sample: Uint8Array, clientsApart: boolean): LiteralFilter {
    const tuned = this.#tuned.find(artifact, clientsApart);
    if (tuned !== undefined) return tuned;
    const isGood = sample.length >= MIN_SAMPLE_BYTES;
    const known = isGood ? undefined : this.#untuned.find(artifact, clientsApart);
    if (known !== undefined) return known;
    const all = artifact === null ? this.#matcher.literals : this.#matcher.literalsFor(artifact);
    const literals = clientsApart ? all.filter((text) => !this.#clients.has(text)) : all;
    const filter = compileLiterals(literals, isGood ? sample.subarray(0, SAMPLE_BYTES) : new Uint8Array(0));
    (isGood ? this.#tuned : this.#untuned).add(artifact, clientsApart, filter);
    return filter;
  }
}

/** Filters by kind of log, null before it is known, with clients apart and without. Asked for with every block. */
class FiltersOfKinds {
  readonly #apart = new Map<ArtifactId | null, LiteralFilter>();
  readonly #together = new Map<ArtifactId | null, LiteralFilter>();

  find(artifact: ArtifactId | null, clientsApart: boolean): LiteralFilter | undefined {
    return (clientsApart ? this.#apart : this.#together).get(artifact);
  }

  add(artifact: ArtifactId | null, clientsApart: boolean, filter: LiteralFilter): void {
    (clientsApart ? this.#apart : this.#together).set(artifact, filter);
  }
}
