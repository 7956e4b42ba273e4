import { describe, expect, it } from "vitest";
import { parseWindowsEvents } from "../artifacts/index.ts";
import { fromBytes } from "../core/index.ts";
import type { Event } from "../model/index.ts";
import { createClockEvidence } from "./clock-evidence.ts";
import { correctClock, findClockOffset } from "./clock.ts";
import { normalizeWindowsEvent } from "./windows-event.ts";

const HOUR = 3_600_000;
const START = Date.parse("2021-03-14T23:22:06.000Z");
const COMPUTER = "MXS01.azlab.example";
const CHANNELS = ["Microsoft-Windows-Sysmon/Operational", "Security", "MSExchange Management"] as const;

const iso = (ms: number): string => new Date(ms).toISOString();
const zoneless = (ms: number): string => iso(ms).slice(0, 19).replace("T", " ");

function sysmonValues(trueMs: number): Readonly<Record<string, string>> {
  return {
    UtcTime: iso(trueMs - 20)
      .replace("T", " ")
      .replace("Z", ""),
    ProcessGuid: "{1}",
    Image: "C:\\w3wp.exe",
  };
}

/** The forms in which public lab recordings state local time: where they put the time, and what else they say about it. */
const FORMS: readonly { readonly name: string; readonly row: (trueMs: number, channel: string) => object }[] =
  [
    {
      name: "nxlog's EventTime without a zone",
      row: (ms, Channel) => ({
        EventTime: zoneless(ms - 4 * HOUR),
        Hostname: COMPUTER,
        Channel,
        SourceName: "x",
        EventID: 1,
        "@timestamp": iso(ms + 3000),
      }),
    },
    {
      name: "a TimeCreated that claims to be UTC, and a TimeGenerated that is wrong twice",
      row: (ms, Channel) => ({
        TimeCreated: iso(ms - 4 * HOUR),
        TimeGenerated: iso(ms - 12 * HOUR),
        Computer: COMPUTER,
        Channel,
        Provider: "x",
        EventID: 1,
      }),
    },
    {
      name: "an @timestamp that claims to be UTC",
      row: (ms, Channel) => ({ "@timestamp": iso(ms - 4 * HOUR), Hostname: COMPUTER, Channel, EventID: 1 }),
    },
  ];

async function eventsOf(text: string): Promise<Event[]> {
  const events: Event[] = [];
  for await (const { records, damage } of parseWindowsEvents(fromBytes(Buffer.from(text)), 0)) {
    expect(damage).toEqual([]);
    events.push(...records.map((record) => normalizeWindowsEvent(record)));
  }
  return events;
}

describe("a recording whose times are local while Sysmon's are UTC", () => {
  it.each(FORMS)("gets the right time for every record: $name", async ({ row }) => {
    const times = Array.from({ length: 30 }, (_, i) => START + i * 2000);
    const lines = times.map((ms, i) => {
      const channel = CHANNELS[i % 3] ?? "";
      return JSON.stringify({ ...row(ms, channel), ...(i % 3 === 0 ? sysmonValues(ms) : { A: "b" }) });
    });
    const events = await eventsOf(lines.join("\n"));
    const evidence = createClockEvidence();
    for (const event of events) evidence.add(event);
    const offset = findClockOffset(evidence, { item: 0, server: "mxs01" });
    expect(offset).toMatchObject({ offsetMs: -4 * HOUR, basis: 10, kind: "sysmon" });
    if (offset === null) return;
    expect(events.map((event) => correctClock(event, offset).timeMs)).toEqual(times);
  });
});
