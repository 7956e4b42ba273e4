import { describe, expect, it } from "vitest";

import type { Event, MailboxLine, SourceCoverage } from "../../model/index.ts";
import type { MailGroup, MailMark, MatchGroup, PairSeen, ScanResult } from "../../scan/index.ts";
import { createAddressJoin } from "../findings/address-join.ts";
import { resolveServers } from "../servers/resolve-servers.ts";
import { aGroup, anEvent, anItem, aTally, ms } from "../testing/index.ts";
import { collectMail, findMailPivot, finishMail, mailStatement } from "./index.ts";

const INTRUDER = "203.0.113.9";
const AT = "2021-03-03T10:41:23";
const ITEMS = [
  anItem(0, {
    artifact: "exchange-httpproxy",
    tallies: [aTally("name:ex01", "httpproxy/Ecp", { from: "2021-03-01T00:00", to: "2021-03-10T00:00" })],
  }),
];

let lines = 0;
function mailEvent(time: string, more: Partial<Event> = {}): Event {
  lines++;
  return anEvent({
    timeMs: ms(time),
    at: { item: 0, offsetBytes: lines * 100, lengthBytes: 90, record: lines },
    ...more,
  });
}

function aMark(time: string, more: Partial<MailMark> = {}): MailMark {
  return {
    timeMs: ms(time),
    verb: "GetItem",
    bytes: 1_000,
    requestId: null,
    message: null,
    fingerprint: `${time}${String(lines++)}`,
    ...more,
  };
}

/** A group of one or more records, each as a mark. */
function mailGroup(more: Partial<MailGroup>, marks: readonly MailMark[] = [aMark(AT)]): MailGroup {
  const verbs = new Map<string, number>();
  for (const { verb } of marks) verbs.set(verb, (verbs.get(verb) ?? 0) + 1);
  const times = marks.flatMap(({ timeMs }) => timeMs ?? []);
  return {
    serverKey: "name:ex01",
    source: "ews",
    sign: "plain",
    kind: null,
    mailbox: "a.b@school.example",
    actor: "SCHOOL\\a.b",
    address: null,
    protocol: "EWS",
    agent: "",
    detail: {},
    count: marks.length,
    bytes: marks.reduce((sum, { bytes }) => sum + bytes, 0),
    verbs: [...verbs].map(([verb, count]) => ({ verb, count })),
    firstMs: times.length === 0 ? null : Math.min(...times),
    lastMs: times.length === 0 ? null : Math.max(...times),
    marks,
    events: times.map((time) => mailEvent(new Date(time).toISOString().slice(0, 19))),
    ...more,
  };
}

const FORGED = {
  source: "httpproxy",
  sign: "forged",
  mailbox: null,
  actor: null,
  address: INTRUDER,
  agent: "python-requests/2.25",
} as const;
const COMMAND = {
  source: "management",
  sign: "command",
  protocol: "PowerShell",
  actor: "school.example/Users/Administrator",
} as const;

interface Found {
  readonly first?: readonly MailGroup[];
  readonly followed?: readonly MailGroup[];
  readonly pairs?: readonly PairSeen[];
  /** What rules matched besides. */
  readonly matches?: readonly MatchGroup[];
  readonly addresses?: readonly string[];
  readonly items?: ScanResult["items"];
}

function ledger(found: Found): readonly MailboxLine[] {
  const items = found.items ?? ITEMS;
  const matches = found.matches ?? [];
  const scan: ScanResult = {
    items,
    matches,
    pivots: [],
    damage: { total: 0, counts: [] },
    mail: {
      first: { groups: found.first ?? [], pairs: found.pairs ?? [], left: 0 },
      followed: { groups: found.followed ?? [], pairs: [], left: 0 },
    },
  };
  const servers = resolveServers(items);
  const join = createAddressJoin(matches, new Set());
  const mail = collectMail({ scan, matches, servers, join, addresses: found.addresses ?? [INTRUDER] });
  return finishMail(mail, { findings: [], actorOf: new Map([[INTRUDER, "A1"]]) }).mailboxes;
}

function inShort(all: readonly MailboxLine[]): readonly string[] {
  return all.map(({ mailbox, kind, confidence }) => `${mailbox} ${kind} ${confidence}`);
}

/** Somebody got in at that time. */
function brokenInto(time: string): readonly MatchGroup[] {
  return [
    aGroup({ rung: "L1" }, [
      mailEvent(time, { artifact: "exchange-httpproxy", ecs: { "source.ip": INTRUDER } }),
    ]),
  ];
}

describe("forged access", () => {
  const back = { sign: "as-another", actor: "SCHOOL\\EX01$", agent: "python-requests/2.25" } as const;

  it("joined to the front end's record by request id or second is likely, and has the front end's address and bytes", () => {
    const bySecond = ledger({
      first: [
        mailGroup(FORGED, [aMark(AT, { bytes: 90_000 })]),
        mailGroup(back, [aMark("2021-03-03T10:41:24", { bytes: 0 })]),
      ],
    });
    expect(inShort(bySecond)).toEqual(["a.b@school.example read likely"]);
    expect(bySecond[0]).toMatchObject({
      addresses: [INTRUDER],
      actor: "A1",
      bytesUpTo: 90_000,
      actedAs: "SCHOOL\\EX01$",
    });
    const front = mailGroup({ ...FORGED, agent: "" }, [aMark(AT, { requestId: "r1" })]);
    const own = mailGroup({ sign: "plain" }, [aMark("2021-03-03T10:45:00", { requestId: "r1" })]);
    expect(ledger({ first: [front], followed: [own] })[0]?.how).toContain("request id");
  });

  it("without the back end's record names no mailbox and is unknown, never nothing", () => {
    expect(inShort(ledger({ first: [mailGroup(FORGED)] }))).toEqual([
      "not named in the logs accessed unknown",
    ]);
  });

  it("without the front end's record is possible", () => {
    expect(inShort(ledger({ first: [mailGroup(back)] }))).toEqual(["a.b@school.example read possible"]);
  });

  it("takes no call of other people in the same second", () => {
    const other = mailGroup({
      mailbox: "c.d@school.example",
      actor: "SCHOOL\\c.d",
      agent: "MacOutlook/16",
      address: "10.0.0.7",
    });
    expect(inShort(ledger({ first: [mailGroup(FORGED)], followed: [other] }))).toEqual([
      "not named in the logs accessed unknown",
    ]);
  });

  it("uses each record of the back end once", () => {
    const front = mailGroup(FORGED, [aMark(AT), aMark(AT), aMark(AT)]);
    const found = ledger({ first: [front, mailGroup(back, [aMark(AT)])] });
    expect(found.map(({ requests, mailbox }) => `${mailbox} ${String(requests)}`)).toEqual([
      "a.b@school.example 1",
      "not named in the logs 2",
    ]);
  });
});

describe("access with an account", () => {
  const session = { source: "httpproxy", address: INTRUDER, protocol: "OWA" } as const;

  it("from an intruder's address is at most likely where the account is the owner's own", () => {
    expect(inShort(ledger({ followed: [mailGroup({ ...session, mailbox: "SCHOOL\\a.b" })] }))).toEqual([
      "SCHOOL\\a.b read likely",
    ]);
  });

  it("of somebody else's mailbox by MAPI is proven when the session was opened and used", () => {
    const marks = [aMark(AT, { verb: "Connect" }), aMark(AT, { verb: "Execute" })];
    const mapi = { ...session, protocol: "MAPI", mailbox: "c.d@school.example" } as const;
    expect(inShort(ledger({ followed: [mailGroup(mapi, marks)] }))).toEqual([
      "c.d@school.example opened proven",
    ]);
    expect(inShort(ledger({ followed: [mailGroup(mapi, marks.slice(0, 1))] }))).toEqual([
      "c.d@school.example opened likely",
    ]);
  });

  it("is counted once where the web server, the proxy and the back end recorded it", () => {
    const marks = [aMark(AT, { verb: "request", bytes: 500 }), aMark(AT, { verb: "request", bytes: 700 })];
    const verbs = [aMark(AT, { verb: "FindItem", bytes: 0 }), aMark(AT, { verb: "GetItem", bytes: 0 })];
    const ews = { ...session, protocol: "EWS" } as const;
    const found = ledger({
      followed: [
        mailGroup(ews, marks),
        mailGroup({ ...ews, source: "iis" }, marks),
        mailGroup({ ...ews, source: "ews" }, verbs),
      ],
    });
    expect(found).toMatchObject([
      { requests: 2, bytesUpTo: 1_200, verbs: [{ verb: "FindItem" }, { verb: "GetItem" }] },
    ]);
  });

  it("from an address that several accounts use is only possible, and from a gateway is not listed", () => {
    const people = (count: number): readonly MailGroup[] =>
      Array.from({ length: count }, (_, index) => {
        const name = `u${String(index)}@school.example`;
        return mailGroup({ ...session, mailbox: name, actor: name });
      });
    expect(new Set(ledger({ followed: people(6) }).map(({ confidence }) => confidence))).toEqual(
      new Set(["possible"]),
    );
    expect(ledger({ followed: people(60) })).toEqual([]);
  });

  it("of anybody else is nobody's business: delegates, backups, migrations", () => {
    const delegate = mailGroup({ ...session, address: "10.0.0.7", mailbox: "c.d@school.example" });
    const backup = mailGroup({ sign: "as-another", actor: "SCHOOL\\svc-backup", address: "10.0.0.9" });
    expect(ledger({ followed: [delegate, backup], addresses: [] })).toEqual([]);
  });
});

describe("commands", () => {
  const pst = {
    ...COMMAND,
    kind: "exported",
    detail: { target: "\\\\x\\c$\\a.pst", scope: "whole mailbox, no filter" },
  } as const;

  it("of administrators on a server that nobody broke into are not listed", () => {
    const right = mailGroup({ ...COMMAND, kind: "right-granted", detail: { target: "x" } });
    expect(ledger({ first: [mailGroup(pst), right], addresses: [] })).toEqual([]);
  });

  it("in the same seconds as an intruder's request are his: an export is likely, and proven when the file was written", () => {
    const matches = brokenInto(AT);
    expect(inShort(ledger({ first: [mailGroup(pst)], matches }))).toEqual([
      "a.b@school.example exported likely",
    ]);
    const file = mailGroup({
      source: "file",
      sign: "trace",
      kind: "exported",
      mailbox: null,
      detail: { target: "c$\\a.pst" },
    });
    expect(inShort(ledger({ first: [mailGroup(pst), file], matches }))).toEqual([
      "a.b@school.example exported proven",
    ]);
    const items = [...ITEMS, anItem(1, { artifact: "pst", name: "A.PST", sizeBytes: 7_000 })];
    expect(ledger({ first: [mailGroup(pst)], matches, items })[0]).toMatchObject({
      confidence: "proven",
      bytesUpTo: 7_000,
    });
  });

  it("within a day of an intruder's are one step less sure, and everyday rights are not listed at all", () => {
    const matches = brokenInto("2021-03-03T06:00:00");
    const right = mailGroup({ ...COMMAND, kind: "right-granted", detail: { target: "x" } });
    const found = ledger({ first: [mailGroup(pst), right], matches });
    expect(inShort(found)).toEqual(["a.b@school.example exported possible"]);
    expect(found[0]?.missing).toContain("an administrator may have");
    expect(ledger({ first: [mailGroup(pst)], matches: brokenInto("2021-02-01T06:00:00") })).toEqual([]);
  });

  it("in four logs are one act with four proofs", () => {
    const sources = ["management", "cmdlet", "audit", "ecp"] as const;
    const groups = sources.map((source) =>
      mailGroup({ ...pst, source, mailbox: source === "ecp" ? null : "a.b@school.example" }),
    );
    const found = ledger({ first: groups, matches: brokenInto(AT) });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ requests: 1 });
    expect(found[0]?.citations).toHaveLength(4);
  });

  it("that give reach over everything are one shared line, possible", () => {
    const reach = mailGroup({
      ...COMMAND,
      kind: "reach-granted",
      mailbox: "*",
      detail: { target: "x", scope: "role ApplicationImpersonation" },
    });
    expect(inShort(ledger({ first: [reach], matches: brokenInto(AT) }))).toEqual([
      "all mailboxes reach-granted possible",
    ]);
  });

  it("make what a granted account opened the intruder's, wherever it came from", () => {
    const reach = mailGroup({
      ...COMMAND,
      kind: "reach-granted",
      mailbox: "*",
      detail: { target: "helper9" },
    });
    const used = mailGroup({
      sign: "as-another",
      actor: "SCHOOL\\helper9",
      mailbox: "c.d@school.example",
      address: "198.51.100.4",
    });
    expect(inShort(ledger({ first: [reach], followed: [used], matches: brokenInto(AT) }))).toEqual([
      "c.d@school.example read likely",
      "all mailboxes reach-granted possible",
    ]);
  });
});

describe("forwards", () => {
  const hidden = { target: "drop@y.example", scope: "rule", abuse: "the rule forwards and hides it" };
  const rule = { ...COMMAND, kind: "rule-set", actor: "SCHOOL\\a.b", detail: hidden } as const;
  const flow = {
    source: "tracking",
    sign: "mail-flow",
    kind: "forwarded",
    actor: null,
    protocol: "Mail flow",
    detail: { target: "drop@y.example" },
  } as const;
  const message = (id: string, delivered: boolean): MailMark =>
    aMark(AT, {
      verb: "MAILBOXRULE RECEIVE",
      bytes: 40,
      message: { id, recipient: "drop@y.example", sender: "a.b@school.example", subject: "s", delivered },
    });

  it("that hide what they send out are abuse by themselves; an open one of the owner's is not", () => {
    expect(inShort(ledger({ first: [mailGroup(rule)], addresses: [] }))).toEqual([
      "a.b@school.example rule-set proven",
    ]);
    const open = mailGroup({ ...rule, detail: { target: "me@family.example", scope: "rule" } });
    expect(ledger({ first: [open], addresses: [] })).toEqual([]);
  });

  it("inside the house are not abuse", () => {
    const inside = mailGroup({ ...rule, detail: { ...hidden, target: "boss@school.example" } });
    expect(ledger({ first: [inside], addresses: [] })).toEqual([]);
  });

  it("list each message once, and are proven when the other side took one", () => {
    const groups = [mailGroup(flow, [message("n1", false), message("n2", false), message("n1", false)])];
    const sent = mailGroup({ ...flow, mailbox: null }, [message("n1", true)]);
    const onlySent = ledger({ first: [mailGroup(rule)], followed: groups, addresses: [] });
    expect(inShort(onlySent)).toContain("a.b@school.example forwarded likely");
    const line = ledger({ first: [mailGroup(rule)], followed: [...groups, sent], addresses: [] }).find(
      ({ kind }) => kind === "forwarded",
    );
    expect(line).toMatchObject({ confidence: "proven", requests: 2, bytesUpTo: 80 });
    expect(line?.messages.map(({ delivered }) => delivered)).toEqual([true, false]);
  });

  it("cap the list of messages and say how many are left", () => {
    const many = Array.from({ length: 80 }, (_, index) => message(`n${String(index)}`, false));
    const line = ledger({ first: [mailGroup(rule)], followed: [mailGroup(flow, many)], addresses: [] }).find(
      ({ kind }) => kind === "forwarded",
    );
    expect(line).toMatchObject({ requests: 80, messagesLeft: 30 });
    expect(line?.messages).toHaveLength(50);
  });

  it("lead to the address from which they were made", () => {
    const page = mailGroup({ source: "httpproxy", sign: "page", address: "203.0.113.77", protocol: "OWA" }, [
      aMark("2021-03-03T10:41:24"),
    ]);
    const found = { groups: [mailGroup(rule), page], pairs: [], left: 0 };
    expect(findMailPivot(found, false).targets).toEqual(["drop@y.example"]);
    const lines_ = ledger({ first: found.groups, addresses: ["203.0.113.77"] });
    expect(lines_[0]).toMatchObject({ addresses: ["203.0.113.77"], confidence: "proven" });
  });
});

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
    const scan = { items: ITEMS, matches: [], pivots: [], damage: { total: 0, counts: [] } };
    const mail = {
      first: { groups: [], pairs, left: 0 },
      followed: { groups: used("SCHOOL\\a.b").followed ?? [], pairs: [], left: 0 },
    };
    const collected = collectMail({
      scan: { ...scan, mail },
      matches: [],
      servers: resolveServers(ITEMS),
      join: createAddressJoin([], new Set()),
      addresses: [INTRUDER],
    });
    const { identities } = finishMail(collected, { findings: [], actorOf: new Map() });
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
