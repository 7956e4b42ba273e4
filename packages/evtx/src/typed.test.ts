import { describe, expect, it } from "vitest";
import { readChunk, toTyped } from "@postern/evtx";
import type { EvtxRecord } from "@postern/evtx";
import * as made from "./testing/index.ts";

const TIME = 132_592_423_316_816_401n; // 2021-03-03T10:52:11.6816401Z

function recordOf(values: readonly made.InstanceValue[]): EvtxRecord {
  const template = made.eventDataTemplate(values.map((_, index) => `V${String(index)}`));
  const data = { nested: { template, values } };
  const body = made.eventBody({
    eventId: 4688,
    recordId: 9_007_199_254_740_993n,
    timeCreated: TIME,
    userId: made.sid(5, [18]),
    data,
  });
  const [record] = readChunk(made.writeChunk([{ id: 1n, filetime: TIME, body }]).bytes, 0).records;
  if (record === undefined) throw new Error("the record was not read");
  return record;
}

const valueOf = (value: made.InstanceValue): unknown => toTyped(recordOf([value])).data[0]?.value;
const GUID = "54849625-5478-4994-A5BA-3E3B0328C30D";

describe("an event as typed values", () => {
  it("has its header as numbers and exact times", () => {
    expect(toTyped(recordOf([])).system).toMatchObject({
      provider: "Test-Provider",
      providerGuid: null,
      eventId: 4688,
      qualifiers: null,
      version: 1,
      level: 4,
      keywords: 0x8020_0000_0000_0000n,
      timeCreated: TIME,
      recordId: 9_007_199_254_740_993n,
      channel: "Test",
      computer: "mail.example.org",
      userId: "S-1-5-18",
    });
  });

  it.each<[made.StoredValue, unknown]>([
    [made.nothing, { type: "null", value: null }],
    [made.wide("a  "), { type: "string", value: "a  " }],
    [made.ansi(Uint8Array.of(0xe9, 0)), { type: "ansi", value: "é" }],
    [made.whole(0x03, -5n), { type: "int8", value: -5 }],
    [made.whole(0x04, 200n), { type: "uint8", value: 200 }],
    [made.whole(0x05, -300n), { type: "int16", value: -300 }],
    [made.whole(0x06, 65_535n), { type: "uint16", value: 65_535 }],
    [made.whole(0x07, -70_000n), { type: "int32", value: -70_000 }],
    [made.whole(0x08, 70_000n), { type: "uint32", value: 70_000 }],
    [made.whole(0x09, -5n), { type: "int64", value: -5n }],
    [made.whole(0x0a, 18_446_744_073_709_551_615n), { type: "uint64", value: 18_446_744_073_709_551_615n }],
    [made.real(4, 0.5), { type: "float", value: 0.5 }],
    [made.real(8, 1e100), { type: "double", value: 1e100 }],
    [made.truth(true), { type: "boolean", value: true }],
    [made.binary(Uint8Array.of(1, 2)), { type: "binary", value: Uint8Array.of(1, 2) }],
    [made.guid(GUID), { type: "guid", value: GUID }],
    [made.whole(0x10, 7n), { type: "size", value: 7n }],
    [made.filetime(TIME), { type: "filetime", value: TIME }],
    [made.sid(5, [21, 500]), { type: "sid", value: "S-1-5-21-500" }],
    [made.whole(0x14, 0x3e7n), { type: "hex32", value: 0x3e7 }],
    [made.whole(0x15, 0x3e7n), { type: "hex64", value: 0x3e7n }],
    [
      { type: 0x20, bytes: Uint8Array.of(4, 0, 0, 0) },
      { type: "handle", value: 4n },
    ],
    [
      { type: 0x23, bytes: Buffer.from("<x/>", "utf16le") },
      { type: "xml", value: "<x/>" },
    ],
    [
      { type: 0x08, bytes: Uint8Array.of(1) },
      { type: "unknown", code: 8, value: Uint8Array.of(1) },
    ],
    [
      { type: 0x5a, bytes: Uint8Array.of(1) },
      { type: "unknown", code: 0x5a, value: Uint8Array.of(1) },
    ],
  ])("value %#", (value, typed) => {
    expect(valueOf(value)).toEqual(typed);
  });

  it("has the parts of a SYSTEMTIME, which names no time zone", () => {
    expect(valueOf(made.systemtime([2021, 3, 3, 31, 9, 12, 13, 7]))).toEqual({
      type: "systemtime",
      value: {
        year: 2021,
        month: 3,
        dayOfWeek: 3,
        day: 31,
        hour: 9,
        minute: 12,
        second: 13,
        millisecond: 7,
      },
    });
  });

  it("has lists with the type of each entry, and nested XML as its text", () => {
    const value = [
      { type: "uint16", value: 1 },
      { type: "uint16", value: 2 },
    ];
    expect(valueOf(made.listOf([made.whole(0x06, 1n), made.whole(0x06, 2n)]))).toEqual({
      type: "list",
      value,
    });
    const bare = { element: "Inner", children: ["deep"] };
    expect(valueOf({ bare })).toEqual({ type: "string", value: "deep" });
  });
});
