import type { ArtifactId, Event, Glimpse, NoSuchMatch } from "../model/index.ts";
import type { RuleInfo } from "./rule-info.ts";

/**
 * What a matcher must see of a kind of Windows events: every record, none, or those that hold one of these texts (ASCII, in lower case, found
 * in any) in what is stored in them as text.
 */
export type EventWish = "always" | "never" | readonly string[];

/** What a matcher is sure of without seeing a record whole. The same object for records of which the same is known. */
export interface SureMatch {
  /** The rules that the record matches if it is of this time (ms since 1970), in a fixed order; mostly the same list each time. */
  rulesAt(timeMs: number): readonly RuleInfo[];
}

/** Anything that judges single events: the rules of packs, indicators, a pivot. Fast and slow road ask the same matcher. */
export interface EventMatcher {
  /** Every event that may match holds one of these somewhere in its raw text (case-insensitive), unless its artifact is in `parseAll`. */
  readonly literals: readonly string[];
  /** The same for the records of one artifact only: fewer literals let fewer records through. */
  literalsFor(artifact: ArtifactId): readonly string[];
  /**
   * Those of the literals (plain IPv4 addresses) that matter nowhere but as a record's client: who knows the client of each record need not
   * look for them elsewhere. Left out: none.
   */
  readonly clients?: readonly string[];
  /** Artifacts for which some rule has no such literal: all their records are parsed. */
  readonly parseAll: ReadonlySet<ArtifactId>;
  /**
   * What is said of a record of which only this much is known: false, it cannot match, or none like it can; a sure match; or true, it must be parsed.
   * @param found which of the literals for this artifact stand in its raw text (any of {@link clients} for whichever may be its client);
   * never changed once it was handed over
   */
  mayMatch(
    artifact: ArtifactId,
    glimpse: Glimpse,
    found: readonly string[],
  ): boolean | NoSuchMatch | SureMatch;
  /** Which records of an event log must be decoded, by channel (as the normalizer names it) and number. */
  wishFor(channel: string, code: string): EventWish;
  /** Every text that `wishFor` may name. */
  eventLiterals(): readonly string[];
  /** The rules that the event matches, in a fixed order. */
  match(event: Event): readonly RuleInfo[];
}

/** Several matchers as one. */
export function joinMatchers(matchers: readonly EventMatcher[]): EventMatcher {
  const clients = joinClients(matchers);
  const whoAsks = createWhoAsks(matchers, new Set(clients));
  return {
    literals: [...new Set(matchers.flatMap((matcher) => matcher.literals))].sort(),
    literalsFor: (artifact) =>
      [...new Set(matchers.flatMap((matcher) => matcher.literalsFor(artifact)))].sort(),
    ...(clients.length === 0 ? {} : { clients }),
    parseAll: new Set(matchers.flatMap((matcher) => [...matcher.parseAll])),
    mayMatch: (artifact, glimpse, found) => {
      const asking = whoAsks(artifact, found);
      const [only] = asking;
      if (only !== undefined && asking.length === 1) return only.mayMatch(artifact, glimpse, found);
      return asking.some((matcher) => !isNever(matcher.mayMatch(artifact, glimpse, found)));
    },
    wishFor: (channel, code) => joinWishes(matchers.map((matcher) => matcher.wishFor(channel, code))),
    eventLiterals: () => [...new Set(matchers.flatMap((matcher) => matcher.eventLiterals()))].sort(),
    match: (event) => matchers.flatMap((matcher) => matcher.match(event)),
  };
}

/** True for what is said of records that cannot match. */
function isNever(said: ReturnType<EventMatcher["mayMatch"]>): said is false | NoSuchMatch {
  return said === false || (typeof said === "object" && "sameIn" in said);
}

/** Addresses that only matter as clients to all who look for them. */
function joinClients(matchers: readonly EventMatcher[]): readonly string[] {
  const elsewhere = new Set(
    matchers.flatMap(({ literals, clients = [] }) => {
      const own = new Set(clients);
      return literals.filter((text) => !own.has(text));
    }),
  );
  const all = matchers.flatMap(({ clients = [] }) => clients);
  return [...new Set(all)].filter((address) => !elsewhere.has(address)).sort();
}

/** Who looks for one of the literals found: a matcher none of whose literals stands in a record does not match it, whatever those of the others do. */
function createWhoAsks(
  matchers: readonly EventMatcher[],
  clients: ReadonlySet<string>,
): (artifact: ArtifactId, found: readonly string[]) => readonly EventMatcher[] {
  const literalsOf = new Map<ArtifactId, readonly ReadonlySet<string>[]>();
  const answers = new Map<ArtifactId, WeakMap<readonly string[], readonly EventMatcher[]>>();
  return (artifact, found) => {
    const known = answers.get(artifact)?.get(found);
    if (known !== undefined) return known;
    const literals =
      literalsOf.get(artifact) ??
      matchers.map((matcher) => new Set(matcher.literalsFor(artifact).map((text) => text.toLowerCase())));
    literalsOf.set(artifact, literals);
    const asking = matchers.filter(
      (matcher, index) =>
        found.some((text) => literals[index]?.has(text)) ||
        // One of them stands for whichever it is.
        (matcher.clients !== undefined && found.some((text) => clients.has(text))),
    );
    const kept = answers.get(artifact) ?? new WeakMap<readonly string[], readonly EventMatcher[]>();
    answers.set(artifact, kept.set(found, asking));
    return asking;
  };
}

/** The wish of all who wish something of one kind of events. */
export function joinWishes(wishes: readonly EventWish[]): EventWish {
  const texts: string[] = [];
  for (const wish of wishes) {
    if (wish === "always") return "always";
    if (wish !== "never") texts.push(...wish);
  }
  return texts.length === 0 ? "never" : [...new Set(texts)].sort();
}
