import { describe, expect, it } from "vitest";
import { counted, groupedNumber, readableBytes } from "./numbers.ts";
import { readableDay, readableSpan, readableTime, shortDay, silenceBetween } from "./times.ts";

describe("times for people", () => {
  it("are in words and name their zone", () => {
    expect(readableTime("2021-03-03T09:12:44.310Z")).toBe("3 March 2021, 09:12 UTC");
    expect(readableDay("2021-12-31")).toBe("31 December 2021");
    expect(shortDay("2021-02-05")).toBe("5 Feb");
    expect(readableTime(null)).toBe("time unknown");
  });

  it("leave text alone that is no time", () => {
    expect(readableTime("yesterday")).toBe("yesterday");
    expect(readableTime("2021-13-01T00:00:00Z")).toBe("2021-13-01T00:00:00Z");
  });

  it("say a span once when it lasts less than a minute", () => {
    expect(readableSpan("2021-03-03T09:12:01.000Z", "2021-03-03T09:12:59.000Z")).toBe(
      "3 March 2021, 09:12 UTC",
    );
    expect(readableSpan("2021-03-03T09:12:01.000Z", null)).toBe("3 March 2021, 09:12 UTC");
    expect(readableSpan(null, "2021-03-03T09:12:01.000Z")).toBe("until 3 March 2021, 09:12 UTC");
  });

  it("name a silence from one hour on", () => {
    const from = "2021-03-05T00:00:00.000Z";
    expect(silenceBetween(from, "2021-03-05T00:59:59.000Z")).toBeNull();
    expect(silenceBetween(from, "2021-03-05T01:00:00.000Z")).toBe("1 hour");
    expect(silenceBetween(from, "2021-03-06T23:00:00.000Z")).toBe("47 hours");
    expect(silenceBetween(from, "2021-03-11T06:00:00.000Z")).toBe("6 days");
    expect(silenceBetween(from, null)).toBeNull();
    expect(silenceBetween(from, "never")).toBeNull();
  });
});

describe("numbers for people", () => {
  it("keep thousands apart, whatever the language of the machine", () => {
    expect(groupedNumber(1234567)).toBe("1,234,567");
    expect(counted(1, "record")).toBe("1 record");
    expect(counted(1000, "place")).toBe("1,000 places");
  });

  it("give sizes in the unit that fits", () => {
    expect([0, 999, 1000, 999_949, 999_950, 4_812_331].map(readableBytes)).toEqual([
      "0 bytes",
      "999 bytes",
      "1.0 kB",
      "999.9 kB",
      "1.0 MB",
      "4.8 MB",
    ]);
  });
});
