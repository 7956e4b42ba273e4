import { describe, expect, it } from "vitest";
import type { Event } from "../model/index.ts";
import { createClockEvidence } from "./clock-evidence.ts";
import type { ClockLimits } from "./clock-evidence.ts";
import { correctClock, findClockOffset } from "./clock.ts";
import type { ClockOffset } from "./clock.ts";
import { normalizeWindowsEvent } from "./windows-event.ts";

const HOUR = 3_600_000;

function eventOf(fields: Readonly<Record<string, string>>, item = 0): Event {
  return normalizeWindowsEvent({
    artifact: "windows-event",
    names: Object.keys(fields),
    values: Object.values(fields),
    surplus: [],
    at: { item, offsetBytes: 0, lengthBytes: 1, record: 1 },
    raw: null,
    repairs: [],
  });
}

const iso = (ms: number): string => new Date(ms).toISOString();
const utcTime = (ms: number): string => iso(ms).replace("T", " ").replace("Z", "");

function sysmon(trueMs: number, offsetMs: number, computer = "MXS01.azure.example"): Event {
  return eventOf({
    Provider: "Microsoft-Windows-Sysmon",
    EventID: "1",
    Computer: computer,
    TimeCreated: iso(trueMs + offsetMs),
    UtcTime: utcTime(trueMs - 40),
  });
}

function other(trueMs: number, offsetMs: number, computer = "MXS01.azure.example"): Event {
  return eventOf({
    Channel: "Security",
    EventID: "4624",
    Computer: computer,
    TimeCreated: iso(trueMs + offsetMs),
  });
}

function judge(
  events: readonly Event[],
  server: string | null = "mxs01",
  limits: ClockLimits = {},
): ClockOffset | null {
  const evidence = createClockEvidence(limits);
  for (const event of events) evidence.add(event);
  return findClockOffset(evidence, { item: 0, server });
}

const START = Date.parse("2021-03-14T23:22:06.123Z");
const times = Array.from({ length: 20 }, (_, i) => START + i * 7000);

describe("the clock of an export", () => {
  it("that states local time as UTC is found by Sysmon's own time, and every record of it corrected", () => {
    const offset = judge(times.map((ms) => sysmon(ms, -4 * HOUR)));
    expect(offset).toMatchObject({ offsetMs: -4 * HOUR, basis: 20, kind: "sysmon" });
    expect(offset?.text).toBe(
      "The times in this export are 4 h behind UTC: 20 records of Sysmon hold the true time; Postern has corrected the times of all its records.",
    );
    if (offset === null) return;
    const corrected = correctClock(other(START, -4 * HOUR), offset);
    expect(corrected.timeMs).toBe(START);
    expect(corrected.repairs).toContain("time corrected by +4 h: the export's clock is not UTC");
  });

  it("that is right is left alone", () => {
    expect(judge(times.map((ms) => sysmon(ms, 0)))).toBeNull();
  });

  it("that lags by seconds or minutes is left alone: that is no zone", () => {
    expect(judge(times.map((ms) => sysmon(ms, 35_000)))).toBeNull();
    expect(judge(times.map((ms) => sysmon(ms, 400_000)))).toBeNull();
  });

  it("may be off by half an hour or three quarters, as in India and Nepal", () => {
    expect(judge(times.map((ms) => sysmon(ms, 5.5 * HOUR)))?.offsetMs).toBe(5.5 * HOUR);
    expect(judge(times.map((ms) => sysmon(ms, 5.75 * HOUR)))?.text).toContain("5 h 45 min ahead of UTC");
  });

  it("is not judged by two records, nor by records that disagree", () => {
    expect(judge(times.slice(0, 2).map((ms) => sysmon(ms, -4 * HOUR)))).toBeNull();
    expect(judge(times.map((ms, i) => sysmon(ms, i % 2 === 0 ? -4 * HOUR : 2 * HOUR)))).toBeNull();
  });

  it("is judged for each computer; one without records of its own follows the others when they agree", () => {
    const events = [
      ...times.map((ms) => sysmon(ms, -4 * HOUR, "A.x")),
      ...times.map((ms) => sysmon(ms, 0, "B.x")),
    ];
    expect(judge(events, "a")?.offsetMs).toBe(-4 * HOUR);
    expect(judge(events, "b")).toBeNull();
    expect(judge(events, "c")).toBeNull();
    const agreed = judge(
      times.map((ms) => sysmon(ms, -4 * HOUR, "A.x")),
      "c",
    );
    expect(agreed?.text).toContain("of other computers in the same file");
  });

  it("that changes to summer time within the file is corrected by ranges", () => {
    // New York, 14 March 2021: at 07:00 UTC local time goes from -5 to -4.
    const change = Date.parse("2021-03-14T07:00:00Z");
    const local = (ms: number): number => (ms < change ? -5 : -4) * HOUR;
    const all = Array.from({ length: 48 * 4 }, (_, i) => change - 24 * HOUR + i * (HOUR / 4));
    const offset = judge(all.map((ms) => sysmon(ms, local(ms))));
    expect(offset?.ranges.map((range) => range.offsetMs)).toEqual([-5 * HOUR, -4 * HOUR]);
    expect(offset?.text).toContain(
      "5 h behind UTC up to 2021-03-14 03:00 (as stated), and are 4 h behind UTC from",
    );
    for (const ms of all)
      if (offset !== null) expect(correctClock(other(ms, local(ms)), offset).timeMs).toBe(ms);
  });

  it("that is put back in autumn leaves the records of Sysmon right even in the hour that comes twice", () => {
    const change = Date.parse("2021-11-07T06:00:00Z");
    const local = (ms: number): number => (ms < change ? -4 : -5) * HOUR;
    const all = Array.from({ length: 12 * 6 }, (_, i) => change - 6 * HOUR + i * (HOUR / 6));
    const offset = judge(all.map((ms) => sysmon(ms, local(ms))));
    expect(offset?.ranges).toHaveLength(2);
    for (const ms of all)
      if (offset !== null) expect(correctClock(sysmon(ms, local(ms)), offset).timeMs).toBe(ms);
  });

  it("without Sysmon shows in the time of collection beside a time without a zone", () => {
    const nxlog = (trueMs: number, lagMs: number): Event =>
      eventOf({
        Channel: "Security",
        EventID: "4624",
        Computer: "MXS01",
        TimeCreated: utcTime(trueMs - 4 * HOUR).slice(0, 19),
        "@timestamp": iso(trueMs + lagMs),
      });
    const offset = judge(times.map((ms, i) => nxlog(ms, 1000 + i * 5000)));
    expect(offset).toMatchObject({ offsetMs: -4 * HOUR, kind: "collector" });
    expect(judge(times.map((ms, i) => nxlog(ms, i * 3 * HOUR)))).toBeNull();
  });

  it("gives the same answer in any order, and keeps its memory when the records span years", () => {
    const years = Array.from({ length: 5000 }, (_, i) => START + i * 9 * HOUR);
    const events = years.map((ms) => sysmon(ms, 3 * HOUR));
    const limits = { maxBuckets: 50 };
    const forwards = judge(events, "mxs01", limits);
    expect(forwards?.offsetMs).toBe(3 * HOUR);
    expect(judge(events.toReversed(), "mxs01", limits)).toEqual(forwards);
  });

  it("stops opening series at its limit instead of growing with the names in the evidence", () => {
    const events = times.flatMap((ms, i) => [sysmon(ms, -4 * HOUR, `HOST${String(i)}`)]);
    expect(judge(events, "host19", { maxSeries: 2 })?.offsetMs).toBe(-4 * HOUR);
  });
});
