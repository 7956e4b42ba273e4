import { describe, expect, it } from "vitest";
import type { UsualSeen } from "../../scan/index.ts";
import { ms } from "../testing/index.ts";
import { compareWithUsual } from "./own-usual.ts";
import { aMark, brokenInto, INTRUDER, ledger, mailGroup } from "./testing/index.ts";

const HOUR_MS = 3_600_000;

/** Hours of a person who works from 8 to 16 UTC on these days of February 2021 (the 1st is a Monday). */
function work(address: string, days: readonly number[]): UsualSeen {
  const hours = days.flatMap((day) =>
    [8, 11, 15].map((hour) => Math.floor(Date.UTC(2021, 1, day, hour) / HOUR_MS)),
  );
  return { account: "a.b", address, hours };
}

const OFFICE = work("10.20.4.7", [1, 2, 3, 4, 5, 8, 9]);
const HOME = work("198.51.100.20", [5, 8]);
const access = (time: string, address = INTRUDER): Parameters<typeof compareWithUsual>[0] => ({
  account: "a.b",
  addresses: [address],
  times: [ms(time)],
});

describe("what is usual for the owner", () => {
  it("tells a new address, and an hour at which the owner was never seen", () => {
    expect(compareWithUsual(access("2021-03-03T02:41"), [OFFICE, HOME])).toEqual({
      text: "On 7 days before the break-in the owner signed in from 2 addresses, and not from this one; nor at such an hour (02:00 UTC).",
      isOwnAddress: false,
    });
    expect(compareWithUsual(access("2021-03-03T09:10"), [OFFICE]).text).toBe(
      "On 7 days before the break-in the owner signed in from one address, and not from this one.",
    );
  });

  it("tells weekends from working days", () => {
    expect(compareWithUsual(access("2021-03-06T11:00"), [OFFICE]).text).toContain(
      "nor at such an hour (11:00 UTC, at a weekend)",
    );
  });

  it("says so when the owner used the same address before", () => {
    expect(compareWithUsual(access("2021-03-03T02:41", "198.51.100.20"), [OFFICE, HOME])).toEqual({
      text: "On 7 days before the break-in the owner signed in, on 2 of them from this address, too.",
      isOwnAddress: true,
    });
  });

  it("says nothing of somebody who was seen on a few days only, or not at all", () => {
    const few = work("10.20.4.7", [1, 2, 3, 4]);
    for (const usual of [[], [few], [{ ...OFFICE, account: "c.d" }]])
      expect(compareWithUsual(access("2021-03-03T02:41"), usual)).toEqual({ text: "", isOwnAddress: false });
  });
});

describe("a ledger line of an owner's own account", () => {
  const session = mailGroup(
    { source: "httpproxy", address: INTRUDER, protocol: "OWA", mailbox: "SCHOOL\\a.b" },
    [aMark("2021-03-03T02:41:23")],
  );
  const matches = brokenInto("2021-03-03T02:00:00");

  it("has the comparison as a reason beside the others", () => {
    const [line] = ledger({ followed: [session], matches, usual: [OFFICE] });
    expect(line?.how).toMatch(/^The intruder's address signed in as the owner: .*\. On 7 days before/u);
    expect(line?.confidence).toBe("likely");
  });

  it("is one step less sure when the owner used the address before", () => {
    const [line] = ledger({ followed: [session], matches, usual: [OFFICE, work(INTRUDER, [8, 9])] });
    expect(line?.confidence).toBe("possible");
  });

  it("is never made by it: an unusual address alone gives no line", () => {
    const other = mailGroup({ source: "httpproxy", address: "198.51.100.99", mailbox: "SCHOOL\\a.b" });
    expect(ledger({ followed: [other], matches, usual: [OFFICE] })).toEqual([]);
  });
});
