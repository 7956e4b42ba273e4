import { openEvtx, storedText, toXml } from "@postern/evtx";
import type { EvtxRecord } from "@postern/evtx";
import { ansi, eventBody, eventDataTemplate, whole, wide, writeLog } from "@postern/evtx/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { BlockKernel, fromBytes } from "../core/index.ts";
import { EventTexts } from "./event-texts.ts";

const LITERALS = ["ssh", "w3wp.exe", "new-inboxrule", ".edb", "kernel"];
const KERNEL = BlockKernel.load();

type Value = ReturnType<typeof wide>;

async function recordOf(values: readonly Value[], provider = "P"): Promise<EvtxRecord> {
  const template = eventDataTemplate(values.map((_, at) => `Field${String(at)}`));
  const filetime = 132_592_464_000_000_000n;
  const body = eventBody({
    provider,
    eventId: 1,
    recordId: 1n,
    timeCreated: filetime,
    data: { nested: { template, values } },
  });
  const log = await openEvtx(fromBytes(writeLog([{ id: 1n, filetime, body }])));
  for await (const { records } of log.chunks()) for (const record of records) return record;
  throw new Error("a log that was written holds its record");
}

/** What each way to search says; they must agree. */
async function mayHold(values: readonly Value[], asked = LITERALS, provider = "P"): Promise<boolean> {
  const text = storedText(await recordOf(values, provider));
  if (text === null) return true;
  const plain = new EventTexts(LITERALS).testFor(asked)(text);
  expect(new EventTexts(LITERALS, KERNEL).testFor(asked)(text)).toBe(plain);
  return plain;
}

describe("texts are looked for before a record is decoded", () => {
  it("finds them in any case, at the beginning, in the middle and at the end of a value", async () => {
    expect(await mayHold([wide("C:\\W3WP.exe")])).toBe(true);
    expect(await mayHold([wide("x"), wide("SSH -R")])).toBe(true);
    expect(await mayHold([wide("New-InboxRule -Name x"), wide("y")])).toBe(true);
    expect(await mayHold([wide("C:\\Windows\\notepad.exe"), wide("s s h")])).toBe(false);
  });

  it("finds what the template itself says", async () => {
    expect(await mayHold([wide("x")], LITERALS, "Kernel-General")).toBe(true);
    expect(await mayHold([wide("x")], ["ssh"], "Kernel-General")).toBe(false);
  });

  it("says nothing of a record with text in a code page", async () => {
    expect(storedText(await recordOf([ansi(Buffer.from("plain"))]))).toBeNull();
  });

  it("takes letters for what expressions without regard to case take them for", async () => {
    expect(await mayHold([wide("x.p\u017ft")])).toBe(true);
    expect(await mayHold([wide("\u212aernel")])).toBe(true);
  });

  it("decodes whatever is asked for a text that nobody announced", () => {
    expect(
      new EventTexts(["w3wp.exe"]).testFor(["other.exe"])({ bytes: new Uint8Array(0), constants: [] }),
    ).toBe(true);
  });

  it("never passes over a record of which a text holds one, whatever the values", async () => {
    const piece = fc.constantFrom(...LITERALS, "SSH", "W3wp.EXE", " ", "\\", "é", "漢", "x", "");
    const text = fc.array(piece, { maxLength: 5 }).map((parts) => wide(parts.join("")));
    const value = fc.oneof(
      text,
      fc.string({ maxLength: 20 }).map((one) => wide(one)),
      fc.nat().map((n) => whole(0x08, BigInt(n))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 5 }), async (values) => {
        const xml = toXml(await recordOf(values)).toLowerCase();
        const holds = LITERALS.some((literal) => xml.includes(literal));
        if (holds) expect(await mayHold(values)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
