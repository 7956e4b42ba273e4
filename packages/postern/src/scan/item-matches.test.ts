import { isDeepStrictEqual } from "node:util";
import { expect, it } from "vitest";

import type { RuleInfo } from "../detect/index.ts";
import type { Event } from "../model/index.ts";
import { ItemMatches } from "./item-matches.ts";

const RULES = ["a", "b"].map(
  // eslint-disable-next-line postern/no-type-assertion -- what is asked of a rule here
  (id) => ({ id, rung: "L0" }) as RuleInfo,
);

function eventOf(index: number, record: number): Event {
  const raw = `line ${String(index % 70_000)}`;
  const at = { item: 0, offsetBytes: index * 10, lengthBytes: 9, record };
  const ecs = { "source.ip": `192.0.2.${String(index % 7)}` };
  const what = { artifact: "iis-w3c", server: null, fields: { url: "/a" }, repairs: [] };
  return { ...what, timeMs: index * 1000, ecs, at, raw };
}

function rulesOf(index: number): readonly RuleInfo[] {
  return index % 3 === 0 ? RULES : RULES.slice(0, 1);
}

/** Matches of some lines, told with their numbers from the first of them on. */
function matchesOf(from: number, to: number): ItemMatches {
  const matches = new ItemMatches();
  for (let index = from; index < to; index++)
    matches.add(rulesOf(index), eventOf(index, index - from + 1), "name:ex01");
  return matches;
}

it("puts parts together to what the whole is, with more matches than are told apart one by one", () => {
  const count = 90_000;
  const whole = matchesOf(0, count).list();
  const kept = whole.reduce((sum, { fingerprints }) => sum + fingerprints.length, 0);
  expect([kept, whole.reduce((sum, group) => sum + group.count, 0)]).toEqual([100_000, 120_000]);
  const joined = new ItemMatches();
  let lines = 0;
  for (const to of [10, 30_000, 30_001, 82_000, count]) {
    expect(joined.addPart(structuredClone(matchesOf(lines, to).part()), lines)).toBe(true);
    lines = to;
  }
  // Of so much a difference could not be read.
  expect(isDeepStrictEqual(joined.list(), whole)).toBe(true);
});
