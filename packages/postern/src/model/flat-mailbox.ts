import type { MailboxLine } from "./mailbox.ts";

/** Columns of the ledger as a table, in order: one row a line, lists joined by `; `. */
export const MAILBOX_COLUMNS = [
  "id",
  "server",
  "mailbox",
  "also_known_as",
  "what",
  "confidence",
  "acted_as",
  "how_known",
  "first_utc",
  "last_utc",
  "protocol",
  "requests",
  "operations",
  "bytes_up_to",
  "scope",
  "target",
  "addresses",
  "actor",
  "findings",
  "messages",
  "evidence",
  "could_be_missing",
] as const;

/** A column of the ledger as a table. */
export type MailboxColumn = (typeof MAILBOX_COLUMNS)[number];

/** A line of the ledger as one flat row. Values are untrusted text: who writes a file makes them safe for its form. */
export function flattenMailbox(line: MailboxLine): Readonly<Record<MailboxColumn, string | number>> {
  return {
    id: line.id,
    server: line.server,
    mailbox: line.mailbox,
    also_known_as: line.alsoKnownAs.join("; "),
    what: line.kind,
    confidence: line.confidence,
    acted_as: line.actedAs,
    how_known: line.how,
    first_utc: line.firstSeen ?? "",
    last_utc: line.lastSeen ?? "",
    protocol: line.protocol,
    requests: line.requests,
    operations: line.verbs.map(({ verb, count }) => `${verb} ${String(count)}`).join("; "),
    bytes_up_to: line.bytesUpTo,
    scope: line.scope,
    target: line.target ?? "",
    addresses: line.addresses.join("; "),
    actor: line.actor ?? "",
    findings: line.findings.join("; "),
    messages: line.messages.length + line.messagesLeft,
    evidence: line.citations.map(({ evidence, offset }) => `${evidence}:${String(offset)}`).join("; "),
    could_be_missing: line.missing,
  };
}
