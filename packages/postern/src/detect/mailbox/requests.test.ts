import { describe, expect, it } from "vitest";

import type { Event } from "../../model/index.ts";
import { followingMailWatcher, NO_MAIL_PIVOT } from "./index.ts";
import { anEvent, first, followed, INTRUDER, proxied } from "./testing/index.ts";

describe("requests of the front end", () => {
  it.each([
    ["ServerInfo~a]@mx01.school.example:444/EWS/Exchange.asmx?a=~1#", "", "EWS"],
    ["", "Server~mx01.school.example:444/EWS/Exchange.asmx?a~1941962754~x", "EWS"],
  ])(
    "forged to a mail service by anchor %s or cookie %s are seen in the first look",
    (anchor, cookie, protocol) => {
      const event = proxied(
        { AnchorMailbox: anchor, BackEndCookie: cookie },
        { "url.path": "/ecp/y.js", "http.request.id": "id-1" },
      );
      expect(first(event)).toMatchObject([
        { sign: "forged", protocol, mailbox: null, address: INTRUDER, bytes: 4_096, requestId: "id-1" },
      ]);
      expect(followed(event)).toEqual([]); // counted once
    },
  );

  it("passed on by autodiscover are forged only when another service stands behind the address", () => {
    const path = { "url.path": "/autodiscover/autodiscover.json" };
    expect(
      first(proxied({}, { ...path, "url.query": "@evil.example/ews/exchange.asmx?&Email=x" })),
    ).toMatchObject([{ sign: "forged", protocol: "EWS" }]);
    expect(
      first(proxied({}, { ...path, "url.query": "%40evil.example%2Fews%2Fexchange.asmx" })),
    ).toHaveLength(1);
    const ordinary = {
      "url.path": "/autodiscover/autodiscover.json/v1.0/a.b@school.example",
      "url.query": "Protocol=EWS",
    };
    expect(first(proxied({}, ordinary))).toEqual([]);
  });

  it.each([
    ["refused behind the front end", { BackEndStatus: "401" }],
    ["ended with an error", { ErrorCode: "E_FAIL" }],
  ])("that were %s reached no mailbox", (_, more) => {
    expect(first(proxied({ AnchorMailbox: "ServerInfo~mx01:444/EWS/Exchange.asmx#", ...more }))).toEqual([]);
  });

  it.each([
    ["EWS", "/ews/exchange.asmx", "", "", "accessed"],
    ["OWA", "/owa/service.svc", "action=GetItem&EP=1", "GetItem", "read"],
    ["OWA", "/owa/service.svc/s/GetFileAttachment", "id=1", "GetFileAttachment", "read"],
    ["OWA", "/owa/service.svc", "action=FindItem", "FindItem", "listed"],
    [
      "ActiveSync",
      "/Microsoft-Server-ActiveSync/default.eas",
      "Cmd=Sync&User=x&DeviceId=1",
      "Sync",
      "synced",
    ],
    [
      "ActiveSync",
      "/Microsoft-Server-ActiveSync/default.eas",
      "Cmd=ItemOperations&DeviceId=1",
      "ItemOperations",
      "read",
    ],
    ["Outlook Anywhere", "/rpc/rpcproxy.dll", "mx01:6001", "POST", "accessed"],
  ])(
    "of an intruder's address by %s at %s?%s are rows of who signed in",
    (...[protocol, path, query, verb, kind]) => {
      const event = proxied(
        { AnchorMailbox: "Sid~S-1-5-21-1-2-3-1104" },
        { "url.path": path, "url.query": query, "user.name": "SCHOOL\\a.b" },
      );
      expect(followed(event)).toMatchObject([
        {
          sign: "plain",
          protocol,
          kind,
          mailbox: "SCHOOL\\a.b",
          actor: "SCHOOL\\a.b",
          ...(verb === "" ? {} : { verb }),
        },
      ]);
      expect(first(event)).toEqual([]);
    },
  );

  it("name the owner by anchor, mailbox id and explicit path, not the caller", () => {
    const guid = "12345678-4444-1234-4567-123456789987";
    const user = { "user.name": "SCHOOL\\a.b" };
    const ownerOf = (more: Readonly<Record<string, string>>, ecs: Event["ecs"]): string | null | undefined =>
      followed(proxied(more, { ...user, ...ecs }))[0]?.mailbox;
    expect(
      ownerOf(
        { AnchorMailbox: `MailboxGuid~${guid}`, ClientRequestId: "R:1;RT:Execute;CI:1" },
        { "url.path": "/mapi/emsmdb/" },
      ),
    ).toBe(guid);
    expect(
      ownerOf({}, { "url.path": "/mapi/emsmdb/", "url.query": `mailboxId=${guid}@school.example` }),
    ).toBe(guid);
    expect(ownerOf({ AnchorMailbox: "Smtp~c.d@school.example" }, { "url.path": "/ews/exchange.asmx" })).toBe(
      "c.d@school.example",
    );
    expect(ownerOf({}, { "url.path": "/owa/c.d@school.example/service.svc" })).toBe("c.d@school.example");
  });

  it.each([
    ["sign-in pages", { "url.path": "/owa/auth/logon.aspx", "user.name": "SCHOOL\\a.b" }],
    [
      "other addresses",
      { "url.path": "/ews/exchange.asmx", "user.name": "SCHOOL\\a.b", "source.ip": "198.51.100.7" },
    ],
    ["monitoring", { "url.path": "/ews/exchange.asmx", "user.name": "SCHOOL\\HealthMailbox0123abcd" }],
    ["the server's own account", { "url.path": "/ews/exchange.asmx", "user.name": "SCHOOL\\MX01$" }],
    [
      "refused sign-ins",
      { "url.path": "/ews/exchange.asmx", "user.name": "SCHOOL\\a.b", "http.response.status_code": 401 },
    ],
  ] as const)("of %s are no rows", (_, ecs) => {
    const event = proxied({ AuthenticatedUser: ecs["user.name"] }, ecs);
    expect(followed(event)).toEqual([]);
  });

  it("answered to nobody with more than a sign-in page holds are forged", () => {
    const ecs = { "url.path": "/ews/exchange.asmx", "http.response.bytes": 900_000 };
    expect(followed(proxied({ IsAuthenticated: "false" }, ecs))).toMatchObject([
      { sign: "forged", bytes: 900_000 },
    ]);
    expect(followed(proxied({ IsAuthenticated: "false" }, { ...ecs, "http.response.bytes": 900 }))).toEqual(
      [],
    );
  });
});

describe("records of the back end", () => {
  const ews = (more: Readonly<Record<string, string>>, ecs: Event["ecs"] = {}): Event =>
    anEvent(
      "exchange-ews",
      { DateTime: "2021-03-03T10:41:23.108Z", SoapAction: "GetItem", ...more },
      { "http.response.status_code": 200, "http.response.bytes": 666, "source.ip": "10.0.0.5", ...ecs },
    );

  it("repeat the caller in ordinary rows, so that only another name is another identity", () => {
    const own = ews(
      { ImpersonatedUser: "a.b@school.example" },
      { "user.name": "SCHOOL\\a.b", "source.ip": INTRUDER },
    );
    expect(followed(own)).toMatchObject([
      { sign: "plain", mailbox: "a.b@school.example", verb: "GetItem", kind: "read" },
    ]);
    const other = ews(
      { ImpersonatedUser: "c.d@school.example" },
      { "user.name": "SCHOOL\\a.b", "source.ip": INTRUDER },
    );
    expect(followed(other)).toMatchObject([{ sign: "as-another", mailbox: "c.d@school.example" }]);
  });

  it("are looked at for the seconds of forged requests, and only for those", () => {
    const event = ews({ ActAsUser: "a.b@school.example" }, { "user.name": "SCHOOL\\MX01$" });
    expect(followed(event, { moments: ["2021-03-03t10:41:2"] })).toHaveLength(1);
    expect(followed(event, { moments: ["2021-03-03t10:42"] })).toEqual([]);
  });

  it("under the server's identity by a tool of intruders are seen at once; a product's own account never", () => {
    const tool = { "user_agent.original": "python-requests/2.25.1" };
    expect(
      first(ews({ ActAsUser: "a.b@school.example" }, { ...tool, "user.name": "SCHOOL\\MX01$" })),
    ).toHaveLength(1);
    expect(
      first(ews({ ImpersonatedUser: "a.b@school.example" }, { ...tool, "user.name": "SCHOOL\\svc-backup" })),
    ).toEqual([]);
  });

  it.each([
    ["bookkeeping of subscriptions", { SoapAction: "Sbsc_Keep" }, {}],
    ["health mailboxes", { ImpersonatedUser: "HealthMailbox0f@school.example" }, {}],
    ["rows that failed", { ActAsUser: "a.b@school.example" }, { "http.response.status_code": 500 }],
  ])("of %s are no rows", (_, fields, ecs) => {
    expect(followed(ews(fields, { "user.name": "SCHOOL\\MX01$", "source.ip": INTRUDER, ...ecs }))).toEqual(
      [],
    );
  });

  it("follow an account that was given a right, wherever it comes from", () => {
    const event = ews({ ImpersonatedUser: "c.d@school.example" }, { "user.name": "SCHOOL\\helper9" });
    expect(followed(event, { accounts: ["helper9"] })).toMatchObject([{ sign: "as-another" }]);
    expect(followed(event, { accounts: ["somebody"] })).toEqual([]);
  });

  it("of MAPI name mailbox, caller and whether it was opened", () => {
    const mapi = anEvent(
      "exchange-mapihttp",
      {
        RequestType: "Execute",
        AuthenticatedUserEmail: "a.b@school.example",
        ActAsUserEmail: "c.d@school.example",
      },
      { "http.response.status_code": 200, "source.ip": INTRUDER },
    );
    expect(followed(mapi)).toMatchObject([
      { kind: "opened", sign: "as-another", mailbox: "c.d@school.example" },
    ]);
    const dn = "/o=School/ou=Exchange Administrative Group/cn=Recipients/cn=0f2a-c.d";
    const rca = anEvent(
      "exchange-rpc-client-access",
      { operation: "OwnerLogon", "operation-specific": `Logon: Owner, ${dn} in database DB01` },
      { "source.ip": INTRUDER, "user.name": "/o=School/ou=x/cn=Recipients/cn=77-a.b" },
    );
    expect(followed(rca)[0]).toMatchObject({ source: "rca", sign: "as-another", verb: "Logon" });
    expect(followed(rca)[0]?.mailbox).toContain("cn=0f2a-c.d");
  });
});

describe("an exported mailbox audit log", () => {
  const audited = (more: Readonly<Record<string, string>>, ecs: Event["ecs"] = {}): Event =>
    anEvent(
      "exchange-mailbox-audit",
      {
        Operation: "MessageBind",
        OperationResult: "Succeeded",
        LogonType: "Admin",
        MailboxOwnerUPN: "a.b@school.example",
        FolderPathName: "\\Inbox",
        ...more,
      },
      { "user.name": "c.d", "source.ip": INTRUDER, ...ecs },
    );

  it("names what an intruder's address opened, and in which folder", () => {
    expect(followed(audited({}))).toMatchObject([
      {
        kind: "read",
        sign: "as-another",
        mailbox: "a.b@school.example",
        detail: { scope: "folder \\Inbox" },
      },
    ]);
    expect(followed(audited({ Operation: "FolderBind" }))).toMatchObject([{ kind: "listed" }]);
    expect(followed(audited({ OperationResult: "Failed" }))).toEqual([]);
    expect(followed(audited({}, { "source.ip": "10.0.0.7" }))).toEqual([]);
  });

  it("shows an export by the entry of the service that made it", () => {
    const service = { "user_agent.original": "Client=MSExchangeMailboxReplication" };
    expect(first(audited({}, { ...service, "source.ip": "10.0.0.7" }))).toHaveLength(1);
    expect(first(audited({}))).toEqual([]);
  });
});

describe("a person's own habit", () => {
  const pivot = { ...NO_MAIL_PIVOT, usual: ["anna.b"], usualBeforeMs: Date.parse("2023-02-01T00:00:00Z") };
  const watcher = followingMailWatcher(pivot, []);
  const owner = { "url.path": "/owa/service.svc", "user.name": "SCHOOL\\Anna.B", "source.ip": "10.20.4.7" };

  it("is the address and hour of what the account asked a mail service before anybody broke in", () => {
    const { usual, rows } = watcher.look(proxied({ Protocol: "Owa" }, owner));
    expect(usual).toEqual({ account: "anna.b", address: "10.20.4.7", hour: 464_728 });
    expect(rows).toEqual([]);
    expect(watcher.literalsFor("exchange-httpproxy")).toContain("anna.b");
  });

  it("is not what others ask, what was refused, what is no mail, and what came later", () => {
    expect(watcher.look(proxied({}, { ...owner, "user.name": "SCHOOL\\c.d" })).usual).toBeUndefined();
    const refused = { ...owner, "http.response.status_code": 401 };
    expect(watcher.look(proxied({}, refused)).usual).toBeUndefined();
    expect(watcher.look(proxied({}, { ...owner, "url.path": "/owa/auth/logon.aspx" })).usual).toBeUndefined();
    const late = followingMailWatcher({ ...pivot, usualFromMs: Date.parse("2023-01-20T00:00:00Z") }, []);
    expect(late.look(proxied({}, owner)).usual).toBeUndefined();
    const early = followingMailWatcher({ ...pivot, usualBeforeMs: Date.parse("2023-01-01T00:00:00Z") }, []);
    expect(early.look(proxied({}, owner)).usual).toBeUndefined();
  });
});
