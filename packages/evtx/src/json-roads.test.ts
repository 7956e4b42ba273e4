import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DUMP_STYLE, WINDOWS_STYLE, readChunk, toJson, toJsonBytes, toJsonText } from "@postern/evtx";
import type { EvtxRecord, Style } from "@postern/evtx";
import { fragmentJson } from "./json.ts";
import { programOf } from "./json-program.ts";
import { startRendering } from "./record.ts";
import * as made from "./testing/index.ts";

const TIME = 132_592_423_316_816_401n;

function recordsOf(bodies: readonly made.InstanceValue[]): readonly EvtxRecord[] {
  const records = made.numberedRecords(bodies, TIME);
  return readChunk(made.writeChunk(records).bytes, 0).records;
}

function plainRoad(record: EvtxRecord, style: Style): string {
  if (record.root === null) throw new Error("the record cannot be opened");
  return fragmentJson(record.root, startRendering(record, style));
}

function compare(record: EvtxRecord): void {
  for (const style of [DUMP_STYLE, WINDOWS_STYLE]) {
    const plain = plainRoad(record, style);
    expect(toJsonText(record, style)).toBe(plain);
    expect(Buffer.from(toJsonBytes(record, style)).toString("utf8")).toBe(plain);
    expect(JSON.parse(plain)).toEqual(toJson(record, style));
  }
}

const stored: fc.Arbitrary<made.StoredValue> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }).map(made.wide),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((units) => ({
    type: 0x01,
    bytes: Uint8Array.from(Buffer.from(Uint16Array.from(units).buffer)),
  })),
  fc.array(fc.string({ maxLength: 8 }), { maxLength: 4 }).map(made.wideList),
  fc
    .tuple(
      fc.constantFrom(3, 4, 5, 6, 7, 8, 9, 10, 0x10, 0x14, 0x15),
      fc.bigInt(-(1n << 63n), (1n << 64n) - 1n),
    )
    .map(([type, value]) => made.whole(type, value)),
  fc.boolean().map(made.truth),
  fc.uint8Array({ maxLength: 20 }).map(made.binary),
  fc.bigInt(0n, (1n << 64n) - 1n).map(made.filetime),
  fc.array(fc.nat(), { maxLength: 5 }).map((parts) => made.sid(5, parts)),
  fc.constant(made.nothing),
  fc.double().map((value) => made.real(8, value)),
  fc.constant(made.guid("54849625-5478-4994-A5BA-3E3B0328C30D")),
  // Any type with any bytes: too short, unknown, a list of what has no list.
  fc.record({
    type: fc.integer({ min: 0, max: 255 }).filter((type) => (type & 0x7f) !== 0x21),
    bytes: fc.uint8Array({ maxLength: 20 }),
  }),
);

const names = fc.array(fc.option(fc.constantFrom("A", "B", "C", "Binary", "Data")), {
  minLength: 1,
  maxLength: 6,
});

describe("the quick way to JSON writes the same bytes as the plain one", () => {
  it("is taken for events as Windows writes them", () => {
    const [record] = recordsOf([
      { nested: { template: made.eventDataTemplate(["A"]), values: [made.wide("x")] } },
    ]);
    expect(
      record?.root === null || record === undefined ? null : programOf(record.root.template),
    ).not.toBeNull();
  });

  it("for any names and values", () => {
    fc.assert(
      fc.property(names, fc.array(stored, { minLength: 6, maxLength: 6 }), (keys, values) => {
        const template = made.eventDataTemplate(keys);
        const used = values.slice(0, keys.length);
        for (const record of recordsOf([
          { nested: { template, values: used } },
          { nested: { template, values: used.toReversed() } },
        ]))
          compare(record);
      }),
      { numRuns: 400, seed: 4 },
    );
  });

  it("for shapes of every kind", () => {
    const inner = { template: { element: "In", children: [{ slot: 0 }] }, values: [made.wide("x")] };
    const texts = made.wideList(["a", 'b"', ""]);
    const attributed = (name: string): made.XmlElement => ({
      element: "E",
      attributes: [[name, { slot: 0, optional: true }]],
      children: [{ slot: 1 }],
    });
    const wrap = (...children: made.Xml[]): made.XmlElement => ({ element: "UserData", children });
    const bodies: made.InstanceValue[] = [
      { bare: wrap() },
      { bare: wrap("text", "more") },
      { bare: wrap({ element: "A", children: ["é", { entity: "lt" }] }, { element: "A", children: ["2"] }) },
      {
        bare: {
          element: "UserData",
          attributes: [["xmlns", "u"]],
          children: [{ element: "X", attributes: [["a", "1"]] }],
        },
      },
      { nested: { template: wrap({ slot: 0 }), values: [{ nested: inner }] } },
      { nested: { template: wrap({ slot: 0 }), values: [made.wide("no XML")] } },
      {
        nested: {
          template: wrap({ element: "In" }, { slot: 0 }, { slot: 1 }),
          values: [{ nested: inner }, made.nothing],
        },
      },
      {
        nested: {
          template: wrap({ element: "Out" }, { slot: 0 }, { slot: 1 }),
          values: [made.nothing, { nested: inner }],
        },
      },
      { nested: { template: wrap({ instance: inner }), values: [] } },
      { nested: { template: wrap(attributed("n")), values: [made.wide("v"), made.whole(8, 3n)] } },
      { nested: { template: wrap(attributed("n")), values: [made.nothing, made.whole(8, 3n)] } },
      { nested: { template: wrap(attributed("n")), values: [made.nothing, made.nothing] } },
      { nested: { template: wrap(attributed("n")), values: [texts, texts] } },
      { nested: { template: wrap({ element: "Data", children: [{ slot: 0 }] }), values: [texts] } },
      {
        nested: {
          template: wrap({ element: "Data", children: [{ slot: 0 }] }),
          values: [made.wideList(["only"])],
        },
      },
      {
        nested: { template: wrap({ element: "Data", children: [{ slot: 0 }] }), values: [made.wideList([])] },
      },
      { nested: { template: made.eventDataTemplate([null, null]), values: [made.wide("a"), made.nothing] } },
      {
        nested: {
          template: wrap({ element: 'odd "name"', children: [{ slot: 0 }] }),
          values: [made.wide("x")],
        },
      },
    ];
    recordsOf(bodies).forEach(compare);
  });
});
