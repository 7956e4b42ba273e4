import type { CloudQuestion, HybridAssessment } from "../../model/index.ts";
import { EXCHANGE_ONLINE_APP } from "./settings.ts";

/** Said wherever mailboxes may live online. */
export const CLOUD_NOT_AFFECTED =
  "Exchange Online itself is not affected by the flaws of Exchange Server: mail that was only there is out of their reach, and the logs of this server cannot answer for it.";

/** What the evidence of the server cannot answer about mailboxes in Exchange Online. */
export function cannotAnswer(mailboxes: HybridAssessment["mailboxes"]): readonly string[] {
  const online = mailboxes.online === 1 ? "1 mailbox" : `${String(mailboxes.online)} mailboxes`;
  return [
    `Not examined: Exchange Online${mailboxes.online === 0 ? "" : `, where ${online} of this organisation live`}. Whether mail there was read, no log of this server says.`,
    "Whether passwords that an intruder took from this server were used to sign in at Microsoft 365.",
    "Whether somebody used the server's own certificate to ask for access in the tenant (CVE-2025-53786): the server writes nothing about it.",
    "Since when each mailbox is online, unless a move is in the evidence: mail from before the move was on this server.",
  ];
}

/** Exact searches for whoever administers the tenant. `since` is the day from which on they matter, or null. */
export function cloudQuestions(since: string | null): readonly CloudQuestion[] {
  const from = since === null ? "from the first sign of the break-in" : `from ${since}`;
  return [
    {
      title: "Sign-ins of the shared identity",
      search: `Entra ID > Sign-in logs > Service principal sign-ins, ${from}: application ID ${EXCHANGE_ONLINE_APP}, and that of the dedicated hybrid application if there is one; list IP address, resource and credential key ID.`,
      why: "The server's certificate is enough to sign in as it. An address that is not one of your servers is an intruder's.",
    },
    {
      title: "Keys added to service principals",
      search: `Entra ID > Audit logs, ${from}: activities "Add service principal credentials", "Update application - Certificates and secrets management", "Update service principal"; and Get-MgServicePrincipal -Filter "appId eq '${EXCHANGE_ONLINE_APP}'" with KeyCredentials, saved as JSON for Postern.`,
      why: "A key of their own lets intruders back in after everything on the server was cleaned.",
    },
    {
      title: "Mail that was read",
      search: `Purview > Audit (Search-UnifiedAuditLog), ${from}: operation MailItemsAccessed for the mailboxes listed here; look at AppId, ClientInfoString, ClientIPAddress, MailAccessType and IsThrottled.`,
      why: "It is the only record of single messages that were opened, and only Exchange Online has it.",
    },
    {
      title: "Rules, forwards and rights",
      search: `Search-UnifiedAuditLog, ${from}: operations New-InboxRule, Set-InboxRule, UpdateInboxRules, Set-Mailbox, Add-MailboxPermission, Add-RecipientPermission, New-TransportRule, Set-TransportRule, New-ManagementRoleAssignment.`,
      why: "What was set there goes on working after passwords were changed.",
    },
    {
      title: "Sign-ins of synchronised accounts",
      search: `Entra ID > Sign-in logs (interactive and non-interactive), ${from}: accounts that the findings name, administrators, the synchronisation account (Sync_*, ADToAADSyncServiceAccount); look at new addresses, devices and legacy authentication.`,
      why: "Passwords from this server may be the same in Microsoft 365.",
    },
    {
      title: "Consents, connectors and mail flow",
      search: `Entra ID > Audit logs: "Consent to application", "Add app role assignment to service principal"; Search-UnifiedAuditLog: New-InboundConnector, Set-InboundConnector, New-OutboundConnector, Set-OutboundConnector; Get-MessageTraceV2 for mail that came by the connector of this server ${from}.`,
      why: "The tenant trusts mail from this server more than other mail.",
    },
  ];
}
