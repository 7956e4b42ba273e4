import { describe, expect, it } from "vitest";

import type { MailRow, MailWatcher } from "../detect/index.ts";
import type { Event } from "../model/index.ts";
import { ItemMail, type MailFacts } from "./item-mail.ts";
import { MailStore } from "./mail-store.ts";

function anEvent(raw: string, timeMs: number | null = 1_000): Event {
  return {
    artifact: "exchange-ews",
    timeMs,
    server: null,
    fields: {},
    ecs: {},
    at: { item: 0, offsetBytes: 0, lengthBytes: 1, record: 1 },
    raw,
    repairs: [],
  };
}

function aRow(more: Partial<MailRow> = {}): MailRow {
  return {
    kind: "read",
    source: "ews",
    sign: "plain",
    mailbox: "a.b@school.example",
    actor: "a.b@school.example",
    address: "203.0.113.9",
    protocol: "EWS",
    verb: "GetItem",
    bytes: 100,
    agent: "",
    requestId: null,
    detail: {},
    ...more,
  };
}

/** Reads every event as what `rowOf` says. */
function watcherOf(rowOf: (event: Event) => MailRow): MailWatcher {
  return {
    literals: [],
    literalsFor: () => [],
    parseAll: new Set(),
    mayMatch: () => true,
    wishFor: () => "never",
    eventLiterals: () => [],
    match: () => [],
    look: (event) => ({ rows: [rowOf(event)], pairs: [] }),
  };
}

function factsOf(events: readonly Event[], rowOf: (event: Event) => MailRow = () => aRow()): MailFacts {
  const mail = new ItemMail(watcherOf(rowOf));
  for (const event of events) mail.add(event, "name:mx01");
  return mail.list();
}

function stored(...items: readonly MailFacts[]): ReturnType<MailStore["list"]> {
  const store = new MailStore();
  for (const item of items) store.addItem(item);
  return store.list();
}

describe("mail access over all items", () => {
  it("adds up records, bytes, operations and the span of time", () => {
    const verbs = ["GetItem", "FindItem", "GetItem"];
    const events = verbs.map((verb, index) => anEvent(verb + String(index), 1_000 * (index + 1)));
    const found = stored(factsOf(events, (event) => aRow({ verb: event.raw?.replace(/\d/u, "") ?? "" })));
    expect(found.groups).toMatchObject([
      {
        count: 3,
        bytes: 300,
        firstMs: 1_000,
        lastMs: 3_000,
        verbs: [
          { verb: "FindItem", count: 1 },
          { verb: "GetItem", count: 2 },
        ],
      },
    ]);
  });

  it("counts the same record of a live disk and a shadow copy once, and two equal records of one log twice", () => {
    const log = factsOf([anEvent("one"), anEvent("same"), anEvent("same")]);
    const copy = factsOf([anEvent("one"), anEvent("same"), anEvent("same"), anEvent("new")]);
    expect(stored(log, copy).groups[0]).toMatchObject({ count: 4, bytes: 400 });
  });

  it("gives the same for items whose groups come in another order", () => {
    const owners = (order: readonly string[]): MailFacts =>
      factsOf(
        order.map((name) => anEvent(name)),
        (event) => aRow({ mailbox: event.raw }),
      );
    const names = (found: ReturnType<MailStore["list"]>): readonly (string | null)[] =>
      found.groups.map(({ mailbox }) => mailbox);
    expect(names(stored(owners(["c", "a", "b"])))).toEqual(names(stored(owners(["b", "c", "a"]))));
  });

  it("holds a bounded number of mailboxes and says how many records are in none of them", () => {
    const events = Array.from({ length: 2_500 }, (_, index) => anEvent(String(index)));
    const facts = factsOf(events, (event) => aRow({ mailbox: `${event.raw ?? ""}@school.example` }));
    expect(facts.groups).toHaveLength(2_000);
    expect(facts.left).toBe(500);
    expect(stored(facts, facts).left).toBe(1_000);
  });

  it("counts exactly beyond the records that it keeps one by one", () => {
    const events = Array.from({ length: 6_000 }, (_, index) => anEvent(String(index), index));
    const found = stored(factsOf(events)).groups[0];
    expect(found).toMatchObject({
      count: 6_000,
      bytes: 600_000,
      verbs: [{ verb: "GetItem", count: 6_000 }],
      lastMs: 5_999,
    });
    expect(found?.marks.length).toBeLessThan(6_000);
  });

  it("is plain data that a worker can send", () => {
    const facts = factsOf([anEvent("x", null)]);
    expect(structuredClone(facts)).toEqual(facts);
  });
});
