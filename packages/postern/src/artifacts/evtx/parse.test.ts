import { eventBody, eventDataTemplate, resealHeader, wide, wideList, writeLog } from "@postern/evtx/testing";
import type { NewRecord } from "@postern/evtx/testing";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../core/index.ts";
import type { ArtifactRecord, Damage } from "../../model/index.ts";
import { identify } from "./identify.ts";
import { parseEvtx } from "./parse.ts";
import { joinEvtxParts, type EvtxWhole } from "./whole.ts";

const NOON = 132_592_464_000_000_000n; // 2021-03-03T12:00:00Z
const HEADER_BYTES = 4096;
const DATA = eventDataTemplate(["Text"]);

interface NewOne {
  readonly id: number;
  readonly stated?: number;
  readonly computer?: string;
  readonly text?: string;
}

function recordOf({ id, stated = id, computer = "EX01.example.org", text = "x" }: NewOne): NewRecord {
  const filetime = NOON + BigInt(id) * 10_000_000n;
  const body = eventBody({
    provider: "Microsoft-Windows-Security-Auditing",
    eventId: 4624,
    channel: "Security",
    computer,
    recordId: BigInt(stated),
    timeCreated: filetime,
    data: { nested: { template: DATA, values: [wide(text)] } },
  });
  return { id: BigInt(id), filetime, body };
}

interface Read {
  readonly records: readonly ArtifactRecord[];
  readonly carved: readonly ArtifactRecord[];
  readonly damage: readonly Damage[];
  readonly whole: EvtxWhole | null;
}

async function read(bytes: Uint8Array): Promise<Read> {
  const records: ArtifactRecord[] = [];
  const carved: ArtifactRecord[] = [];
  const damage: Damage[] = [];
  let whole: EvtxWhole | null = null;
  for await (const batch of parseEvtx(fromBytes(bytes), 3)) {
    records.push(...batch.records);
    carved.push(...batch.carved);
    damage.push(...batch.damage);
    if (batch.part !== null) whole = joinEvtxParts([batch.part]);
  }
  return { records, carved, damage, whole };
}

const logOf = (records: readonly NewOne[]): Buffer => Buffer.from(writeLog(records.map(recordOf)));
const upTo = (count: number): readonly NewOne[] =>
  Array.from({ length: count }, (_, index) => ({ id: index + 1 }));
const valueOf = (record: ArtifactRecord | undefined, name: string): string | undefined =>
  record?.values[record.names.indexOf(name)];

describe("an event log as evidence", () => {
  it("is known by its content", () => {
    expect(identify(logOf([{ id: 1 }]))).toBe(true);
    expect(identify(Buffer.from("ElfChnk\0"))).toBe(false);
  });

  it("gives records under the names that exports have, each with the place that proves it", async () => {
    const { records, damage, whole } = await read(logOf([{ id: 7, text: "Grüße" }]));
    expect(damage).toEqual([]);
    expect(records).toEqual([
      {
        artifact: "windows-event",
        names: [
          "Channel",
          "Provider",
          "EventID",
          "Computer",
          "TimeCreated",
          "EventRecordID",
          "Level",
          "Version",
          "Text",
        ],
        values: [
          "Security",
          "Microsoft-Windows-Security-Auditing",
          "4624",
          "EX01.example.org",
          "2021-03-03T12:00:07.0000000Z",
          "7",
          "4",
          "1",
          "Grüße",
        ],
        surplus: [],
        at: {
          item: 3,
          offsetBytes: HEADER_BYTES + 512,
          lengthBytes: records[0]?.at.lengthBytes,
          record: 7,
        },
        raw: null,
        repairs: [],
      },
    ]);
    expect(whole).toEqual({ channel: "Security", gaps: [], filtered: null });
  });

  it("numbers values without a name", async () => {
    const template = eventDataTemplate([null]);
    const body = eventBody({
      eventId: 1,
      recordId: 1n,
      timeCreated: NOON,
      data: { nested: { template, values: [wideList(["Set-Mailbox", "", "x"])] } },
    });
    const { records } = await read(writeLog([{ id: 1n, filetime: NOON, body }]));
    expect([0, 1, 2].map((n) => valueOf(records[0], `Data${String(n)}`))).toEqual(["Set-Mailbox", "", "x"]);
  });

  it("keeps the computers of a collector's log apart", async () => {
    const computers = ["EX01.example.org", "EX02.example.org"];
    const { records } = await read(logOf(computers.map((computer, index) => ({ id: index + 1, computer }))));
    expect(records.map((record) => valueOf(record, "Computer"))).toEqual(computers);
  });

  it("tells which records are missing inside, also when the log begins anew in the middle", async () => {
    const ids = [500, 501, 502, 503, 100, 101, 105, 106];
    const { whole } = await read(logOf(ids.map((id) => ({ id }))));
    expect(whole?.gaps.map(({ afterId, beforeId, missing }) => [afterId, beforeId, missing])).toEqual([
      [101, 105, 3],
      [106, 500, 393],
    ]);
    expect(new Date(whole?.gaps[0]?.beforeMs ?? 0).toISOString()).toBe("2021-03-03T12:01:45.000Z");
  });

  it("tells an export by a filter from a log with holes", async () => {
    const { whole } = await read(logOf(upTo(5).map(({ id }) => ({ id, stated: id * 100 }))));
    expect(whole).toEqual({ channel: "Security", gaps: [], filtered: { records: 5, span: 401 } });
  });

  it("gives records of the free space apart, marked, and none that the log has too", async () => {
    const bytes = logOf(upTo(20));
    const chunk = bytes.subarray(HEADER_BYTES);
    const all = await read(bytes);
    // The chunk counts only its first ten records; a copy of the tenth lies behind the others.
    const tenth = all.records[9];
    const from = (tenth?.at.offsetBytes ?? 0) - HEADER_BYTES;
    const length = tenth?.at.lengthBytes ?? 0;
    chunk.copyWithin(60_000, from, from + length);
    chunk.writeUInt32LE(from + length, 48);
    resealHeader(chunk);
    const { records, carved } = await read(bytes);
    expect(records.map(({ at }) => at.record)).toEqual(upTo(10).map(({ id }) => id));
    expect(carved.map(({ at }) => at.record)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    expect(carved[0]?.repairs).toEqual(["carved: the log no longer counts this record as its own"]);
  });

  it("says what it could not read, with its place", async () => {
    const bytes = logOf(upTo(3));
    const second = (await read(bytes)).records[1];
    bytes.writeUInt32LE(0, (second?.at.offsetBytes ?? 0) + 4);
    const { records, damage, whole } = await read(bytes);
    expect(records.map(({ at }) => at.record)).toEqual([1, 3]);
    expect(damage.map(({ code, lost, note }) => [code, lost, note.split(":")[0]])).toEqual([
      ["EVTX_MALFORMED", "value", "EVTX_CHUNK_CHECKSUM"],
      ["EVTX_MALFORMED", "record", "EVTX_RECORD_FRAME"],
    ]);
    expect(damage[1]?.at).toEqual(second?.at);
    expect(whole?.gaps).toHaveLength(1);
  });
});
