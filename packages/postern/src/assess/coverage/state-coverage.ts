import type { SourceCoverage } from "../../model/index.ts";
import type { ItemResult } from "../../scan/index.ts";
import { serverOfExport } from "../state/index.ts";
import type { Server, ServerMap } from "../servers/resolve-servers.ts";

interface Export {
  readonly title: string;
  readonly cmdlet: string;
  /** Intruders leave something in it: its absence is said. */
  readonly expected?: true;
}

/** Exports by kind of object, as an administrator knows them. */
const EXPORTS: Readonly<Record<string, Export>> = {
  "virtual-directory": {
    title: "addresses of virtual directories",
    cmdlet: "Get-OabVirtualDirectory and its kin",
    expected: true,
  },
  "inbox-rule": { title: "inbox rules", cmdlet: "Get-InboxRule -IncludeHidden", expected: true },
  mailbox: { title: "forwarding of mailboxes", cmdlet: "Get-Mailbox", expected: true },
  "mailbox-permission": { title: "rights on mailboxes", cmdlet: "Get-MailboxPermission", expected: true },
  "folder-permission": { title: "rights on folders", cmdlet: "Get-MailboxFolderPermission" },
  "ad-permission": { title: "rights in the directory", cmdlet: "Get-ADPermission" },
  "recipient-permission": { title: "rights to send", cmdlet: "Get-RecipientPermission" },
  "role-assignment": { title: "assigned roles", cmdlet: "Get-ManagementRoleAssignment", expected: true },
  "role-group": { title: "role groups", cmdlet: "Get-RoleGroup" },
  "role-group-member": { title: "members of role groups", cmdlet: "Get-RoleGroupMember" },
  "export-request": { title: "export requests", cmdlet: "Get-MailboxExportRequest", expected: true },
  "export-statistics": {
    title: "statistics of export requests",
    cmdlet: "Get-MailboxExportRequestStatistics",
  },
  "move-request": { title: "move requests", cmdlet: "Get-MoveRequest" },
  "remote-mailbox": { title: "mailboxes in Exchange Online", cmdlet: "Get-RemoteMailbox" },
  "transport-rule": { title: "transport rules", cmdlet: "Get-TransportRule", expected: true },
  "journal-rule": { title: "journal rules", cmdlet: "Get-JournalRule" },
  "transport-agent": { title: "transport agents", cmdlet: "Get-TransportAgent" },
  "send-connector": { title: "send connectors", cmdlet: "Get-SendConnector" },
  "receive-connector": { title: "receive connectors", cmdlet: "Get-ReceiveConnector" },
  "accepted-domain": { title: "accepted domains", cmdlet: "Get-AcceptedDomain", expected: true },
  "admin-audit-config": {
    title: "settings of the administrators' audit log",
    cmdlet: "Get-AdminAuditLogConfig",
    expected: true,
  },
  "audit-bypass": { title: "exceptions from mailbox auditing", cmdlet: "Get-MailboxAuditBypassAssociation" },
  "exchange-server": { title: "servers", cmdlet: "Get-ExchangeServer" },
  "mobile-device": { title: "mobile devices", cmdlet: "Get-MobileDevice" },
};

/** Exported state that came with a server: one source for each kind of object. It has no days. */
export function coverExports(
  items: readonly ItemResult[],
  map: ServerMap,
  server: Server,
): readonly SourceCoverage[] {
  const own = items.filter(
    (item) =>
      item.exported !== null && item.standing !== "history" && serverOfExport(item, map).id === server.id,
  );
  const kinds = [...new Set(own.flatMap((item) => Object.keys(item.exported?.counts ?? {})))].sort();
  return kinds.map((kind) => {
    const with_ = own.filter((item) => (item.exported?.counts[kind] ?? 0) > 0);
    const records = with_.reduce((sum, item) => sum + (item.exported?.counts[kind] ?? 0), 0);
    const { title, cmdlet } = EXPORTS[kind] ?? { title: kind.replaceAll("-", " "), cmdlet: "" };
    return {
      source: `exchange-state/${kind}`,
      title: `Export: ${title}${cmdlet === "" ? "" : ` (${cmdlet})`}`,
      items: with_.length,
      records,
      damaged: with_.reduce((sum, item) => sum + item.damaged, 0),
      first: null,
      last: null,
      days: [],
      retention: `${kind === "inbox-rule" ? rulesText(with_) : ""}What stood there when it was exported; what was set and taken back before is not in it.${leftText(with_)}`,
    };
  });
}

function rulesText(items: readonly ItemResult[]): string {
  const owners = Math.max(...items.map((item) => item.exported?.ruleOwners ?? 0));
  const hidden = items.some((item) => (item.exported?.ruleNames ?? []).some((name) => HIDDEN.test(name)));
  return (
    `Inbox rules of ${owners === 1 ? "1 mailbox" : `${String(owners)} mailboxes`}, ` +
    `${hidden ? "hidden ones included" : "hidden ones not included as far as the names show"}. `
  );
}

/** Rules that only -IncludeHidden gives: the one of every mailbox, and rules without a name. */
const HIDDEN = /^(?:junk e-?mail rule|junkemailrule|)$/iu;

function leftText(items: readonly ItemResult[]): string {
  const left = items.reduce((sum, item) => sum + (item.exported?.left ?? 0), 0);
  return left === 0
    ? ""
    : ` ${String(left)} of the objects were counted and not judged: the file holds too many.`;
}

/** What exports would show and are not there, one plain sentence; null when nothing is missing. */
export function missingExports(sources: readonly string[]): string | null {
  const missing = Object.entries(EXPORTS).flatMap(([kind, { title, cmdlet, expected }]) =>
    expected === true && !sources.includes(`exchange-state/${kind}`) ? [`${title} (${cmdlet})`] : [],
  );
  if (missing.length === 0) return null;
  return `Exports of Exchange's own state that are not in this evidence: ${missing.join(", ")}. What an intruder set there outlives the logs.`;
}
