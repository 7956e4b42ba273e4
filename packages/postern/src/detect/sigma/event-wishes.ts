import { compilePossibility, requiredLiterals, type RoutedRule, UNKNOWN } from "@postern/sigma";

import { once } from "../../core/index.ts";
import { joinWishes, type EventWish } from "../event-matcher.ts";
import { EVENT_LITERALS } from "./literal-policy.ts";

/** What rules ask of the records of event logs. */
export interface EventWishes {
  wishFor(channel: string, code: string): EventWish;
  /** Every text that `wishFor` may name. */
  eventLiterals(): readonly string[];
}

/**
 * Fields whose values do not stand in a record as they are: the channel may be that of the provider, an address is built. Everything else
 * that the normalizer makes of a Windows event is a text of the record, or a part of one.
 */
const MADE: ReadonlySet<string> = new Set([
  "Channel",
  "winlog.channel",
  "cs-uri",
  "record.uri",
  "record.uri-extension",
]);

/** Names under which the number of an event is asked for, after renaming by pipelines. */
const NUMBER_FIELDS: ReadonlySet<string> = new Set(["EventID", "event.code"]);

/** Looks up which ways are for a kind of events; texts are looked for in rules only when the first event log asks. */
export function createEventWishes(ways: readonly RoutedRule[]): EventWishes {
  const asking = ways
    .filter(({ records }) => records.source === "windows-event")
    .map((way) => ({
      records: way.records,
      ask: once(() => compilePossibility(way.rule, way.fields)),
      literals: once(() => literalsOf(way)),
    }));
  return {
    wishFor: (channel, code) => {
      const name = channel.toLowerCase();
      const asked = asking.filter(
        ({ records: { channels, events } }) =>
          (channel === "" || (channels?.includes(name) ?? true)) &&
          (code === "" || (events?.includes(code) ?? true)),
      );
      const known = (field: string): string | typeof UNKNOWN =>
        code !== "" && NUMBER_FIELDS.has(field) ? code : UNKNOWN;
      const possible = asked.filter(({ ask }) => ask()(known) !== false);
      return joinWishes(possible.map(({ literals }) => literals() ?? "always"));
    },
    eventLiterals: () => [...new Set(asking.flatMap(({ literals }) => literals() ?? []))].sort(),
  };
}

/** Texts of which a record that the way's rule matches must hold one; null when every record must be seen. */
function literalsOf({ rule, fields }: RoutedRule): readonly string[] | null {
  const derivedFields = new Set([...MADE, ...Object.keys(fields).filter((field) => isMade(fields[field]))]);
  return requiredLiterals(rule, { ...EVENT_LITERALS, derivedFields });
}

function isMade(names: string | readonly string[] | undefined): boolean {
  return (typeof names === "string" ? [names] : (names ?? [])).some((name) => MADE.has(name));
}
