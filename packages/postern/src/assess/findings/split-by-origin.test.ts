import { expect, test } from "vitest";
import type { MatchGroup } from "../../scan/index.ts";
import type { Event } from "../../model/index.ts";
import type { AddressJoin } from "./address-join.ts";
import { splitByOrigin } from "./split-by-origin.ts";

function event(timeMs: number, origin: string | null): Event {
  return {
    artifact: "exchange-ecp-server",
    timeMs,
    server: null,
    fields: origin === null ? {} : { origin },
    ecs: {},
    at: { item: 0, offsetBytes: timeMs, lengthBytes: 1, record: 1 },
    raw: "x",
    repairs: [],
  };
}

const join: AddressJoin = {
  shared: new Set(),
  of: (one) => {
    const address = one.fields["origin"];
    return address === undefined ? null : { address, how: "time" };
  },
};

function group(events: readonly Event[], count: number, rung: "L0" | "L2"): MatchGroup {
  return {
    rule: { id: "r", title: "", pack: "p", rung, kind: "k", confidence: "high", cves: [], attack: [] },
    serverKey: "name:a",
    address: null,
    count,
    firstMs: 1,
    lastMs: 9,
    events,
  };
}

test("records without an address of their own are split by the intruder behind each, and none is lost", () => {
  const events = [event(1, "a"), event(3, "b"), event(5, "a"), event(9, null)];
  const parts = splitByOrigin([group(events, 10, "L2")], join);
  expect(parts.map((part) => [part.count, part.firstMs, part.lastMs])).toEqual([
    [8, 1, 5],
    [1, 3, 3],
    [1, 9, 9],
  ]);
});

test("what was only tried, and what one intruder did, stays whole", () => {
  const tried = group([event(1, "a"), event(3, "b")], 2, "L0");
  const one = group([event(1, "a"), event(3, "a")], 2, "L2");
  expect(splitByOrigin([tried, one], join)).toEqual([tried, one]);
});
