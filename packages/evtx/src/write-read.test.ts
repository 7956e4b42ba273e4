import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataOf, systemOf, toJson } from "@postern/evtx";
import type { EvtxRecord } from "@postern/evtx";
import * as made from "./testing/index.ts";

/** Texts as Windows stores them: any UTF-16 without a zero, halves of surrogate pairs apart. */
const text = fc.string({ unit: "binary", maxLength: 40 }).filter((value) => !value.includes("\0"));
const name = fc.stringMatching(/^[A-Za-z]{1,8}$/u);

interface Written {
  readonly names: readonly string[];
  readonly texts: readonly string[];
  readonly eventId: number;
}

const event: fc.Arbitrary<Written> = fc.uniqueArray(name, { minLength: 1, maxLength: 8 }).chain((names) =>
  fc.record({
    names: fc.constant(names),
    texts: fc.array(text, { minLength: names.length, maxLength: names.length }),
    eventId: fc.integer({ min: 0, max: 65_535 }),
  }),
);

function toRecords(events: readonly Written[]): made.NewRecord[] {
  const templates = new Map<string, made.XmlElement>();
  return events.map(({ names, texts, eventId }, index) => {
    const id = BigInt(index) + 1_000_000_000_000n;
    const key = names.join(" ");
    const template = templates.get(key) ?? made.eventDataTemplate(names);
    templates.set(key, template);
    const data = { nested: { template, values: texts.map(made.wide) } };
    const filetime = 132_592_423_316_816_401n + BigInt(index);
    return { id, filetime, body: made.eventBody({ eventId, recordId: id, timeCreated: filetime, data }) };
  });
}

describe("what was written is read", () => {
  it("for any names and texts, over as many chunks as it takes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 120 }), async (events) => {
        const json: unknown[] = [];
        const log = made.writeLog(toRecords(events));
        const read = await made.readBack(log, (record) => json.push(toJson(record)));
        expect(read.damage).toEqual([]);
        expect(read.records.map(valuesOf)).toEqual(
          events.map(({ names, texts }) => names.map((key, at) => [key, texts[at]])),
        );
        expect(read.records.map((record) => systemOf(record)?.eventId)).toEqual(
          events.map(({ eventId }) => String(eventId)),
        );
        expect(json).toMatchObject(
          events.map(({ names, texts }) => ({
            Event: { EventData: Object.fromEntries(names.map((key, at) => [key, texts[at]])) },
          })),
        );
      }),
      { numRuns: 40, seed: 4 },
    );
  });
});

function valuesOf(record: EvtxRecord): readonly (readonly [string | null, string])[] {
  return dataOf(record).map(({ name: key, value }) => [key, value]);
}
