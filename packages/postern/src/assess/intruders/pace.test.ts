import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hoursOf, paceOf } from "./pace.ts";

const DAY = Date.parse("2021-03-01T00:00:00Z");
const at = (...seconds: readonly number[]): readonly number[] => seconds.map((second) => DAY + second * 1000);

describe("how somebody worked", () => {
  test.each([
    ["seven requests in fourteen seconds are a script", at(0, 1, 4, 5, 9, 11, 14), "script"],
    ["commands with pauses for reading are a person", at(0, 21, 95, 130, 400), "by-hand"],
    ["a script, and later a person, are both", at(0, 1, 2, 3, 4, 60, 95, 200, 480), "both"],
    ["a request every minute to the second is a timer", at(0, 60, 120, 180, 240), "script"],
    ["two requests say nothing", at(0, 40), "unknown"],
    ["the same second in three logs is one request", at(0, 0, 0, 1, 1, 1), "unknown"],
    ["visits on other days are no pace", at(0, 90_000, 200_000, 300_000), "unknown"],
    ["nothing says nothing", [], "unknown"],
  ] as const)("%s", (_name, times, pace) => {
    expect(paceOf(times)).toBe(pace);
  });
});

describe("the hours in which somebody worked", () => {
  const night = (day: number, hour: number): readonly number[] =>
    Array.from({ length: 8 }, (_none, i) => DAY + day * 86_400_000 + hour * 3_600_000 + i * 400_000);

  test("three nights between one and three o'clock are named", () => {
    expect(hoursOf([...night(0, 1), ...night(1, 2), ...night(2, 1)])).toBe(
      "mostly between 01:00 and 03:00 UTC",
    );
  });
  test("a night over midnight is one stretch", () => {
    expect(hoursOf([...night(0, 23), ...night(1, 23), ...night(3, 0)])).toBe(
      "mostly between 23:00 and 01:00 UTC",
    );
  });
  test("one night says nothing of habits, however busy", () => {
    expect(hoursOf(Array.from({ length: 500 }, (_none, i) => DAY + i * 1000))).toBeNull();
  });
  test("a script that asks a thousand times in one minute does not outweigh the nights", () => {
    const burst = Array.from({ length: 1000 }, (_none, i) => DAY + 15 * 3_600_000 + i * 50);
    expect(hoursOf([...burst, ...night(0, 1), ...night(1, 2), ...night(2, 1)])).toBe(
      "mostly between 01:00 and 03:00 UTC",
    );
  });
  test("somebody who works around the clock has no hours", () => {
    expect(hoursOf(Array.from({ length: 96 }, (_none, i) => DAY + i * 3_600_000))).toBeNull();
  });
  test("any times give an answer or none, never an error", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2e12 }), { maxLength: 60 }), (times) => {
        const sorted = [...times].sort((a, b) => a - b);
        expect(["script", "by-hand", "both", "unknown"]).toContain(paceOf(sorted));
        expect(hoursOf(sorted) ?? "mostly").toContain("mostly");
      }),
    );
  });
});
