import type { Event } from "../../model/index.ts";
import { mailRow, type MailMessage, type MailRow } from "./mail-row.ts";
import { isMonitoring } from "./names.ts";

/**
 * Rows of message tracking about mail to addresses that forwards named (`targets`, lower case), and about mail that one of `addresses`
 * submitted. Which event stands for which way of forwarding: message tracking reference of Microsoft, and mailbox-access knowledge.
 */
export function mailFlowRows(
  event: Event,
  wanted: { readonly targets: ReadonlySet<string>; readonly addresses: ReadonlySet<string> },
): readonly MailRow[] {
  const { fields, ecs } = event;
  const recipients = (fields["recipient-address"] ?? "").split(";").map((one) => one.trim());
  const hit = recipients.find((one) => wanted.targets.has(one.toLowerCase()));
  const address = ecs["source.ip"];
  const step = `${fields["source"] ?? ""} ${fields["event-id"] ?? ""}`.trim();
  if (isMonitoring(fields["sender-address"])) return [];
  if (hit !== undefined && isForwardStep(fields)) return [forwardRow(event, hit, step)];
  if (
    address === undefined ||
    !wanted.addresses.has(address) ||
    !/^(?:submit|receive)$/iu.test(fields["event-id"] ?? "")
  )
    return [];
  return [
    mailRow({
      kind: "sent",
      source: "tracking",
      sign: "mail-flow",
      protocol: "Mail flow",
      verb: step,
      mailbox: fields["sender-address"] ?? null,
      actor: fields["sender-address"] ?? null,
      address,
      bytes: bytesOf(fields),
      detail: { target: recipients.slice(0, 20).join("; "), message: messageOf(fields, recipients[0] ?? "") },
    }),
  ];
}

/** Steps that show a forward or its delivery; RECEIVE and DELIVER of the same message would only repeat it. */
function isForwardStep(fields: Readonly<Record<string, string>>): boolean {
  const id = (fields["event-id"] ?? "").toUpperCase();
  return (
    /^(?:MAILBOXRULE|AGENT)$/iu.test(fields["source"] ?? "") ||
    ["REDIRECT", "RESOLVE", "SEND", "SENDEXTERNAL"].includes(id)
  );
}

function forwardRow(event: Event, recipient: string, step: string): MailRow {
  const { fields } = event;
  const owner = fields["related-recipient-address"] ?? "";
  return mailRow({
    kind: "forwarded",
    source: "tracking",
    sign: "mail-flow",
    protocol: "Mail flow",
    verb: step,
    // A redirect names whose mail it was; a rule sends in its owner's name; a SEND does not say.
    mailbox: owner !== "" ? owner : /mailboxrule/iu.test(fields["source"] ?? "") ? ownerOfRule(fields) : null,
    bytes: bytesOf(fields),
    detail: { target: recipient.toLowerCase(), message: messageOf(fields, recipient) },
  });
}

function ownerOfRule(fields: Readonly<Record<string, string>>): string | null {
  return (
    (fields["return-path"] ?? fields["sender-address"] ?? "").replace(/^<>$/u, "") ||
    (fields["sender-address"] ?? null)
  );
}

function messageOf(fields: Readonly<Record<string, string>>, recipient: string): MailMessage {
  const isSend = /^send/iu.test(fields["event-id"] ?? "");
  return {
    id: (fields["network-message-id"] ?? fields["message-id"] ?? "").slice(0, 200),
    recipient: recipient.slice(0, 300),
    sender: (fields["sender-address"] ?? "").slice(0, 300),
    subject: (fields["message-subject"] ?? "").slice(0, 300),
    delivered:
      isSend &&
      /(?:^|[^\d.])250[ -]/u.test(`${fields["recipient-status"] ?? ""} ${fields["source-context"] ?? ""}`),
  };
}

function bytesOf(fields: Readonly<Record<string, string>>): number {
  const text = fields["total-bytes"] ?? "";
  return /^\d{1,15}$/u.test(text) ? Number(text) : 0;
}
