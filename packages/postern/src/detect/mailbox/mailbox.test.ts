import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Event } from "../../model/index.ts";
import {
  ALL_MAILBOXES,
  firstMailWatcher,
  followingMailWatcher,
  isMonitoring,
  isServerIdentity,
  NO_MAIL_PIVOT,
  readName,
  type MailPivot,
  type MailRow,
} from "./index.ts";

const INTRUDER = "203.0.113.9";

function anEvent(artifact: string, fields: Readonly<Record<string, string>>, ecs: Event["ecs"] = {}): Event {
  return {
    artifact,
    timeMs: Date.parse("2023-01-06T16:00:06.410Z"),
    server: "mx01",
    fields,
    ecs,
    at: { item: 0, offsetBytes: 0, lengthBytes: 10, record: 1 },
    raw: "a line",
    repairs: [],
  };
}

/** An HttpProxy row in the form of real ones. */
function proxied(more: Readonly<Record<string, string>>, ecs: Event["ecs"] = {}): Event {
  return anEvent(
    "exchange-httpproxy",
    { Protocol: "Ews", HttpStatus: "200", BackEndStatus: "200", ErrorCode: "", ...more },
    {
      "source.ip": INTRUDER,
      "http.response.status_code": 200,
      "http.response.bytes": 4_096,
      "http.request.method": "POST",
      ...ecs,
    },
  );
}

function first(event: Event): readonly MailRow[] {
  return firstMailWatcher().look(event).rows;
}

function followed(event: Event, pivot: Partial<MailPivot> = {}): readonly MailRow[] {
  return followingMailWatcher({ ...NO_MAIL_PIVOT, ...pivot }, [INTRUDER]).look(event).rows;
}

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
    (protocol, path, query, verb, kind) => {
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

describe("commands", () => {
  const managed = (cmdlet: string, parameters: string, more: Readonly<Record<string, string>> = {}): Event =>
    anEvent(
      "windows-event",
      {
        Cmdlet: cmdlet,
        Parameters: parameters,
        Caller: "school.example/Users/Administrator",
        CallerSid: "S-1-5-21-1-2-3-500",
        ...more,
      },
      { "winlog.channel": "MSExchange Management", "event.code": "1" },
    );

  it.each([
    [
      "New-MailboxExportRequest",
      '-Mailbox "a.b" -FilePath "\\\\mx01\\c$\\x.pst"',
      "exported",
      "a.b",
      "\\\\mx01\\c$\\x.pst",
      "whole mailbox, no filter",
    ],
    [
      "New-MailboxExportRequest",
      '-Mailbox "a.b" -IncludeFolders "#Drafts#" -ContentFilter "(Subject -eq \'x\')" -FilePath "\\\\127.0.0.1\\c$\\y.aspx"',
      "page-written",
      "a.b",
      "\\\\127.0.0.1\\c$\\y.aspx",
      "folders: #Drafts#, filter: (Subject -eq 'x')",
    ],
    [
      "Remove-MailboxExportRequest",
      '-Identity "a.b\\MailboxExport1" -Confirm "False"',
      "covering-tracks",
      "a.b",
      undefined,
      "the record of an export was removed",
    ],
    [
      "Search-Mailbox",
      '-Identity "a.b" -TargetMailbox "x" -TargetFolder "y" -SearchQuery "pay"',
      "searched",
      "a.b",
      "x\\y",
      "search: pay",
    ],
    [
      "New-MailboxSearch",
      '-Name "n" -TargetMailbox "DiscoverySearchMailbox"',
      "searched",
      ALL_MAILBOXES,
      "DiscoverySearchMailbox",
      "name: n",
    ],
    [
      "Add-MailboxPermission",
      '-Identity "a.b" -User "x" -AccessRights "FullAccess"',
      "right-granted",
      "a.b",
      "x",
      "right FullAccess",
    ],
    [
      "Add-ADPermission",
      '-Identity "Mailbox Database 01" -User "x" -ExtendedRights "Receive-As"',
      "reach-granted",
      ALL_MAILBOXES,
      "x",
      "right Receive-As on Mailbox Database 01",
    ],
    [
      "New-ManagementRoleAssignment",
      '-Role "ApplicationImpersonation" -User "x"',
      "reach-granted",
      ALL_MAILBOXES,
      "x",
      "role ApplicationImpersonation",
    ],
    [
      "Add-RoleGroupMember",
      '-Identity "Organization Management" -Member "x"',
      "reach-granted",
      ALL_MAILBOXES,
      "x",
      "role group Organization Management",
    ],
    [
      "Set-Mailbox",
      '-Identity "a.b" -ForwardingSmtpAddress "smtp:x@y.example" -DeliverToMailboxAndForward "False"',
      "forwarding-set",
      "a.b",
      "x@y.example",
      "all new mail, the owner gets nothing",
    ],
    [
      "New-TransportRule",
      '-Name "n" -BlindCopyTo "x@y.example"',
      "transport-rule-set",
      ALL_MAILBOXES,
      "x@y.example",
      'transport rule "n"',
    ],
    [
      "New-JournalRule",
      '-Name "n" -JournalEmailAddress "x@y.example"',
      "transport-rule-set",
      ALL_MAILBOXES,
      "x@y.example",
      "journal rule n",
    ],
    [
      "Set-AdminAuditLogConfig",
      '-AdminAuditLogAgeLimit "00:00:00"',
      "covering-tracks",
      ALL_MAILBOXES,
      undefined,
      "the record of administrators' commands was switched off or emptied",
    ],
    [
      "Set-CASMailbox",
      '-Identity "a.b" -ActiveSyncAllowedDeviceIDs "ABC123"',
      "device-allowed",
      "a.b",
      "ABC123",
      "a phone was allowed to synchronise",
    ],
  ])("%s %s is read as %s", (cmdlet, parameters, kind, mailbox, target, scope) => {
    const [row, ...others] = first(managed(cmdlet, parameters));
    expect(others).toEqual([]);
    expect(row).toMatchObject({ kind, mailbox, verb: cmdlet, actor: "school.example/Users/Administrator" });
    expect(row?.detail.target).toBe(target);
    expect(row?.detail.scope).toBe(scope);
  });

  it.each([
    ["Set-Mailbox", '-Identity "a.b" -ProhibitSendQuota "4.5 GB"'],
    ["Set-Mailbox", '-Identity "a.b" -ForwardingSmtpAddress "$null"'],
    ["New-ManagementRoleAssignment", '-Role "View-Only Recipients" -User "x"'],
    ["Set-AdminAuditLogConfig", '-AdminAuditLogAgeLimit "180.00:00:00"'],
    ["New-InboxRule", '-Name "Newsletters" -MoveToFolder "a.b:\\News"'],
    ["Add-MailboxPermission", '-Identity "a.b" -User "x" -AccessRights "SendAs"'],
    ["Set-Mailbox", '-Identity "school.example/Monitoring Mailboxes/HealthMailbox0f" -ForwardingAddress "x"'],
  ])("%s %s concerns no mail of anybody", (cmdlet, parameters) => {
    expect(first(managed(cmdlet, parameters))).toEqual([]);
  });

  it("that failed did nothing", () => {
    const parameters = '-Mailbox "a.b" -FilePath "\\\\x\\y.pst"';
    const failed = managed("New-MailboxExportRequest", parameters);
    expect(first({ ...failed, ecs: { ...failed.ecs, "event.code": "6" } })).toEqual([]);
    const fields = { Cmdlet: "New-MailboxExportRequest", Parameters: parameters, ExecutionResult: "Error" };
    expect(first(anEvent("exchange-cmdlet", fields))).toEqual([]);
    const panel = { "S:CMD": "New-MailboxExportRequest.Mailbox='a.b'", "S:EX": "Microsoft.Exchange.X" };
    expect(first(anEvent("exchange-ecp-server", panel))).toEqual([]);
  });

  it("are one act in every log that has them", () => {
    const logs = [
      anEvent("exchange-cmdlet", {
        Cmdlet: "New-InboxRule",
        Parameters: '-Name "." -ForwardTo "x@y.example" -DeleteMessage "True" -Mailbox "a.b"',
        AuthenticatedUser: "SCHOOL\\a.b",
      }),
      anEvent("exchange-audit", {
        Cmdlet: "New-InboxRule",
        Parameters: '-Name "." -ForwardTo "x@y.example" -DeleteMessage "True" -Mailbox "a.b"',
        UserId: "school.example/a.b",
      }),
      anEvent("exchange-ecp-server", {
        "S:CMD": "New-InboxRule.Name='.'.ForwardTo='x@y.example'.DeleteMessage=$true",
        "S:EX": "",
      }),
    ];
    for (const event of logs) {
      const [row] = first(event);
      expect(row).toMatchObject({ kind: "rule-set", verb: "New-InboxRule" });
      expect(row?.detail).toMatchObject({ target: "x@y.example", abuse: expect.stringContaining("hides") });
    }
  });

  it("typed on the server itself are read from the script's text", () => {
    const text =
      "Add-PSSnapin Microsoft.Exchange.Management.PowerShell.SnapIn\nNew-MailboxExportRequest -Mailbox a.b -FilePath '\\\\mx01\\c$\\x.pst' -IsArchive";
    const event = anEvent("windows-event", { ScriptBlockText: text }, { "event.code": "4104" });
    expect(first(event)).toMatchObject([
      {
        source: "script",
        kind: "exported",
        mailbox: "a.b",
        detail: { target: "\\\\mx01\\c$\\x.pst", scope: "archive: true" },
      },
    ]);
  });
});

describe("what Windows recorded", () => {
  const started = (line: string, parent = ""): Event =>
    anEvent(
      "windows-event",
      {},
      {
        "event.code": "4688",
        "process.command_line": line,
        "process.parent.name": parent,
        "process.name": "C:\\Windows\\cmd.exe",
      },
    );

  it.each([
    "esentutl.exe /y C:\\db\\DB01.edb /d D:\\x.edb",
    "cmd /c copy \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3\\db\\DB01.edb c:\\temp",
    "7z a c:\\x.7z d:\\mail\\DB01.edb",
  ])("a copied database may hold every mailbox: %s", (line) => {
    expect(first(started(line))).toMatchObject([
      { kind: "database-copied", mailbox: ALL_MAILBOXES, sign: "trace" },
    ]);
  });

  it("a copy that the web server started is abuse by itself; a defragmentation is no copy", () => {
    expect(
      first(started("copy d:\\mail\\DB01.edb c:\\x", "C:\\Windows\\System32\\inetsrv\\w3wp.exe"))[0]?.detail
        .abuse,
    ).toBeDefined();
    expect(first(started("esentutl.exe /d D:\\mail\\DB01.edb"))).toEqual([]);
  });

  it("an Outlook data file that was written proves an export", () => {
    const event = anEvent(
      "windows-event",
      { ShareName: "\\\\*\\c$", RelativeTargetName: "temp\\x.pst" },
      { "event.code": "5145", "user.name": "MX01$" },
    );
    expect(first(event)).toMatchObject([{ source: "file", detail: { target: "c$\\temp\\x.pst" } }]);
  });
});

describe("message tracking", () => {
  const tracked = (more: Readonly<Record<string, string>>, ecs: Event["ecs"] = {}): Event =>
    anEvent(
      "message-tracking",
      {
        source: "MAILBOXRULE",
        "event-id": "RECEIVE",
        "recipient-address": "Drop@Y.example",
        "sender-address": "a.b@school.example",
        "total-bytes": "3750",
        "network-message-id": "n1",
        "message-subject": "Invoice",
        ...more,
      },
      ecs,
    );
  const pivot = { targets: ["drop@y.example"] };

  it("names owner, recipient, size and subject of what a rule sent on", () => {
    expect(followed(tracked({}), pivot)).toMatchObject([
      {
        kind: "forwarded",
        mailbox: "a.b@school.example",
        bytes: 3_750,
        detail: { target: "drop@y.example", message: { id: "n1", subject: "Invoice", delivered: false } },
      },
    ]);
  });

  it("names the owner of a redirect, and takes a 250 of the other side as delivery", () => {
    const redirect = tracked({
      source: "ROUTING",
      "event-id": "REDIRECT",
      "related-recipient-address": "c.d@school.example",
    });
    expect(followed(redirect, pivot)[0]?.mailbox).toBe("c.d@school.example");
    const sent = (status: string): boolean | undefined =>
      followed(tracked({ source: "SMTP", "event-id": "SEND", "recipient-status": status }), pivot)[0]?.detail
        .message?.delivered;
    expect(sent("250 2.1.5 Recipient OK")).toBe(true);
    expect(sent("550 5.7.1 refused")).toBe(false);
  });

  it("is silent on mail to others and on other steps", () => {
    expect(followed(tracked({ "recipient-address": "e.f@school.example" }), pivot)).toEqual([]);
    expect(followed(tracked({ source: "STOREDRIVER", "event-id": "DELIVER" }), pivot)).toEqual([]);
  });

  it("shows mail that an intruder's address submitted", () => {
    const event = tracked(
      { source: "STOREDRIVER", "event-id": "SUBMIT", "recipient-address": "x@z.example" },
      { "source.ip": INTRUDER },
    );
    expect(followed(event)).toMatchObject([
      { kind: "sent", mailbox: "a.b@school.example", address: INTRUDER },
    ]);
  });
});

describe("names", () => {
  it.each([
    ["S-1-5-21-123456789-1-2-4343", "sid", "s-1-5-21-123456789-1-2-4343"],
    ["{12345678-4444-1234-4567-123456789987}", "guid", "12345678-4444-1234-4567-123456789987"],
    ["smtp:A.B@School.example", "address", "a.b@school.example"],
    ["SCHOOL\\a.b", "account", "school\\a.b"],
    ["/o=School/ou=x/cn=Recipients/cn=a", "legacy-dn", "/o=school/ou=x/cn=recipients/cn=a"],
    ["school.example/Users/A B", "canonical", "school.example/users/a b"],
    ["a.b", "alias", "a.b"],
  ])("%s is a %s", (text, kind, value) => {
    expect(readName(text)).toEqual({ kind, value });
  });

  it("of monitoring are told from system mailboxes, which are targets of abuse", () => {
    expect(isMonitoring("SCHOOL\\HealthMailbox0123")).toBe(true);
    expect(isMonitoring("", "AMProbe/Local/ClientAccess")).toBe(true);
    for (const name of [
      "SystemMailbox{1f05a927-0000}",
      "DiscoverySearchMailbox{D919BA05}",
      "FederatedEmail.4c1f",
      "Migration.8f3e",
    ])
      expect(isMonitoring(name)).toBe(false);
  });

  it("of the server itself are known in several languages", () => {
    for (const name of ["NT AUTHORITY\\SYSTEM", "AUTORITE NT\\Système", "S-1-5-18", "SCHOOL\\MX01$"])
      expect(isServerIdentity(name)).toBe(true);
    expect(isServerIdentity("SCHOOL\\systemadmin")).toBe(false);
  });
});

describe("hostile records", () => {
  const field = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.constantFrom(
      "New-MailboxExportRequest",
      '-Mailbox "a" -FilePath "',
      "ServerInfo~/ews/exchange.asmx",
      "MailboxGuid~",
      "RT:",
      "250 ",
      "../../@%40/ews/",
    ),
  );
  const names = [
    "Cmdlet",
    "Parameters",
    "S:CMD",
    "SoapAction",
    "AnchorMailbox",
    "BackEndCookie",
    "UrlQuery",
    "operation",
    "operation-specific",
    "recipient-address",
    "event-id",
    "source",
    "ScriptBlockText",
    "ActAsUser",
  ];
  const artifacts = [
    "exchange-httpproxy",
    "exchange-ews",
    "exchange-mapihttp",
    "exchange-rpc-client-access",
    "exchange-cmdlet",
    "exchange-audit",
    "exchange-ecp-server",
    "message-tracking",
    "windows-event",
    "iis-w3c",
  ];

  it("never throw, and give plain rows of text and whole numbers", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...artifacts),
        fc.dictionary(fc.constantFrom(...names), field),
        fc.dictionary(
          fc.constantFrom("url.path", "url.query", "user.name", "event.code", "process.command_line"),
          field,
        ),
        (artifact, fields, ecs) => {
          const event = anEvent(artifact, fields, {
            "http.response.status_code": 200,
            "source.ip": INTRUDER,
            ...ecs,
          });
          const pivot = {
            targets: ["a@b.example"],
            accounts: ["abcd"],
            moments: ["2021-03-03"],
            names: ["alias abcd"],
          };
          for (const row of [...first(event), ...followed(event, pivot)]) {
            expect(Number.isInteger(row.bytes)).toBe(true);
            expect(structuredClone(row)).toEqual(row);
          }
        },
      ),
      { seed: 7, numRuns: 400 },
    );
  });

  it("of a hundred thousand characters are read in no time that grows faster than they do", () => {
    const long = '-a "'.repeat(25_000);
    expect(() =>
      first(anEvent("exchange-cmdlet", { Cmdlet: "New-MailboxExportRequest", Parameters: long })),
    ).not.toThrow();
    const dotted = `New-InboxRule${".a='".repeat(25_000)}`;
    expect(() => first(anEvent("exchange-ecp-server", { "S:CMD": dotted, "S:EX": "" }))).not.toThrow();
  });
});
