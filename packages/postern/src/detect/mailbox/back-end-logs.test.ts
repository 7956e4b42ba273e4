import { describe, expect, it } from "vitest";
import { isMailVerb, kindOfVerb } from "./verbs.ts";
import { anEvent, first, followed, INTRUDER } from "./testing/index.ts";
import { firstMailWatcher, followingMailWatcher, NO_MAIL_PIVOT } from "./index.ts";

/** A line of an IMAP or POP log. */
function session(command: string, more: Readonly<Record<string, string>> = {}): ReturnType<typeof anEvent> {
  const fields = {
    sIp: "10.20.0.5:993",
    cIp: `${INTRUDER}:50122`,
    user: "d.osei",
    rqsize: "31",
    rpsize: "220",
    command,
    parameters: "",
    context: "R=OK",
    ...more,
  };
  return anEvent("exchange-imap-pop", fields, { "source.ip": INTRUDER });
}

describe("IMAP and POP logs", () => {
  it("show who signed in from the intruder's address, by the address that was typed where there is one", () => {
    const typed = { parameters: "d.osei@school.example *****", context: 'R=OK;Msg="Proxy:EX01:1993:SSL"' };
    expect(followed(session("login", typed))).toMatchObject([
      {
        source: "imap-pop",
        protocol: "IMAP",
        verb: "LOGIN",
        mailbox: "d.osei@school.example",
        sign: "plain",
      },
    ]);
    expect(followed(session("pass", { sIp: "10.20.0.5:995", parameters: "*****" }))).toMatchObject([
      { protocol: "POP", verb: "PASS", mailbox: "d.osei", address: INTRUDER },
    ]);
  });

  it.each([
    ["fetch", "1:10 (FLAGS ENVELOPE)", "FETCH (headers)", "listed"],
    ["fetch", "4 (BODY.PEEK[])", "FETCH", "read"],
    ["uid", "fetch 812 (UID RFC822)", "FETCH", "read"],
    ["fetch", "1:* (RFC822.SIZE)", "FETCH (headers)", "listed"],
    ["retr", "3", "RETR", "read"],
    ["uidl", "", "UIDL", "listed"],
    ["select", "INBOX", "SELECT", "listed"],
    ["search", "UNSEEN", "SEARCH", "searched"],
    ["store", "4 +FLAGS (\\Deleted)", "STORE", "changed"],
  ])("tell what %s %s did", (command, parameters, verb, kind) => {
    const [row] = followed(session(command, { parameters }));
    expect([row?.verb, kindOfVerb(row?.verb ?? ""), row?.bytes]).toEqual([verb, kind, 220]);
  });

  it("are silent on what was refused, on what only keeps a session going, on monitoring and on others", () => {
    const refused = { user: "", parameters: " *****", context: 'R="a2 NO LOGIN failed."' };
    expect(followed(session("login", refused))).toEqual([]);
    expect(followed(session("pass", { context: 'R="-ERR Logon failure"' }))).toEqual([]);
    for (const command of ["capability", "noop", "OpenSession", "CloseSession", "logout"])
      expect(followed(session(command))).toEqual([]);
    expect(followed(session("login", { user: "HealthMailbox0659e34" }))).toEqual([]);
    const other = session("fetch");
    expect(followed({ ...other, ecs: { "source.ip": "10.20.4.7" } })).toEqual([]);
    expect(first(session("fetch"))).toEqual([]);
  });

  it("pair the account with the address that was typed", () => {
    const { pairs } = followingMailWatcher({ ...NO_MAIL_PIVOT }, [INTRUDER]).look(
      session("login", { parameters: "d.osei@school.example *****" }),
    );
    expect(pairs.map(({ a, b }) => [a.value, b.value])).toEqual([["d.osei", "d.osei@school.example"]]);
  });
});

/** A line of the server log of Outlook on the web. */
function call(verb: string, more: Readonly<Record<string, string>> = {}): ReturnType<typeof anEvent> {
  return anEvent("exchange-owa", {
    TimeStamp: "2023-01-06T16:00:06.410Z",
    ServerName: "EX01",
    EventId: verb,
    "S:PSA": "<PII>m.weber@school.example</PII>",
    ...more,
  });
}

describe("server logs of Outlook on the web", () => {
  const pivot = { accounts: ["k.vogt"], accountsSinceMs: 0 };

  it("show what an account with a right over others did in a mailbox", () => {
    expect(followed(call("GetItem", { "S:user": "<PII>k.vogt@school.example</PII>" }), pivot)).toMatchObject([
      {
        source: "owa",
        sign: "as-another",
        mailbox: "m.weber@school.example",
        actor: "k.vogt@school.example",
        verb: "GetItem",
        address: null,
      },
    ]);
    expect(followed(call("GetItem"), pivot)).toEqual([]);
    expect(followed(call("GetItem", { "S:user": "<PII>l.ha@school.example</PII>" }), pivot)).toEqual([]);
  });

  it("are looked at in the moments of forged requests, by their own time", () => {
    const moments = ["2023-01-06t16:00:06"];
    expect(followed(call("FindConversation"), { moments })).toMatchObject([{ sign: "plain" }]);
    expect(followed(call("FindConversation"), { moments: ["2023-01-06t16:00:09"] })).toEqual([]);
  });

  it("count no records that show no mail: start of the service, statistics, notifications", () => {
    const moments = ["2023-01-06t16:00:06"];
    for (const verb of ["SymbolMapLoad", "PendingRequestChannel", "OwaRequest", ""])
      expect(followed(call(verb), { moments })).toEqual([]);
    expect(followed(call("GetItem", { "S:PSA": "" }), { moments })).toEqual([]);
    expect(isMailVerb("constructor")).toBe(false);
  });

  it("pair the id of a mailbox with its address", () => {
    const guid = "0d1f7a55-2222-4333-8444-555566667777";
    const watcher = followingMailWatcher({ ...NO_MAIL_PIVOT, ids: [`guid ${guid}`] }, []);
    const { pairs } = watcher.look(call("GetItem", { "S:MG": guid }));
    expect(pairs.map(({ a, b }) => [a.value, b.value])).toEqual([[guid, "m.weber@school.example"]]);
    expect(watcher.literalsFor("exchange-owa")).toContain(guid);
    expect(firstMailWatcher().literalsFor("exchange-owa")).toEqual([]);
  });
});
