import { describe, expect, it } from "vitest";

import type { SourceCoverage } from "../../model/index.ts";
import type { PairSeen } from "../../scan/index.ts";
import { ms } from "../testing/index.ts";
import { findMailPivot, mailStatement } from "./index.ts";
import {
  aMark,
  AT,
  FORGED,
  INTRUDER,
  ITEMS,
  ledger,
  mailEvent,
  mailGroup,
  wholeLedger,
  type Found,
} from "./testing/index.ts";

describe("names", () => {
  const SID = { kind: "sid", value: "s-1-5-21-1-2-3-1104" } as const;
  const aPair = (a: PairSeen["a"], b: PairSeen["b"]): PairSeen => ({
    a,
    b,
    excerpt: "x",
    count: 1,
    firstMs: ms(AT),
    lastMs: ms(AT),
    event: { at: mailEvent(AT).at, timeMs: ms(AT) },
  });
  const account = (name: string): PairSeen["a"] => ({ kind: "account", value: `school\\${name}` });
  const used = (mailbox: string): Found => ({
    followed: [mailGroup({ source: "httpproxy", address: INTRUDER, mailbox, actor: mailbox })],
  });

  it("are given as addresses where records pair them, with the others beside", () => {
    const pairs = [aPair(SID, account("a.b")), aPair(SID, { kind: "address", value: "a.b@school.example" })];
    expect(ledger({ ...used("S-1-5-21-1-2-3-1104"), pairs })).toMatchObject([
      { mailbox: "a.b@school.example", alsoKnownAs: ["school\\a.b", "s-1-5-21-1-2-3-1104"] },
    ]);
  });

  it("of a mailbox that several people open are no pair: a delegate is not the owner", () => {
    const guid = { kind: "guid", value: "12345678-4444-1234-4567-123456789987" } as const;
    const pairs = [aPair(guid, account("a.b")), aPair(guid, account("c.d"))];
    expect(ledger({ ...used(guid.value), pairs })[0]?.mailbox).toBe(guid.value);
  });

  it("that share one SID are shown both, with a note", () => {
    const pairs = [aPair(SID, account("a.b")), aPair(SID, account("a.married"))];
    const { identities } = wholeLedger({ ...used("SCHOOL\\a.b"), pairs });
    expect(identities[0]?.names.map(({ value }) => value)).toEqual([
      "school\\a.b",
      "school\\a.married",
      SID.value,
    ]);
    expect(identities[0]?.note).toContain("several names");
    expect(identities[0]?.pairs[0]?.citation.path).toBe(ITEMS[0]?.path);
  });
});

describe("what is looked for in the second look", () => {
  it("are the seconds around forged requests, shortened when there are many", () => {
    const moments = (count: number): readonly string[] => {
      const marks = Array.from({ length: count }, (_, index) =>
        aMark(new Date(ms(AT) + index * 60_000).toISOString().slice(0, 19)),
      );
      return findMailPivot({ groups: [mailGroup(FORGED, marks)], pairs: [], left: 0 }, true).moments;
    };
    expect(moments(1)).toEqual(["21", "22", "23", "24", "25"].map((second) => `2021-03-03t10:41:${second}`));
    expect(moments(2_000).length).toBeLessThanOrEqual(300);
    expect(moments(2_000).every((text) => text.startsWith("2021-03-0"))).toBe(true);
  });
});

describe("the statement for a server", () => {
  const source = (id: string): SourceCoverage => ({
    source: id,
    title: id,
    items: 1,
    records: 10,
    damaged: 0,
    first: "2021-03-01T00:00:00.000Z",
    last: "2021-03-10T00:00:00.000Z",
    days: [
      { day: "2021-02-28", state: "missing", records: 0 },
      { day: "2021-03-04", state: "missing", records: 0 },
    ],
    retention: "",
  });

  it("names the days of the logs and what they cannot show, and never says that no mail was read", () => {
    const { text, notVisible, sources } = mailStatement([source("httpproxy/Ews"), source("ews")], [], {
      left: 0,
      crowded: [],
    });
    expect(text).toContain(
      "No record of reading by an intruder in these logs, which cover 1 March 2021 to 10 March 2021",
    );
    expect(notVisible.join(" ")).toContain("message tracking");
    expect(notVisible.join(" ")).toContain("Anything before 1 March 2021");
    expect(sources).toMatchObject([{ missingDays: 1 }, { missingDays: 1 }]);
  });

  it("says that nothing can be told where no log records mail access", () => {
    expect(
      mailStatement([source("windows-events/Application")], [], { left: 0, crowded: [] }).text,
    ).toContain("cannot be told");
  });

  it("tells of records and gateways that are left out", () => {
    const { notVisible } = mailStatement([source("ews")], [], { left: 12, crowded: [INTRUDER] });
    expect(notVisible.join(" ")).toMatch(/12 more records[\s\S]*203\.0\.113\.9/u);
  });
});

describe("names to look for", () => {
  it("are those of the days of the acts; only ids that nothing pairs are sought everywhere", () => {
    const sid = "S-1-5-21-1-2-3-1104";
    const group = mailGroup({
      ...FORGED,
      sign: "as-another",
      mailbox: sid,
      actor: "SCHOOL\\EX01$",
      source: "ews",
    });
    const pivot = findMailPivot({ groups: [group], pairs: [], left: 0 }, true);
    expect(pivot).toMatchObject({
      names: [`sid ${sid.toLowerCase()}`],
      days: ["2021-03-03"],
      ids: [`sid ${sid.toLowerCase()}`],
    });
    const a = { kind: "sid", value: sid.toLowerCase() } as const;
    const b = { kind: "account", value: "school\\a.b" } as const;
    const at = { at: mailEvent(AT).at, timeMs: ms(AT) };
    const pair = { a, b, excerpt: "", count: 1, firstMs: null, lastMs: null, event: at };
    expect(findMailPivot({ groups: [group], pairs: [pair], left: 0 }, true).ids).toEqual([]);
  });
});
