import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Event } from "../../model/index.ts";
import { isMonitoring, isServerIdentity, readName } from "./index.ts";
import { anEvent, first, followed, INTRUDER } from "./testing/index.ts";

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
