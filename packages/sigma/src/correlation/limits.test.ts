import type { CorrelatorOptions } from "@postern/sigma";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { correlationText, COUNT, failed, type Row, run, short } from "../testing/run-correlations.ts";

describe("memory is bounded, and what that cost is told", () => {
  test("too many groups: the one unused for longest goes", () => {
    const rows = [failed(0, "ann"), failed(1, "ann"), failed(2, "bob"), failed(3, "cid"), failed(4, "ann")];
    const { matches, losses } = run(correlationText(COUNT), rows, { maxGroups: 2 });
    expect([matches, losses]).toEqual([[], ["c groups 2"]]);
  });

  test("too many events in one window: the oldest go", () => {
    const rows = Array.from({ length: 10 }, (_, t) => failed(t, "ann"));
    const { matches, losses } = run(correlationText(COUNT), rows, { maxEvents: 4 });
    expect([matches.map(short), losses]).toEqual([[["ann", 0, 9, 4, 10]], ["c events 6"]]);
  });

  test("a match lists the first events only, and counts all", () => {
    const rows = Array.from({ length: 50 }, (_, t) => failed(t, "ann"));
    const [match] = run(correlationText(COUNT), rows, { keepEvents: 5 }).matches;
    expect([match?.events, match?.eventCount]).toEqual([[0, 1, 2, 3, 4], 50]);
  });
});

describe("the order of events", () => {
  const rows = [failed(0, "ann"), failed(20, "ann"), failed(10, "ann")];

  test("an event that comes too late is left out and told", () => {
    const { matches, losses } = run(correlationText(COUNT), rows);
    expect([matches, losses]).toEqual([[], ["all late 1"]]);
  });

  test("within the lateness that the caller allows it is put in its place", () => {
    const { matches, losses } = run(correlationText(COUNT), rows, { latenessMs: 10_000 });
    expect([matches.map(short), losses]).toEqual([[["ann", 0, 20, 3, 3]], []]);
  });

  test("does not matter for what is found when all of it is allowed for", () => {
    const body = [
      correlationText(COUNT, "many"),
      correlationText("type: temporal_ordered\nrules: [many, done]\ngroup-by: User\ntimespan: 2m", "then"),
      correlationText(
        "type: value_avg\nrules: [failed]\ngroup-by: User\ntimespan: 30s\ncondition: {field: n, lt: 5}",
        "low",
      ),
    ].join("");
    const row = fc.record({
      t: fc.integer({ min: 0, max: 300 }),
      EventID: fc.constantFrom(4624, 4625),
      User: fc.constantFrom("ann", "bob"),
      n: fc.integer({ min: 0, max: 10 }),
    });
    const unique = fc.uniqueArray(row, { selector: ({ t }) => t, maxLength: 40 });
    fc.assert(
      fc.property(
        unique.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          const sorted = [...list].sort((a, b) => a.t - b.t);
          const wide = { latenessMs: 1_000_000 };
          const found = (of: readonly Row[], options: CorrelatorOptions): readonly unknown[] =>
            run(body, of, options).matches.map((match) => [match.rule.title, short(match)]);
          expect(found(shuffled, wide)).toEqual(found(sorted, {}));
        },
      ),
      { seed: 5, numRuns: 80 },
    );
  });
});

test("what slides over time agrees with counting by hand", () => {
  const row = fc.record({ t: fc.integer({ min: 0, max: 400 }), User: fc.constantFrom("ann", "bob") });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (list) => {
      const rows = list.map(({ t, User }) => failed(t, User)).sort((a, b) => a.t - b.t);
      const holds = (at: number): boolean => {
        const now = rows[at];
        const before = rows.slice(0, at + 1);
        return (
          now !== undefined &&
          before.filter((other) => other["User"] === now["User"] && other.t >= now.t - 60).length >= 3
        );
      };
      const expected = new Set(rows.filter((_, i) => holds(i)).map((one) => one["User"]));
      const { matches } = run(correlationText(COUNT), rows);
      expect(new Set(matches.map(({ group }) => group["User"]))).toEqual(expected);
    }),
    { seed: 6, numRuns: 100 },
  );
});
