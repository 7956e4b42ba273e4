import { describe, expect, test } from "vitest";
import { loadKnowledge } from "../../knowledge/index.ts";
import type { Lead } from "../configuration/lead.ts";
import { createOrganisation, isWorthKeeping, judgeState, stateTime, type StateStatement } from "./index.ts";

const facts = loadKnowledge().exchangeState;
const WINDOW = { firstMs: Date.UTC(2021, 1, 8), lastMs: Date.UTC(2021, 2, 13) };

function object(kind: string, values: Readonly<Record<string, string | readonly string[]>>): StateStatement {
  const lists = Object.entries(values).map(
    ([name, value]) => [name, typeof value === "string" ? [value] : value] as const,
  );
  return { kind, values: Object.fromEntries(lists), excerpt: "", at: { offsetBytes: 7, lengthBytes: 9 } };
}

const DOMAINS = [
  object("accepted-domain", { domainname: "larchmere.example" }),
  object("accepted-domain", { domainname: "*.schools.example" }),
];

function judge(statements: readonly StateStatement[], domains = DOMAINS): readonly Lead[] {
  const all = [...domains, ...statements];
  const leads: Lead[] = [];
  judgeState(all, createOrganisation(all, facts, WINDOW), (lead) => leads.push(lead));
  return leads;
}

function told(statements: readonly StateStatement[], domains = DOMAINS): readonly string[] {
  return judge(statements, domains).map(
    ({ kind, rung, confidence }) => `${kind} ${rung ?? "lead"} ${confidence}`,
  );
}

const rule = (values: Readonly<Record<string, string | readonly string[]>>): StateStatement =>
  object("inbox-rule", {
    name: "r",
    mailboxownerid: "larchmere.example/Staff/A",
    enabled: "True",
    ...values,
  });

describe("mail that leaves the organisation", () => {
  test("a forward or rule to a domain that is not accepted is told; one inside is not", () => {
    expect(told([rule({ forwardto: '"x" [SMTP:a@outside.example]' })])).toEqual([
      "state-rule-outside lead medium",
    ]);
    expect(
      told([
        object("mailbox", {
          primarysmtpaddress: "a@larchmere.example",
          forwardingsmtpaddress: "smtp:a@outside.example",
        }),
      ]),
    ).toEqual(["state-forwarding-outside lead medium"]);
    expect(
      told([rule({ redirectto: "b@larchmere.example" }), rule({ forwardto: "c@north.schools.example" })]),
    ).toEqual([]);
    expect(told([rule({ forwardto: '"B" [EX:/o=Larchmere/cn=Recipients/cn=b]' })])).toEqual([]);
  });

  test("without a list of domains it is told with its doubt", () => {
    const [lead] = judge([rule({ forwardto: "a@outside.example" })], []);
    expect(lead?.confidence).toBe("low");
    expect(lead?.doubt).toContain("Get-AcceptedDomain");
  });

  test("a forward to a recipient by name is told apart, because a contact may be outside", () => {
    expect(
      told([object("mailbox", { identity: "a", forwardingaddress: "larchmere.example/Contacts/X" })]),
    ).toEqual(["state-forwarding-named lead low"]);
  });

  test("a rule without a name is hidden; the one of every mailbox is not told", () => {
    expect(
      told([rule({ name: "", deletemessage: "True" }), rule({ name: "", forwardto: "a@outside.example" })]),
    ).toEqual(["state-rule-hidden lead low", "state-rule-hidden lead medium"]);
    expect(told([rule({ name: "Junk E-mail Rule", ishidden: "True" })])).toEqual([]);
  });

  test("rules and journals of the organisation, from their actions and not from their conditions", () => {
    expect(told([object("transport-rule", { name: "t", blindcopyto: "a@outside.example" })])).toEqual([
      "state-transport-rule-outside lead medium",
    ]);
    expect(
      told([object("journal-rule", { name: "j", journalemailaddress: "journal@archive.example" })]),
    ).toEqual(["state-transport-rule-outside lead medium"]);
    const description =
      "If the message:\r\n\tIs received from 'a@outside.example'\r\nTake the following actions:\r\n\tset header";
    expect(told([object("transport-rule", { name: "t", description })])).toEqual([]);
  });
});

describe("rights and roles", () => {
  const right = (user: string, identity = "larchmere.example/Staff/A"): StateStatement =>
    object("mailbox-permission", {
      identity,
      user,
      accessrights: "FullAccess",
      deny: "False",
      isinherited: "False",
    });

  test("what installation gave is nothing; a delegate is a weak lead; everybody, deleted accounts and one account for many are odd", () => {
    expect(
      told([right("NT AUTHORITY\\SELF"), right("LARCHMERE\\Exchange Servers"), right("S-1-5-18")]),
    ).toEqual([]);
    expect(told([right("LARCHMERE\\c.lindqvist")])).toEqual(["state-mailbox-right lead low"]);
    expect(told([right("Everyone")])).toEqual(["state-mailbox-right-odd lead medium"]);
    expect(told([right("S-1-5-21-1417001333-2052111302-839522115-1188")])).toEqual([
      "state-mailbox-right-odd lead medium",
    ]);
    const many = Array.from({ length: 12 }, (_, at) => right("LARCHMERE\\svc.sync", `box ${String(at)}`));
    expect(judge(many).map(({ text }) => text)).toEqual([expect.stringContaining("on 12 mailboxes")]);
  });

  test("a folder open to everybody is told, a calendar that shows when somebody is busy is not", () => {
    const folder = (foldername: string, user: string, accessrights: string): StateStatement =>
      object("folder-permission", { identity: `a:\\${foldername}`, foldername, user, accessrights });
    expect(told([folder("Inbox", "Default", "Reviewer")])).toEqual(["state-folder-open lead medium"]);
    expect(
      told([
        folder("Calendar", "Default", "Reviewer"),
        folder("Inbox", "Default", "None"),
        folder("Inbox", "b", "Editor"),
      ]),
    ).toEqual([]);
  });

  test("roles that reach into all mailboxes, but for their first holders and for the right to hand them on", () => {
    const role = (values: Readonly<Record<string, string>>): StateStatement =>
      object("role-assignment", { role: "Mailbox Import Export", roleassigneename: "it.admin", ...values });
    expect(told([role({}), role({ whencreatedutc: "2021-03-04T16:05:12Z" })])).toEqual([
      "state-role-granted lead medium",
      "state-role-granted lead high",
    ]);
    expect(
      told([
        role({
          roleassignmentdelegationtype: "DelegatingOrgWide",
          roleassigneename: "Organization Management",
        }),
        role({ role: "Mailbox Search", roleassigneename: "Discovery Management" }),
        role({ role: "Mail Recipients" }),
        role({ enabled: "False" }),
      ]),
    ).toEqual([]);
  });

  test("an administrator whose account was made while the logs run", () => {
    const member = (whencreatedutc: string): StateStatement =>
      object("role-group-member", { rolegroup: "Organization Management", name: "x", whencreatedutc });
    expect(told([member("2021-03-04T16:05:12Z"), member("2015-03-04T16:05:12Z")])).toEqual([
      "state-admin-new lead medium",
    ]);
  });
});

describe("the server's own settings", () => {
  const script = Buffer.from("PHNjcmlwdCBydW5hdD0=", "base64").toString();

  test("script in an address, and what is left of it after the server wrote it out", () => {
    const vdir = (externalurl: string): StateStatement =>
      object("virtual-directory", {
        identity: "EX01\\OAB",
        externalurl,
        internalurl: "https://mail.larchmere.example/oab",
      });
    expect(
      told([
        vdir(`http://f/${script}`),
        vdir("http://f/"),
        vdir("https://mail.larchmere.example/oab"),
        vdir(""),
      ]),
    ).toEqual(["state-address-script L2 high", "state-address-script L2 medium"]);
  });

  test("exports of mailboxes by where their file lies", () => {
    const request = (filepath: string): StateStatement =>
      object("export-request", { mailbox: "a", filepath, status: "10" });
    expect(
      told([
        request("\\\\127.0.0.1\\C$\\inetpub\\wwwroot\\aspnet_client\\x.aspx"),
        request("\\\\localhost\\c$\\inetpub\\wwwroot\\aspnet_client\\x.pst"),
        request("\\\\FILE01\\pst$\\a.pst"),
      ]),
    ).toEqual(["state-export-page L2 high", "state-export-served L2 medium", "state-export lead medium"]);
    expect(judge([request("\\\\FILE01\\pst$\\a.pst")])[0]?.text).toContain("completed");
  });

  test("audit logs that are off, empty themselves or pass over an account", () => {
    expect(
      told([
        object("admin-audit-config", { adminauditlogenabled: "True", adminauditlogagelimit: "00:00:00" }),
        object("admin-audit-config", { adminauditlogenabled: "false" }),
        object("admin-audit-config", { adminauditlogenabled: "True", adminauditlogagelimit: "90.00:00:00" }),
        object("audit-bypass", { name: "svc", auditbypassenabled: "True" }),
      ]),
    ).toEqual([
      "state-audit-off lead medium",
      "state-audit-off lead medium",
      "state-audit-bypass lead medium",
    ]);
  });

  test("a connector that takes anybody for one of its own", () => {
    const connector = (remoteipranges: string, authmechanism: string): StateStatement =>
      object("receive-connector", { identity: "EX01\\Relay", remoteipranges, authmechanism });
    expect(
      told([
        connector("0.0.0.0-255.255.255.255", "Tls, ExternalAuthoritative"),
        connector("10.20.0.0/16", "Tls, ExternalAuthoritative"),
        connector("0.0.0.0-255.255.255.255", "Tls, BasicAuth"),
      ]),
    ).toEqual(["state-relay-open lead medium"]);
  });
});

test("what is always so is counted and not kept", () => {
  expect(isWorthKeeping(object("mailbox-permission", { user: "NT AUTHORITY\\SELF" }))).toBe(false);
  expect(isWorthKeeping(object("mailbox-permission", { user: "x", isinherited: "True" }))).toBe(false);
  expect(isWorthKeeping(object("inbox-rule", { name: "News", movetofolder: "x" }))).toBe(false);
  expect(isWorthKeeping(object("inbox-rule", { name: "" }))).toBe(true);
  expect(isWorthKeeping(object("accepted-domain", {}))).toBe(true);
});

test("times in every form of an export; one without a zone only where its name says UTC", () => {
  expect(stateTime("/Date(1614762733000)/", false)).toBe(1614762733000);
  expect(stateTime("2021-03-03T01:12:13-08:00", false)).toBe(1614762733000);
  expect(stateTime("3/3/2021 9:12:13 AM", true)).toBe(1614762733000);
  expect(stateTime("3/3/2021 9:12:13 AM", false)).toBeNull();
  expect(stateTime("yesterday", true)).toBeNull();
});
