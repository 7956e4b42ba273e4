import { isAscii } from "node:buffer";

import type { SureLine } from "../artifacts/index.ts";
import type { RuleInfo, SureMatch } from "../detect/index.ts";
import { normalizeTextRecord } from "../events/index.ts";
import type { Event, Place } from "../model/index.ts";
import type { EventSpool, SpoolRepeat } from "./event-spool.ts";
import type { ItemMatches, MatchRepeat } from "./item-matches.ts";
import type { ServerKey } from "./server-key.ts";

/** Columns of a web server's log that say which server was asked and by whom. */
const WHO: readonly string[] = ["s-computername", "s-ip", "c-ip"];

/** Different requests (what they mean, and who asked) of an item that are told apart; others are parsed each time. */
const MAX_KINDS = 20_000;
/** Longer lines are parsed: of so long ones records keep the beginning only. */
const MAX_LINE_BYTES = 32_768;

/** Requests that mean the same, by the same to the same. */
interface Kind {
  /** Null until enough of them were parsed. */
  repeat: Repeat | null;
}

interface Repeat {
  readonly rules: readonly RuleInfo[];
  readonly matches: MatchRepeat;
  /** Null where no events are put aside. */
  readonly spool: SpoolRepeat | null;
  /** The last line that was counted, to be parsed in the end; null when there was none. */
  last: { bytes: Buffer; length: number; at: Place; recordOf: SureLine["recordOf"] } | null;
}

/**
 * Storms: a scanner asks for the same pages a million times. Once as many of its requests as are kept one by one were parsed, the rest of those
 * that surely mean the same are counted without being parsed. What is kept is the same as if each had been.
 */
export class Repeats {
  readonly #matches: ItemMatches;
  readonly #spool: EventSpool | null;
  readonly #kinds = new Map<object, Map<number, Kind>>();
  #count = 0;
  /** By the numbers of the records that are being parsed. */
  readonly #parsed = new Map<number, { readonly kind: Kind; readonly rules: readonly RuleInfo[] }>();

  constructor(matches: ItemMatches, spool: EventSpool | null) {
    this.#matches = matches;
    this.#spool = spool;
  }

  /** True when a line was counted as one more of its kind; false when it must be parsed, and {@link learn} be told. */
  take(meaning: SureMatch, line: SureLine): boolean {
    const kind = this.#kindOf(meaning, line);
    if (kind === null) return false;
    const { repeat } = kind;
    const rules = meaning.rulesAt(line.timeMs);
    if (repeat?.rules !== rules || line.bytes.length > MAX_LINE_BYTES || !isAscii(line.bytes)) {
      if (line.at.record !== null) this.#parsed.set(line.at.record, { kind, rules });
      return false;
    }
    repeat.matches.add(line.timeMs, line.bytes);
    repeat.spool?.add(line.timeMs, line.at);
    keepLast(repeat, line);
    return true;
  }

  /** Told of each record that was parsed, and of what was made of it. */
  learn(event: Event, rules: readonly RuleInfo[], serverKey: ServerKey): void {
    const parsed = this.#parsed.get(event.at.record ?? -1);
    if (parsed === undefined) return;
    this.#parsed.delete(event.at.record ?? -1);
    const { kind, rules: meant } = parsed;
    const isAsMeant = rules.length === meant.length && rules.every((rule, index) => rule === meant[index]);
    if (kind.repeat !== null || !isAsMeant || rules.length === 0) return;
    const spool = this.#spool?.repeat(rules, event) ?? null;
    if (spool === null && this.#spool !== null) return;
    const matches = this.#matches.repeat(rules, event, serverKey);
    if (matches !== null) kind.repeat = { rules: meant, matches, spool, last: null };
  }

  /** Parses the last line of each kind, so that it is kept as the last one. */
  finish(): void {
    for (const kinds of this.#kinds.values()) {
      for (const { repeat } of kinds.values()) {
        if (repeat === null || repeat.last === null) continue;
        const { bytes, length, at, recordOf } = repeat.last;
        const record = recordOf(bytes.subarray(0, length), at);
        if (record !== null) repeat.matches.end(normalizeTextRecord(record, null));
      }
    }
    this.#kinds.clear();
  }

  #kindOf(meaning: SureMatch, { glimpse }: SureLine): Kind | null {
    const who = glimpse.numberOf(WHO);
    if (who === null) return null;
    let kinds = this.#kinds.get(meaning);
    if (kinds === undefined) {
      kinds = new Map();
      this.#kinds.set(meaning, kinds);
    }
    let kind = kinds.get(who);
    if (kind === undefined) {
      if (this.#count === MAX_KINDS) return null;
      this.#count++;
      kind = { repeat: null };
      kinds.set(who, kind);
    }
    return kind;
  }
}

function keepLast(repeat: Repeat, { bytes, at, recordOf }: SureLine): void {
  const { length } = bytes;
  if (repeat.last === null || repeat.last.bytes.length < length)
    repeat.last = { bytes: Buffer.allocUnsafe(length * 2), length, at, recordOf };
  repeat.last.bytes.set(bytes);
  repeat.last.length = length;
  repeat.last.at = at;
  repeat.last.recordOf = recordOf;
}
