import { least, most } from "../core/index.ts";
import type { ItemOutcome } from "./item-outcome.ts";
import { cutLogFacts } from "./log-facts.ts";
import { joinEventLog } from "./read-event-log.ts";
import type { SourceTally } from "./tallies.ts";
import type { UnitOutcome } from "./unit.ts";

/** What a unit gave that is a whole item, its hash, its records, or some chunks of it. */
export type ReadUnitOutcome = Exclude<UnitOutcome, { readonly kind: "lines" }>;

/**
 * One outcome of an item out of those of all its units, in their order: of an event log the first took the hash and the others read chunks, of a text log one read
 * the records and one took the hash. A record that stands in two chunks (in the log and in slack) has one fingerprint and counts once, as it does in two copies of a log.
 */
export function joinUnits(units: readonly ReadUnitOutcome[]): ItemOutcome {
  const [first, ...others] = units.map(({ outcome }) => outcome);
  if (first === undefined) throw new Error("an item has at least one unit");
  const logs = units.flatMap((unit) => (unit.kind === "chunks" ? [unit.log] : []));
  if (logs.length === 0) return others.reduce((read, hashed) => joinHash(read, hashed), first);
  const all = [first, ...others];
  const found = {
    matches: all.flatMap(({ matches }) => matches),
    mail: {
      groups: all.flatMap(({ mail }) => mail.groups),
      pairs: all.flatMap(({ mail }) => mail.pairs),
      left: sum(all, ({ mail }) => mail.left),
      // Said twice by two units, it still counts once.
      usual: all.flatMap(({ mail }) => mail.usual ?? []),
    },
    damage: all.flatMap(({ damage }) => damage),
  };
  const unreadable = all.find(({ result }) => result.state === "unreadable");
  if (unreadable !== undefined) return { result: unreadable.result, ...found };
  const { note, gaps } = joinEventLog(logs.filter((log) => log !== null));
  const signs = all.flatMap(({ result }) => result.logs.signs);
  const result = {
    ...first.result,
    note,
    records: sum(all, (one) => one.result.records),
    damaged: sum(all, (one) => one.result.damaged),
    tallies: joinTallies(all.flatMap((one) => one.result.tallies)),
    logs: cutLogFacts({ signs, gaps }),
  };
  return { result, ...found };
}

/** Of an item whose records one has read and whose bytes another has hashed. */
export function joinHash(read: ItemOutcome, hashed: ItemOutcome): ItemOutcome {
  const damage = [...read.damage, ...hashed.damage];
  if (hashed.result.state === "unreadable") return { ...read, damage, result: hashed.result };
  if (read.result.state === "unreadable") return { ...read, damage };
  const { sha256, sizeBytes } = hashed.result;
  const damaged = read.result.damaged + hashed.result.damaged;
  return { ...read, damage, result: { ...read.result, sha256, sizeBytes, damaged } };
}

function sum(outcomes: readonly ItemOutcome[], of: (outcome: ItemOutcome) => number): number {
  return outcomes.reduce((total, outcome) => total + of(outcome), 0);
}

function joinTallies(tallies: readonly SourceTally[]): readonly SourceTally[] {
  const joined = new Map<string, SourceTally>();
  for (const tally of tallies) {
    const key = `${tally.source}\n${tally.serverKey}`;
    const known = joined.get(key);
    joined.set(key, known === undefined ? tally : joinTwo(known, tally));
  }
  return [...joined].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally);
}

function joinTwo(a: SourceTally, b: SourceTally): SourceTally {
  const hours = new Map(a.hours);
  for (const [hour, count] of b.hours) hours.set(hour, (hours.get(hour) ?? 0) + count);
  const span = { firstMs: least(a.firstMs, b.firstMs), lastMs: most(a.lastMs, b.lastMs) };
  return { ...a, ...span, records: a.records + b.records, hours };
}
