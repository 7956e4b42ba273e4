import { expect, test } from "vitest";
import type { EcsFields, Event } from "../../model/index.ts";
import { hybridSignMatcher } from "./index.ts";

const matcher = hybridSignMatcher();

function signs(
  artifact: string,
  ecs: EcsFields,
  fields: Readonly<Record<string, string>> = {},
): readonly string[] {
  const at = { item: 0, offsetBytes: 0, lengthBytes: 0, record: 1 };
  const event: Event = { artifact, timeMs: 0, server: null, fields, ecs, at, raw: null, repairs: [] };
  return matcher.match(event).map((rule) => rule.id.replace(/^.*\//u, ""));
}

test("requests that only Exchange Online makes, unless they were refused", () => {
  expect(signs("iis-w3c", { "url.path": "/EWS/mrsproxy.svc", "http.response.status_code": 200 })).toEqual([
    "mailbox-moves",
  ]);
  expect(signs("iis-w3c", { "url.path": "/EWS/mrsproxy.svc", "http.response.status_code": 401 })).toEqual([]);
  expect(
    signs("exchange-httpproxy", { "user_agent.original": "ASProxy/CrossForest/Directory//15.20.1.1" }),
  ).toEqual(["free-busy"]);
  expect(signs("iis-w3c", { "url.path": "/owa/", "user_agent.original": "Mozilla/5.0" })).toEqual([]);
});

test("mail to a tenant's routing domain and commands for mailboxes online", () => {
  const mail = (recipient: string): Readonly<Record<string, string>> => ({ "recipient-address": recipient });
  expect(signs("message-tracking", {}, mail("a@b.example;c@d.mail.onmicrosoft.com"))).toEqual([
    "mail-to-cloud",
  ]);
  expect(signs("message-tracking", {}, mail("a@mail.onmicrosoft.com.example"))).toEqual([]);
  expect(signs("exchange-cmdlet", {}, { Cmdlet: "Enable-RemoteMailbox" })).toEqual(["hybrid-command"]);
  expect(signs("exchange-cmdlet", {}, { Cmdlet: "New-MoveRequest", Parameters: '-Identity "a"' })).toEqual(
    [],
  );
});

test("every record that shows a sign holds one of the literals, so that the fast road finds it", () => {
  const literals = matcher.literalsFor("iis-w3c");
  expect(literals.every((literal) => literal.length >= 4 && literal === literal.toLowerCase())).toBe(true);
  for (const text of [
    "/ews/mrsproxy.svc",
    "asproxy/cross",
    "x@d.mail.onmicrosoft.com",
    "enable-remotemailbox",
    "set-hybridconfiguration",
  ])
    expect(literals.some((literal) => text.includes(literal))).toBe(true);
});
