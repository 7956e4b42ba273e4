import { describe, expect, it } from "vitest";

import type { Event } from "../../model/index.ts";
import { ALL_MAILBOXES } from "./index.ts";
import { anEvent, first } from "./testing/index.ts";

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
  ])("%s %s is read as %s", (...[cmdlet, parameters, kind, mailbox, target, scope]) => {
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
      expect(row?.detail.target).toBe("x@y.example");
      expect(row?.detail.abuse).toContain("hides");
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
