import { describe, expect, test } from "vitest";
import type { Act } from "./acts.ts";
import { joinAddresses } from "./join-addresses.ts";

const MINUTE = 60_000;

function act(address: string, given: Partial<Act> = {}): Act {
  return {
    address,
    server: "S1",
    timeMs: 0,
    rung: "L3",
    kind: "web-shell-used",
    agent: "curl/7.64",
    program: "curl/7.64",
    session: null,
    page: null,
    account: null,
    ...given,
  };
}

function sets(...acts: readonly Act[]): readonly (readonly string[])[] {
  return joinAddresses(acts).map((set) => set.addresses);
}

describe("which addresses are one intruder", () => {
  test("the same session token joins two addresses, and the reason is told", () => {
    const [only, ...others] = joinAddresses([
      act("203.0.113.9", { session: "abcdefgh" }),
      act("198.51.100.7", { session: "abcdefgh", program: "other" }),
    ]);
    expect(others).toEqual([]);
    expect(only).toEqual({
      addresses: ["198.51.100.7", "203.0.113.9"],
      why: ["198.51.100.7 and 203.0.113.9 carried the same session token."],
    });
  });
  test("the same back door with the same program joins, with another program it does not", () => {
    const page = "aspnet_client/x.aspx";
    expect(sets(act("203.0.113.9", { page }), act("198.51.100.7", { page }))).toHaveLength(1);
    expect(
      sets(act("203.0.113.9", { page }), act("198.51.100.7", { page, program: "antsword" })),
    ).toHaveLength(2);
  });
  test("the same program alone joins nobody: many use the same tools", () => {
    expect(sets(act("203.0.113.9"), act("198.51.100.7"))).toHaveLength(2);
  });
  test("the same stolen account with the same program joins", () => {
    const account = "SCHOOL\\head";
    expect(sets(act("203.0.113.9", { account }), act("198.51.100.7", { account }))).toHaveLength(1);
  });
  test("neighbours with one program within two days join; a week apart, or inside a house, they do not", () => {
    expect(sets(act("203.0.113.9"), act("203.0.113.70", { timeMs: 60 * MINUTE }))).toHaveLength(1);
    expect(sets(act("203.0.113.9"), act("203.0.113.70", { timeMs: 7 * 1440 * MINUTE }))).toHaveLength(2);
    expect(sets(act("10.0.0.9"), act("10.0.0.70"))).toHaveLength(2);
  });
  test("addresses that only tried are no intruders and join nobody", () => {
    const tried = act("192.0.2.1", { rung: "L0", session: "abcdefgh" });
    expect(sets(tried, act("203.0.113.9", { session: "abcdefgh" }))).toEqual([["203.0.113.9"]]);
  });
  test("a chain of bonds makes one intruder, whatever their order", () => {
    const [a, b, c] = [
      act("203.0.113.9", { session: "abcdefgh" }),
      act("198.51.100.7", { session: "abcdefgh", account: "x\\y" }),
      act("192.0.2.50", { account: "x\\y" }),
    ] as const;
    const all = [["192.0.2.50", "198.51.100.7", "203.0.113.9"]];
    expect(sets(a, b, c)).toEqual(all);
    expect(sets(c, a, b)).toEqual(all);
    expect(sets(a, c, b)).toEqual(all);
  });
});
