import { expect, test } from "vitest";
import type { MatchGroup } from "../../scan/index.ts";
import { withoutSeldom } from "./burst.ts";

const group = (address: string, count: number, atLeast?: number): MatchGroup => ({
  rule: {
    ...{ id: "p/r", title: "", pack: "p", rung: "L0", kind: "k", confidence: "low", cves: [], attack: [] },
    ...(atLeast === undefined ? {} : { atLeast }),
  },
  serverKey: "EX01",
  address,
  count,
  firstMs: null,
  lastMs: null,
  events: [],
});

test("what a rule wants to see often counts only from that number on, and never from an address that many share", () => {
  const kept = [group("203.0.113.9", 1), group("203.0.113.9", 300, 300)];
  const seldom = group("203.0.113.9", 299, 300);
  const crowd = group("10.0.0.1", 9_000, 300);
  expect(withoutSeldom([...kept, seldom, crowd], new Set(["10.0.0.1"]))).toEqual(kept);
});
