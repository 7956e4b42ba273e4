import type { EvtxWish } from "../artifacts/index.ts";
import { once, type BlockKernel } from "../core/index.ts";
import type { EventMatcher } from "../detect/index.ts";
import { isExchangeCmdlet, mayBeLogSign, normalizeChannel } from "../events/index.ts";
import { EventTexts } from "./event-texts.ts";
import { eventSource, type SourceId } from "./source-id.ts";

/** What is known of a kind of record before it is decoded. */
interface EventKind {
  readonly wish: EvtxWish;
  readonly source: SourceId;
}

/** What tells a kind. */
interface KindHead {
  readonly channel: string;
  readonly provider: string;
  readonly eventId: string;
}

/** Different kinds remembered; a log made to hold more costs time, not memory. */
const MAX_KEPT = 4_096;

/** What a matcher asks of each kind of record of event logs; worked out once for all logs that a thread reads. */
export class EventKinds {
  readonly #matcher: EventMatcher;
  readonly #texts: () => EventTexts;
  readonly #kept = new Map<string, EventKind>();

  constructor(matcher: EventMatcher, kernel: BlockKernel | null) {
    this.#matcher = matcher;
    this.#texts = once(() => new EventTexts(matcher.eventLiterals(), kernel));
  }

  of(head: KindHead): EventKind {
    const key = `${head.eventId}\n${head.channel}\n${head.provider}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const channel = normalizeChannel(head.channel, head.provider, head.eventId);
    const kind = { wish: this.#wishFor(channel, head), source: eventSource(channel) };
    if (this.#kept.size < MAX_KEPT) this.#kept.set(key, kind);
    return kind;
  }

  #wishFor(channel: string, { provider, eventId }: KindHead): EvtxWish {
    if (mayBeLogSign(channel, provider, eventId)) return "always";
    const wish = this.#matcher.wishFor(channel, eventId);
    if (wish === "always" || wish === "never") return wish;
    // What a record of a cmdlet says is put together from its values.
    return isExchangeCmdlet(provider, channel) ? "always" : this.#texts().testFor(wish);
  }
}
