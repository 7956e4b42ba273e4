import { describe, expect, it } from "vitest";
import { parseEventTime } from "./event-time.ts";
import { createDayOrderSeen, parseLocalDate } from "./local-date.ts";
import { parseStatedTime } from "./windows-time.ts";

const iso = (text: string, order: Parameters<typeof parseLocalDate>[1] = null): string | null => {
  const date = parseLocalDate(text, order);
  return date === null ? null : new Date(date.timeMs).toISOString();
};

describe("a date that names no order of day and month", () => {
  it.each([
    ["14.03.2021 10:15:23", "2021-03-14T10:15:23.000Z"],
    ["04.03.2021 10:15:23", "2021-03-04T10:15:23.000Z"],
    ["3/4/2021 10:15:23 PM", "2021-03-04T22:15:23.000Z"],
    ["3/14/2021 10:15:23", "2021-03-14T10:15:23.000Z"],
    ["14/3/2021 10:15:23", "2021-03-14T10:15:23.000Z"],
    ["2021/03/04 10:15:23.5", "2021-03-04T10:15:23.500Z"],
    ["04-03-21 10:15", "2021-03-04T10:15:00.000Z"],
    ["03/03/2021 10:15:23", "2021-03-03T10:15:23.000Z"],
  ])("is %s = %s", (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it("follows what the rest of the file shows", () => {
    expect(iso("03/04/2021 09:00:00", "month-first")).toBe("2021-03-04T09:00:00.000Z");
    expect(iso("03/04/2021 09:00:00", "day-first")).toBe("2021-04-03T09:00:00.000Z");
  });

  it("is guessed the same way by every reader, and says so, where nothing shows it", () => {
    const text = "03/04/2021 09:00:00";
    expect(parseEventTime(text)?.timeMs).toBe(parseStatedTime(text)?.timeMs);
    expect(parseLocalDate(text)?.guessed).toBe(true);
    expect(parseEventTime(text)?.note).toContain("order of day and month guessed");
    expect(parseStatedTime(text)?.repairs.join()).toContain("order of day and month guessed");
    expect(parseEventTime(text, "month-first")?.note).toBe("time without a zone, read as UTC");
  });

  it.each(["", "yesterday", "13/13/2021 10:00", "1/2/2021", "99/99/9999 99:99"])("is none: %s", (text) => {
    expect(parseLocalDate(text)).toBeNull();
  });
});

describe("the dates of one file", () => {
  it("show their order by the first day above twelve", () => {
    const seen = createDayOrderSeen();
    seen.look("03/04/2021 09:00:00");
    expect(seen.order).toBeNull();
    seen.look("03/14/2021 09:00:00");
    expect(seen.order).toBe("month-first");
  });

  it("show nothing when they contradict each other", () => {
    const seen = createDayOrderSeen();
    seen.look("03/14/2021 09:00:00");
    seen.look("14/03/2021 09:00:00");
    expect(seen.order).toBeNull();
  });
});
