import { describe, expect, it } from "vitest";
import {
  CHUNK_BYTES,
  FILE_HEADER_BYTES,
  damageOf,
  parseFileHeader,
  readChunk,
  toJson,
  toJsonText,
  toXml,
} from "@postern/evtx";
import * as made from "./testing/index.ts";

const TIME = 132_592_423_316_816_401n;
const DATA = made.eventDataTemplate(["Text"]);

function recordsUpTo(count: number, textUnits = 200): made.NewRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const id = BigInt(index + 1);
    const values = [made.wide(`${String(index)} `.padEnd(textUnits, "x"))];
    const data = { nested: { template: DATA, values } };
    return {
      id,
      filetime: TIME,
      body: made.eventBody({ eventId: 1, recordId: id, timeCreated: TIME, data }),
    };
  });
}

const log = (count: number, options: made.NewLogOptions = {}): Buffer =>
  Buffer.from(made.writeLog(recordsUpTo(count), options));

const idsOf = ({ records }: made.ReadBack): readonly number[] => records.map(({ id }) => Number(id));
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const codesOf = ({ damage }: made.ReadBack): readonly string[] => damage.map(({ code }) => code);

describe("a damaged log gives what is readable and says what it lost", () => {
  it("reads every chunk of a healthy log without damage", async () => {
    const bytes = log(300);
    expect(bytes.length).toBeGreaterThan(FILE_HEADER_BYTES + 2 * CHUNK_BYTES);
    const read = await made.readBack(bytes);
    expect(idsOf(read)).toEqual(upTo(300));
    expect(read.damage).toEqual([]);
  });

  it.each([0, 1, 500])("reads all chunks although the header counts %i", async (claimedChunks) => {
    expect(idsOf(await made.readBack(log(300, { claimedChunks, dirty: true })))).toEqual(upTo(300));
  });

  it.each([1, 2])("reads format 3.%i, and says so", async (minorVersion) => {
    const bytes = log(20, { minorVersion });
    expect(parseFileHeader(bytes)).toMatchObject({ majorVersion: 3, minorVersion, checksumValid: true });
    expect(idsOf(await made.readBack(bytes))).toEqual(upTo(20));
  });

  it("tells a log that was in use and one that is full", () => {
    expect(parseFileHeader(log(1, { dirty: true }))).toMatchObject({ dirty: true, full: false });
    expect(parseFileHeader(log(1, { full: true }))).toMatchObject({ dirty: false, full: true });
  });

  it("reads a log whose file header is gone, and says so", async () => {
    const read = await made.readBack(log(100).fill(0, 0, 64));
    expect(idsOf(read)).toEqual(upTo(100));
    expect(codesOf(read)).toEqual(["EVTX_FILE_HEADER"]);
  });

  it("reads a chunk with wrong checksums, and says that something was changed", async () => {
    const bytes = log(20);
    bytes[FILE_HEADER_BYTES + 52] = 1 + (bytes[FILE_HEADER_BYTES + 52] ?? 0);
    const read = await made.readBack(bytes);
    expect(idsOf(read)).toEqual(upTo(20));
    expect(codesOf(read)).toEqual(["EVTX_CHUNK_CHECKSUM", "EVTX_CHUNK_CHECKSUM"]);
  });

  it("skips a chunk without signature and goes on with the next one", async () => {
    const bytes = log(300);
    bytes.fill(0x41, FILE_HEADER_BYTES, FILE_HEADER_BYTES + 8);
    const read = await made.readBack(bytes);
    expect(codesOf(read)).toEqual(["EVTX_CHUNK_SIGNATURE"]);
    expect(read.damage[0]).toMatchObject({ offsetBytes: FILE_HEADER_BYTES, lost: "chunk" });
    expect(idsOf(read).at(-1)).toBe(300);
  });

  it("does not call a chunk damaged that was reserved and never used", async () => {
    const read = await made.readBack(Buffer.concat([log(20), Buffer.alloc(CHUNK_BYTES)]));
    expect(read.damage).toEqual([]);
  });

  it.each([0, 7, 0xffff_ffff])("goes on behind a record whose size says %i", async (size) => {
    const bytes = log(20);
    const third = (await made.readBack(bytes)).records[2];
    bytes.writeUInt32LE(size, (third?.offsetBytes ?? 0) + 4);
    const read = await made.readBack(bytes);
    expect(idsOf(read)).toEqual(upTo(20).filter((id) => id !== 3));
    const frame = read.damage.find(({ code }) => code === "EVTX_RECORD_FRAME");
    expect(frame).toMatchObject({ offsetBytes: third?.offsetBytes, recordId: 3n, lost: "record" });
  });

  it("keeps the id of a record whose template lies outside of the chunk", async () => {
    const bytes = log(3);
    const second = (await made.readBack(bytes)).records[1];
    bytes.writeUInt32LE(0x00ff_ffff, (second?.offsetBytes ?? 0) + 24 + 4 + 6);
    const read = await made.readBack(bytes, (record) => toJson(record));
    expect(idsOf(read)).toEqual([1, 2, 3]);
    expect(read.damage.find(({ code }) => code === "EVTX_BINXML")).toMatchObject({
      recordId: 2n,
      lost: "record",
    });
  });

  it("ends on a template that contains itself", () => {
    const loop: { template: made.XmlElement; values: [] } = { template: { element: "Loop" }, values: [] };
    const { bytes } = made.writeChunk(recordsUpTo(1));
    const [plain] = readChunk(bytes, 0).records;
    expect(plain).toBeDefined();
    Object.assign(loop.template, { children: [{ instance: loop }] });
    const body = made.eventBody({ eventId: 1, recordId: 1n, timeCreated: TIME, data: { nested: loop } });
    const written = made.writeChunk([{ id: 1n, filetime: TIME, body }]).bytes;
    const [record] = readChunk(written, 0).records;
    if (record === undefined) throw new Error("the record was not read");
    expect(toXml(record)).toContain("<EventID>1</EventID>");
    expect(damageOf(record)[0]?.note).toMatch(/nest too deep/u);
  });

  it("ends on a chunk of small records that unfold to megabytes each", () => {
    // Every level repeats the one below sixty times.
    const leaf = { element: "L", children: Array.from({ length: 60 }, () => ({ slot: 0 })) };
    const nest = (depth: number): made.InstanceValue =>
      depth === 0 ? made.wide("0123456789") : { nested: { template: leaf, values: [nest(depth - 1)] } };
    const records = Array.from({ length: 400 }, (_, index): made.NewRecord => {
      const id = BigInt(index + 1);
      const data = nest(5);
      return {
        id,
        filetime: TIME,
        body: made.eventBody({ eventId: 1, recordId: id, timeCreated: TIME, data }),
      };
    });
    const chunk = readChunk(made.writeChunk(records).bytes, 0);
    const sizes = chunk.records.map((record) => toJsonText(record).length);
    expect(chunk.records.length).toBeGreaterThan(80);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(64 << 20);
    expect(chunk.records.flatMap(damageOf).length).toBeGreaterThan(0);
  });

  it("finds records in the free space of a chunk when asked, and marks them", () => {
    const { bytes } = made.writeChunk(recordsUpTo(20));
    const all = readChunk(bytes, 0).records;
    const tenth = all[9];
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    view.setUint32(48, tenth?.offsetBytes ?? 0, true);
    made.resealHeader(bytes);
    expect(readChunk(bytes, 0).records).toHaveLength(9);
    const carved = readChunk(bytes, 0, { carve: true }).records.filter(({ origin }) => origin === "carved");
    expect(carved.map(({ id }) => Number(id))).toEqual(upTo(20).slice(9));
    expect(toJson(carved.at(-1) ?? fail())).toEqual(toJson(all.at(-1) ?? fail()));
  });
});

function fail(): never {
  throw new Error("there is no such record");
}
