import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CHUNK_BYTES,
  FILE_HEADER_BYTES,
  carveEvtx,
  createRecordMemory,
  damageOf,
  dataOf,
  readChunk,
  toJson,
} from "@postern/evtx";
import type { EvtxRecord } from "@postern/evtx";
import * as made from "./testing/index.ts";

const TIME = 132_592_423_316_816_401n;
const DATA = made.eventDataTemplate(["Text"]);

function newRecords(count: number, firstId = 1): made.NewRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const id = BigInt(index + firstId);
    const data = { nested: { template: DATA, values: [made.wide(`text ${String(id)}`)] } };
    return {
      id,
      filetime: TIME + id,
      body: made.eventBody({ eventId: 1, recordId: id, timeCreated: TIME, data }),
    };
  });
}

function sourceOf(bytes: Uint8Array) {
  const read = (offset: number, length: number): Promise<Uint8Array> =>
    Promise.resolve(bytes.subarray(offset, offset + length));
  return { sizeBytes: bytes.length, read };
}

async function carveAll(bytes: Uint8Array): Promise<readonly EvtxRecord[]> {
  const records: EvtxRecord[] = [];
  for await (const chunk of carveEvtx(sourceOf(bytes))) records.push(...chunk.records);
  return records;
}

const idsOf = (records: readonly EvtxRecord[]): readonly number[] => records.map(({ id }) => Number(id));
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const textsOf = (records: readonly EvtxRecord[]): readonly string[] =>
  records.map((record) => dataOf(record)[0]?.value ?? "?");

describe("records are found where no log counts them any more", () => {
  it("in whole chunks at any offset of a blob, marked as carved, with their place", async () => {
    const chunk = made.writeChunk(newRecords(20)).bytes;
    const blob = Buffer.concat([Buffer.alloc(700_001, 0x2a), chunk, Buffer.alloc(900_000), chunk]);
    const records = await carveAll(blob);
    expect(idsOf(records)).toEqual([...upTo(20), ...upTo(20)]);
    expect(records.every(({ origin }) => origin === "carved")).toBe(true);
    expect(records[0]?.offsetBytes).toBe(700_001 + 512);
    expect(textsOf(records)[19]).toBe("text 20");
  });

  it("in a chunk over whose end another one was written", async () => {
    const old = made.writeChunk(newRecords(300)).bytes;
    const blob = Buffer.concat([old.subarray(0, 8192), made.writeChunk(newRecords(3, 900)).bytes]);
    const ids = idsOf(await carveAll(blob));
    expect(ids.slice(-3)).toEqual([900, 901, 902]);
    expect(ids.slice(0, -3)).toEqual(upTo(ids.length - 3));
    expect(ids.length).toBeGreaterThan(20);
  });

  it("alone, with their template where it stands in one of them", async () => {
    const chunk = Buffer.from(made.writeChunk(newRecords(20)).bytes);
    // The chunk's header and everything else before the first record is gone.
    const records = await carveAll(Buffer.concat([Buffer.from("something else"), chunk.subarray(512)]));
    expect(idsOf(records)).toEqual(upTo(20));
    expect(textsOf(records)).toEqual(upTo(20).map((id) => `text ${String(id)}`));
  });

  it("alone before a whole chunk, which is then read as one", async () => {
    const loose = made.writeChunk(newRecords(3)).bytes.subarray(512, 4096);
    const chunk = made.writeChunk(newRecords(5, 900)).bytes;
    const headers: boolean[] = [];
    for await (const one of carveEvtx(sourceOf(Buffer.concat([loose, chunk]))))
      headers.push(one.header !== null);
    expect(headers).toEqual([false, true]);
    expect(idsOf(await carveAll(Buffer.concat([loose, chunk])))).toEqual([1, 2, 3, 900, 901, 902, 903, 904]);
  });

  it("alone, and keep id and time where their template is gone", async () => {
    const chunk = made.writeChunk(newRecords(3)).bytes;
    const [, second] = readChunk(chunk, 0).records;
    const records = await carveAll(chunk.subarray(second?.offsetBytes));
    expect(idsOf(records)).toEqual([2, 3]);
    expect(records.map(({ filetime }) => filetime)).toEqual([TIME + 2n, TIME + 3n]);
    expect(records.flatMap(damageOf).map(({ lost }) => lost)).toEqual(["record", "record"]);
  });

  it("in a chunk without signature, when asked", () => {
    const chunk = Buffer.from(made.writeChunk(newRecords(5)).bytes).fill(0, 0, 512);
    expect(readChunk(chunk, 0).records).toEqual([]);
    const { records, damage } = readChunk(chunk, 0, { carve: true });
    expect(textsOf(records)).toEqual(upTo(5).map((id) => `text ${String(id)}`));
    expect(damage.map(({ code }) => code)).toEqual(["EVTX_CHUNK_SIGNATURE"]);
  });

  it("in slack, but not read with a template that was written over theirs", () => {
    const chunk = Buffer.from(made.writeChunk(newRecords(5)).bytes);
    const [first, second] = readChunk(chunk, 0).records;
    chunk.writeUInt32LE(second?.offsetBytes ?? 0, 48);
    made.resealHeader(chunk);
    // Another definition stands where the one of the old records stood.
    chunk.writeUInt32LE(0xdead, (first?.offsetBytes ?? 0) + 24 + 4 + 10 + 4);
    const { records } = readChunk(chunk, 0, { carve: true });
    expect(records.map(({ origin }) => origin)).toEqual(["log", "carved", "carved", "carved", "carved"]);
    const carved = records.slice(1);
    carved.forEach((record) => toJson(record));
    expect(carved.flatMap(damageOf).map(({ note }) => note)).toEqual(
      carved.map(() => "The template of this record was overwritten."),
    );
  });

  it("and told when they come twice", async () => {
    const log = Buffer.from(made.writeLog(newRecords(2000)));
    const memory = createRecordMemory();
    const { records } = await made.readBack(log);
    expect(records.some((record) => memory.isRepeated(record))).toBe(false);
    expect((await carveAll(log)).every((record) => memory.isRepeated(record))).toBe(true);
    const [other] = await carveAll(made.writeChunk(newRecords(1, 5000)).bytes);
    expect(other !== undefined && memory.isRepeated(other)).toBe(false);
  });

  it("or not at all, whatever the bytes are", async () => {
    const chunk = made.writeChunk(newRecords(4)).bytes.subarray(0, 4096);
    const cut = fc.tuple(fc.nat(4095), fc.nat(4095), fc.uint8Array({ maxLength: 40 }));
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { maxLength: 6 }), async (pieces) => {
        const blob = pieces.flatMap(([from, to, noise]) => [chunk.subarray(from, to), noise]);
        for (const record of await carveAll(Buffer.concat(blob))) {
          toJson(record);
          dataOf(record);
        }
      }),
      { numRuns: 200, seed: 4 },
    );
  });
});

describe("a log that ends too early", () => {
  const log = Buffer.from(made.writeLog(newRecords(1500)));
  const chunks = (log.length - FILE_HEADER_BYTES) / CHUNK_BYTES;

  it("says how many chunks are missing, although the last one is whole", async () => {
    expect(chunks).toBeGreaterThan(4);
    const { damage } = await made.readBack(log.subarray(0, FILE_HEADER_BYTES + 2 * CHUNK_BYTES));
    expect(damage).toEqual([
      {
        code: "EVTX_FILE_CUT",
        offsetBytes: FILE_HEADER_BYTES + 2 * CHUNK_BYTES,
        lengthBytes: (chunks - 2) * CHUNK_BYTES,
        recordId: null,
        lost: "rest",
        note: `The file ends ${String(chunks - 2)} chunks before the end that its header states.`,
      },
    ]);
  });

  it("says it once when it is read in parts", async () => {
    const cut = log.subarray(0, FILE_HEADER_BYTES + 2 * CHUNK_BYTES);
    const parts = [0, 2, 4].map((fromChunk) =>
      made.readBack(cut, undefined, { fromChunk, toChunk: fromChunk + 2 }),
    );
    const missing = (await Promise.all(parts)).flatMap(({ damage }) => damage);
    const bytes = missing.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    expect(bytes).toBe((Math.min(chunks, 6) - 2) * CHUNK_BYTES);
  });
});
