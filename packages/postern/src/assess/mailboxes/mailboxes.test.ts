import { describe, expect, it } from "vitest";

import type { MailGroup, MailMark } from "../../scan/index.ts";
import { anItem } from "../testing/index.ts";
import { findMailPivot } from "./index.ts";
import {
  aMark,
  AT,
  brokenInto,
  COMMAND,
  FORGED,
  inShort,
  INTRUDER,
  ITEMS,
  ledger,
  mailGroup,
} from "./testing/index.ts";

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

  it("is proven where mailbox auditing names mailbox, operation and account", () => {
    const audit = {
      ...session,
      source: "mailbox-audit",
      protocol: "Mailbox audit",
      mailbox: "c.d@school.example",
    } as const;
    const marks = [aMark(AT, { verb: "MessageBind" })];
    const [line] = ledger({
      followed: [mailGroup({ ...audit, detail: { scope: "folder \\Inbox" } }, marks)],
    });
    expect(line).toMatchObject({ kind: "read", confidence: "proven", scope: "folder \\Inbox" });
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
