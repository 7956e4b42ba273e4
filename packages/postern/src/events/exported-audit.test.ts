import { expect, test } from "vitest";
import { normalizeExportedAudit } from "./index.ts";

const at = { item: 0, offsetBytes: 1, lengthBytes: 2, record: null };

function event(
  kind: string,
  values: Readonly<Record<string, readonly string[]>>,
): ReturnType<typeof normalizeExportedAudit> {
  return normalizeExportedAudit({ kind, values, excerpt: "text", at });
}

test("a record of the administrators' audit log gets the fields that rules about cmdlets ask for", () => {
  const found = event("admin-audit", {
    cmdletname: ["Set-Mailbox"],
    cmdletparameters: ["Identity: a", "ForwardingSmtpAddress: smtp:x@outside.example"],
    caller: ["larchmere.example/Users/Administrator"],
    succeeded: ["true"],
    rundate: ["/Date(1614762733000)/"],
    originatingserver: ["LUSD-EX01.larchmere.example (15.01.2176.002)"],
  });
  expect(found).toMatchObject({
    artifact: "exchange-audit",
    timeMs: 1614762733000,
    server: "lusd-ex01",
    fields: {
      Cmdlet: "Set-Mailbox",
      Parameters: '-Identity "a" -ForwardingSmtpAddress "smtp:x@outside.example"',
      ExecutionResult: "Success",
    },
    ecs: { "user.name": "larchmere.example/Users/Administrator", "host.name": "lusd-ex01" },
    repairs: [],
  });
});

test("parameters without values keep their names; a time without a zone is said", () => {
  const found = event("admin-audit", {
    cmdletname: ["New-InboxRule"],
    cmdletparameters: ["ForwardTo"],
    rundate: ["3/3/2021 9:12:13 AM"],
  });
  expect(found?.fields["Parameters"]).toBe("-ForwardTo");
  expect(found?.repairs).toEqual(["time without a zone, read as UTC"]);
});

test("a record of a mailbox audit log keeps the vendor's names, address and client", () => {
  const found = event("mailbox-audit", {
    operation: ["FolderBind"],
    logontype: ["2"],
    mailboxownerupn: ["a@larchmere.example"],
    logonuserdisplayname: ["it.admin"],
    clientipaddress: ["203.0.113.66"],
    clientinfostring: ["Client=WebServices;python-requests/2.25.1"],
    lastaccessed: ["2021-03-03T10:15:23Z"],
  });
  expect(found).toMatchObject({
    artifact: "exchange-mailbox-audit",
    fields: { Operation: "FolderBind", LogonType: "Delegate" },
    ecs: {
      "source.ip": "203.0.113.66",
      "user.name": "it.admin",
      "user_agent.original": "Client=WebServices;python-requests/2.25.1",
    },
  });
  expect(event("inbox-rule", {})).toBeNull();
});
