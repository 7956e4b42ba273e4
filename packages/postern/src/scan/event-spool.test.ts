import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { RuleInfo } from "../detect/index.ts";
import type { Event } from "../model/index.ts";
import { EventSpool, spooledEvents } from "./event-spool.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-spool-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const rule = (id: string, rung: RuleInfo["rung"]): RuleInfo => ({
  ...{ id, rung, title: id, pack: "p", kind: "k", confidence: "low", cves: [], attack: [] },
});
const event = (offsetBytes: number, text = "x"): Event => ({
  ...{
    artifact: "iis-w3c",
    timeMs: 1,
    server: null,
    fields: { a: text, empty: "" },
    ecs: {},
    raw: text,
    repairs: [],
  },
  at: { item: 3, offsetBytes, lengthBytes: 1, record: null },
});
const spool = (stage: "reading" | "following", all = false): EventSpool =>
  new EventSpool({ folder, all }, stage, 3);

describe("events that are put aside", () => {
  it("come back in the order of their places, with what both looks found of a record joined", () => {
    const first = spool("reading");
    for (const at of [10, 30, 40]) first.add([rule("a", "L1")], event(at), "name:x");
    first.close();
    const second = spool("following");
    for (const at of [5, 30, 50]) second.add([rule("b", null), rule("a", "L1")], event(at), "name:x");
    second.close();
    const found = [...spooledEvents(folder, 3)].map(({ offsetBytes, rules, rung }) => [
      offsetBytes,
      rules.join(),
      rung,
    ]);
    expect(found).toEqual([
      [5, "b,a", "L1"],
      [10, "a", "L1"],
      [30, "a,b", "L1"],
      [40, "a", "L1"],
      [50, "b,a", "L1"],
    ]);
  });

  it("stand for many alike where a scanner asked again and again, but one by one where something worked", () => {
    spool("following").close();
    const keep = (all: boolean, rung: "L0" | "L2" | null): readonly (readonly [number, number])[] => {
      const writer = spool("reading", all);
      for (let at = 0; at < 250; at++) writer.add([rule("a", rung)], event(at), "name:x");
      writer.close();
      return [...spooledEvents(folder, 3)].map(({ offsetBytes, count }) => [offsetBytes, count] as const);
    };
    for (const rung of ["L0", null] as const) {
      expect(keep(false, rung)).toHaveLength(26);
      expect(keep(false, rung).at(-1)).toEqual([249, 225]);
      expect(keep(true, rung)).toHaveLength(250);
    }
    expect(keep(false, "L2")).toHaveLength(250);
  });

  it("lose nothing at the edges of the pieces in which they are read, and are cut when they are long", () => {
    spool("following").close();
    const writer = spool("reading");
    for (let at = 0; at < 600; at++) writer.add([], event(at, "ä".repeat(3_900 + (at % 200))), "item:3");
    writer.close();
    const found = [...spooledEvents(folder, 3)];
    expect(found).toHaveLength(600);
    expect(found[199]?.raw).toHaveLength(4_000);
    expect(found[0]?.fields).toEqual({ a: "ä".repeat(3_900) });
  });

  it("leave no file for an item without any, nor one of an earlier reading", () => {
    spool("reading").close();
    spool("following").close();
    expect(readdirSync(folder)).toEqual([]);
    expect([...spooledEvents(folder, 3)]).toEqual([]);
  });
});
