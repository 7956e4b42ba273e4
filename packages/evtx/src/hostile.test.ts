import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  EVTX_DAMAGE_CODES,
  FILE_HEADER_BYTES,
  dataOf,
  fieldsOf,
  readChunk,
  renderedMessage,
  systemOf,
  toJson,
  toXml,
} from "@postern/evtx";
import type { EvtxRecord } from "@postern/evtx";
import * as made from "./testing/index.ts";

const TIME = 132_592_423_316_816_401n;

/** One record of each kind that a log can hold: values of every type, a list, bare XML, an instance inside of a template. */
function smallLog(): Buffer {
  const values = [
    made.wide("text"),
    made.wideList(["a", "b"]),
    made.sid(5, [18]),
    made.truth(true),
    made.filetime(TIME),
  ];
  const template = made.eventDataTemplate(["A", null, "C", "D", "E"]);
  const inner = { template: { element: "Inner", children: [{ slot: 0 }] }, values: [made.wide("x")] };
  const bodies: readonly made.InstanceValue[] = [
    { nested: { template, values } },
    { nested: { template, values } },
    {
      bare: {
        element: "UserData",
        attributes: [["xmlns", "u"]],
        children: [{ element: "X", children: ["y"] }],
      },
    },
    { nested: { template: { element: "UserData", children: [{ instance: inner }] }, values: [] } },
  ];
  const records = made.numberedRecords(bodies, TIME);
  return Buffer.from(made.writeLog(records));
}

/** Every output there is; JSON must be JSON. */
function decodeAll(record: EvtxRecord): void {
  toJson(record);
  toXml(record);
  systemOf(record);
  dataOf(record);
  renderedMessage(record);
  fieldsOf(record, ["A", "X"]);
}

const LOG = smallLog();
const USED = LOG.indexOf(Buffer.alloc(64), FILE_HEADER_BYTES + 512);

describe("whatever the bytes say, reading gives records or damage", () => {
  it("reads the log that the other tests break", async () => {
    const read = await made.readBack(LOG, decodeAll);
    expect(read.records).toHaveLength(4);
    expect(read.damage).toEqual([]);
  });

  it("survives a cut at every offset, and gives the records before the cut", async () => {
    const whole = (await made.readBack(LOG)).records;
    for (let end = 0; end < USED; end++) {
      const read = await made.readBack(LOG.subarray(0, end), decodeAll);
      const before = whole.filter(({ offsetBytes, sizeBytes }) => offsetBytes + sizeBytes <= end).length;
      expect(read.records, `cut at ${String(end)}`).toHaveLength(before);
      if (end > FILE_HEADER_BYTES || end < 128)
        expect(read.damage.length, `cut at ${String(end)}`).toBeGreaterThan(0);
    }
  });

  it("survives every byte of the chunk being flipped", async () => {
    for (let at = FILE_HEADER_BYTES; at < USED; at++) {
      const bytes = Buffer.from(LOG.subarray(0, USED));
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      const { damage } = await made.readBack(bytes, decodeAll);
      for (const { code } of damage) expect(EVTX_DAMAGE_CODES).toContain(code);
    }
  });

  it("survives any bytes put anywhere", () => {
    const place = fc.integer({ min: FILE_HEADER_BYTES, max: USED - 1 });
    const patches = fc.array(fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 8 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(patches, (changes) => {
        const chunk = Buffer.from(LOG.subarray(FILE_HEADER_BYTES, FILE_HEADER_BYTES + 65_536));
        for (const [at, bytes] of changes) chunk.set(bytes, at - FILE_HEADER_BYTES);
        readChunk(chunk, FILE_HEADER_BYTES, { carve: true }).records.forEach(decodeAll);
      }),
      { numRuns: 400, seed: 4 },
    );
  });

  it("survives a chunk of any bytes behind its signature", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        const chunk = Buffer.concat([Buffer.from("ElfChnk\0"), bytes]);
        readChunk(chunk, 0, { carve: true }).records.forEach(decodeAll);
      }),
      { numRuns: 200, seed: 4 },
    );
  });
});
