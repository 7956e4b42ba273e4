import type { ArtifactId, Event, Glimpse } from "../model/index.ts";
import type { RuleInfo } from "./rule-info.ts";

/**
 * What a matcher must see of a kind of Windows events: every record, none, or those that hold one of these texts (ASCII, in lower case, found
 * in any) in what is stored in them as text.
 */
export type EventWish = "always" | "never" | readonly string[];

/** Anything that judges single events: the rules of packs, indicators, a pivot. Fast and slow road ask the same matcher. */
export interface EventMatcher {
  /** Every event that may match holds one of these somewhere in its raw text (case-insensitive), unless its artifact is in `parseAll`. */
  readonly literals: readonly string[];
  /** The same for the records of one artifact only: fewer literals let fewer records through. */
  literalsFor(artifact: ArtifactId): readonly string[];
  /** Artifacts for which some rule has no such literal: all their records are parsed. */
  readonly parseAll: ReadonlySet<ArtifactId>;
  /**
   * False when a record of which only this much is known cannot match; what is sure here need not be parsed.
   * @param found which of the literals for this artifact stand in its raw text
   */
  mayMatch(artifact: ArtifactId, glimpse: Glimpse, found: readonly string[]): boolean;
  /** Which records of an event log must be decoded, by channel (as the normalizer names it) and number. */
  wishFor(channel: string, code: string): EventWish;
  /** Every text that `wishFor` may name. */
  eventLiterals(): readonly string[];
  /** The rules that the event matches, in a fixed order. */
  match(event: Event): readonly RuleInfo[];
}

/** Several matchers as one. */
export function joinMatchers(matchers: readonly EventMatcher[]): EventMatcher {
  const own = matchers.map(() => new Map<ArtifactId, ReadonlySet<string>>());
  /** A matcher none of whose literals stands in a record does not match it, whatever those of the others do. */
  const concerns = (index: number, artifact: ArtifactId, found: readonly string[]): boolean => {
    let literals = own[index]?.get(artifact);
    if (literals === undefined) {
      literals = new Set(matchers[index]?.literalsFor(artifact).map((text) => text.toLowerCase()));
      own[index]?.set(artifact, literals);
    }
    const known = literals;
    return found.some((text) => known.has(text));
  };
  return {
    literals: [...new Set(matchers.flatMap((matcher) => matcher.literals))].sort(),
    literalsFor: (artifact) =>
      [...new Set(matchers.flatMap((matcher) => matcher.literalsFor(artifact)))].sort(),
    parseAll: new Set(matchers.flatMap((matcher) => [...matcher.parseAll])),
    mayMatch: (artifact, glimpse, found) =>
      matchers.some(
        (matcher, index) => concerns(index, artifact, found) && matcher.mayMatch(artifact, glimpse, found),
      ),
    wishFor: (channel, code) => joinWishes(matchers.map((matcher) => matcher.wishFor(channel, code))),
    eventLiterals: () => [...new Set(matchers.flatMap((matcher) => matcher.eventLiterals()))].sort(),
    match: (event) => matchers.flatMap((matcher) => matcher.match(event)),
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
