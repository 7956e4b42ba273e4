import { describe, expect, test } from "vitest";
import type { MatchGroup } from "../../scan/index.ts";
import type { Event, Rung } from "../../model/index.ts";
import type { AddressJoin } from "../findings/address-join.ts";
import { trustedPivots } from "./trusted-pivots.ts";

const DAY = 86_400_000;
const ADDRESS = "203.0.113.9";
const join: AddressJoin = {
  shared: new Set(),
  of: (event) => {
    const address = event.ecs["source.ip"];
    return address === undefined ? null : { address, how: "record" };
  },
};

function event(timeMs: number, agent: string, user: string): Event {
  return {
    artifact: "iis-w3c",
    timeMs,
    server: null,
    fields: {},
    ecs: { "source.ip": ADDRESS, "user_agent.original": agent, "user.name": user },
    at: { item: 0, offsetBytes: timeMs, lengthBytes: 1, record: 1 },
    raw: "x",
    repairs: [],
  };
}

function group(kind: string, rung: Rung | null, events: readonly Event[]): MatchGroup {
  return {
    rule: { id: kind, title: "", pack: "postern", rung, kind, confidence: "medium", cves: [], attack: [] },
    serverKey: "name:a",
    address: ADDRESS,
    count: events.length,
    firstMs: events[0]?.timeMs ?? null,
    lastMs: events.at(-1)?.timeMs ?? null,
    events,
  };
}

const first = [group("ssrf-session", "L1", [event(10 * DAY, "python-requests/2.25.1", "")])];
const uses = (...events: readonly Event[]): readonly MatchGroup[] =>
  trustedPivots([group("account-used", "L1", events)], { first, join });

describe("what an intruder's address did before it was an intruder's", () => {
  test("somebody who read mail there for days, with an ordinary program, is its ordinary user", () => {
    expect(
      uses(event(2 * DAY, "Outlook-iOS/1", "SCHOOL\\ann"), event(11 * DAY, "Outlook-iOS/1", "ann@x.example")),
    ).toEqual([]);
  });
  test("an account that was used only after the break-in counts", () => {
    expect(uses(event(10 * DAY + 5, "Mozilla/5.0", "SCHOOL\\ben"))).toHaveLength(1);
  });
  test("the intruder's own program counts at any time", () => {
    expect(uses(event(2 * DAY, "python-requests/2.25.1", "SCHOOL\\ann"))[0]?.count).toBe(1);
  });
  test("of two accounts only the stolen one is left, with its own times", () => {
    const left = uses(
      event(2 * DAY, "Outlook-iOS/1", "SCHOOL\\ann"),
      event(11 * DAY, "Mozilla/5.0", "SCHOOL\\ben"),
    );
    expect(left.map((one) => [one.count, one.firstMs])).toEqual([[1, 11 * DAY]]);
  });
  test("an address with many accounts is nobody's", () => {
    const many = ["a", "b", "c", "d"].map((name, i) => event(10 * DAY + i, "Mozilla/5.0", name));
    expect(uses(...many)).toEqual([]);
  });
});
