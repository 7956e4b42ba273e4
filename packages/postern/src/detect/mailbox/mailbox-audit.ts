import type { Event, MailKind } from "../../model/index.ts";
import { mailRow, type MailRow } from "./mail-row.ts";
import { isMonitoring } from "./names.ts";

/** Operations of mailbox auditing: https://learn.microsoft.com/exchange/policy-and-compliance/mailbox-audit-logging/mailbox-audit-logging */
const KINDS: Readonly<Record<string, MailKind>> = {
  messagebind: "read",
  folderbind: "listed",
  copy: "changed",
  move: "changed",
  movetodeleteditems: "changed",
  softdelete: "changed",
  harddelete: "changed",
  update: "changed",
  create: "changed",
  sendas: "sent",
  sendonbehalf: "sent",
  mailboxlogin: "opened",
};

/** Rows of an exported mailbox audit log; a failed operation opened nothing. */
export function mailboxAuditRows(event: Event): readonly MailRow[] {
  const { fields, ecs } = event;
  const verb = fields["Operation"] ?? "";
  const kind = KINDS[verb.toLowerCase()];
  const mailbox = [fields["MailboxOwnerUPN"], fields["MailboxResolvedOwnerName"], fields["MailboxGuid"]].find(
    (name) => name !== undefined && name !== "",
  );
  if (kind === undefined || mailbox === undefined || /fail/iu.test(fields["OperationResult"] ?? ""))
    return [];
  if (isMonitoring(mailbox) || isMonitoring(ecs["user.name"])) return [];
  const folder = fields["FolderPathName"] ?? "";
  const isOwner = /^(?:owner|0)$/iu.test(fields["LogonType"] ?? "");
  return [
    mailRow({
      kind,
      source: "mailbox-audit",
      sign: isOwner ? "plain" : "as-another",
      mailbox,
      actor: ecs["user.name"] ?? null,
      address: ecs["source.ip"] ?? null,
      protocol: "Mailbox audit",
      verb,
      agent: ecs["user_agent.original"] ?? "",
      detail: folder === "" ? {} : { scope: `folder ${folder.slice(0, 200)}` },
    }),
  ];
}

/** An export leaves an entry of the replication service with the logon type of administrators: it shows that mail was read. */
export function isExportAudit({ agent }: MailRow): boolean {
  return /MSExchangeMailboxReplication|Action=Export/iu.test(agent);
}
