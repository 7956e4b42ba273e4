import type { FieldGetter } from "../compile/field-values.ts";
import type { KeywordText } from "../compile/compile-rule.ts";
import type { RoutedRule } from "../pipeline/fit-rule.ts";
import { necessaryValues } from "./necessary.ts";
import { RuleGroup } from "./rule-group.ts";

/** A record as the engine asks for it. */
export interface EngineEvent {
  /** Kind of record, as the routes of the pipelines name it. */
  readonly source: string;
  /** Channel in lower case; null when there is none or it is not known: then the rules of every channel look. */
  readonly channel: string | null;
  /** Event number; null likewise. */
  readonly event: string | null;
  readonly get: FieldGetter;
  readonly text?: KeywordText;
}

/** What became of one rule. */
export interface RuleUse {
  /** Records of its log source. */
  readonly records: number;
  /** Fields that it needs and no such record had; empty when there were none of them or nothing is missing. */
  readonly missing: readonly string[];
  /** True when a value was longer than the bound and the rule saw only its beginning. */
  readonly cut: boolean;
}

/** Bounds of an engine. */
export interface EngineOptions {
  /** Characters of a value that rules see. Default 256 Ki; a value of a Windows event has at most 64 Ki. */
  readonly maxCharacters?: number;
}

/** Many rules ready to judge single records. */
export interface Engine {
  /** Numbers of the rules (as given) that the record matches, each once, in their order. */
  match(event: EngineEvent): readonly number[];
  /** The same without index and literals: slower, same answer. */
  matchPlain(event: EngineEvent): readonly number[];
  /** What the records shown so far meant for each rule. */
  uses(): readonly RuleUse[];
}

/** One way of one rule. */
interface Entry {
  /** Position among all entries. */
  readonly position: number;
  readonly rule: number;
  readonly routed: RoutedRule;
  readonly events: readonly string[] | null;
}

interface Group {
  readonly entries: readonly Entry[];
  readonly group: RuleGroup;
}

const MAX_CHARACTERS = 1 << 18;

/**
 * Makes an engine of rules, each with the ways in which pipelines route it. Rules are found by source, channel and event
 * number (also where the rule itself asks for `EventID`); groups are compiled when the first record for them comes.
 */
export function createEngine(rules: readonly (readonly RoutedRule[])[], options: EngineOptions = {}): Engine {
  return new IndexedEngine(rules, options.maxCharacters ?? MAX_CHARACTERS);
}

class IndexedEngine implements Engine {
  readonly #bySource = new Map<string, Entry[]>();
  readonly #channels = new Set<string>();
  readonly #numbers = new Set<string>();
  readonly #groupOf = new Map<string, Group | null>();
  readonly #groups = new Map<string, Group>();
  readonly #maxCharacters: number;
  readonly #rules: number;
  #entries = 0;

  constructor(rules: readonly (readonly RoutedRule[])[], maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
    this.#rules = rules.length;
    rules.forEach((ways, rule) => {
      for (const routed of ways) this.#add(rule, routed);
    });
  }

  #add(rule: number, routed: RoutedRule): void {
    const events = eventsOf(routed);
    for (const channel of routed.records.channels ?? []) this.#channels.add(channel);
    for (const number of events ?? []) this.#numbers.add(number);
    const entries = this.#bySource.get(routed.records.source) ?? [];
    this.#bySource.set(routed.records.source, entries);
    entries.push({ position: this.#entries++, rule, routed, events });
  }

  match(event: EngineEvent): readonly number[] {
    return this.#match(event, (group, onMatch) => {
      group.match([event.get, event.text], event.channel === null || event.event === null, onMatch);
    });
  }

  matchPlain(event: EngineEvent): readonly number[] {
    return this.#match(event, (group, onMatch) => {
      group.matchPlain([event.get, event.text], onMatch);
    });
  }

  #match(
    event: EngineEvent,
    ask: (group: RuleGroup, onMatch: (index: number) => void) => void,
  ): readonly number[] {
    const found = this.#find(event);
    if (found === null) return NOTHING;
    const matched: number[] = [];
    ask(found.group, (index) => {
      const rule = found.entries[index]?.rule;
      // One rule may come by two ways (a channel that is not stated): it matches once.
      if (rule !== undefined && matched.at(-1) !== rule) matched.push(rule);
    });
    return matched;
  }

  /** The group for a record: records that the same rules are for share one. */
  #find({ source, channel, event }: EngineEvent): Group | null {
    // Names that no rule knows are all alike, so that hostile logs cannot make the table grow.
    const known = channel === null ? "" : this.#channels.has(channel) ? channel : "?";
    const number = event === null ? "" : this.#numbers.has(event) ? event : "?";
    const key = `${source}\n${known}\n${number}`;
    const cached = this.#groupOf.get(key);
    if (cached !== undefined) return cached;
    const entries = (this.#bySource.get(source) ?? []).filter(
      (entry) =>
        (channel === null || (entry.routed.records.channels?.includes(known) ?? true)) &&
        (event === null || (entry.events?.includes(number) ?? true)),
    );
    const group = this.#groupFor(entries);
    if (entries.length > 0 || this.#bySource.has(source)) this.#groupOf.set(key, group);
    return group;
  }

  #groupFor(entries: readonly Entry[]): Group | null {
    if (entries.length === 0) return null;
    const key = entries.map(({ position }) => position).join();
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group = {
      entries,
      group: new RuleGroup(
        entries.map(({ routed }) => routed),
        this.#maxCharacters,
      ),
    };
    this.#groups.set(key, group);
    return group;
  }

  uses(): readonly RuleUse[] {
    const uses = Array.from({ length: this.#rules }, (): RuleUse => ({
      records: 0,
      missing: [],
      cut: false,
    }));
    for (const { entries, group } of this.#groups.values()) {
      entries.forEach(({ rule, routed, events }, index) => {
        const known = uses[rule];
        // Records without channel or number were shown to the rule, but nothing says that they are of its kind.
        const isSure = routed.records.channels === null && events === null;
        const records = isSure ? group.events : group.events - group.guessed;
        if (known === undefined || records === 0) return;
        const never = group.neverSeen(index);
        uses[rule] = {
          records: known.records + records,
          // A field is missing only when no records of the rule have it.
          missing: known.records === 0 ? never : known.missing.filter((name) => never.includes(name)),
          cut: known.cut || group.sawCut(index),
        };
      });
    }
    return uses;
  }
}

const NOTHING: readonly number[] = Object.freeze([]);

/** Event numbers of the route, and those that the rule asks for itself. */
function eventsOf({ rule, fields, records }: RoutedRule): readonly string[] | null {
  const asked = necessaryValues(rule, fields, "EventID");
  if (asked === null) return records.events;
  return records.events === null ? asked : asked.filter((event) => records.events?.includes(event));
}
