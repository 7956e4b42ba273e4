import {
  MAIL_KINDS,
  type Assessment,
  type MailboxLine,
  type MailConfidence,
  type MailKind,
} from "../model/index.ts";
import { counted, readableBytes } from "./numbers.ts";

/** How sure a line of the mailbox ledger is: a sign for the eye, a word, and what the word means. */
export const MAIL_CONFIDENCE_WORDS: Readonly<
  Record<MailConfidence, { readonly symbol: string; readonly label: string; readonly meaning: string }>
> = {
  proven: { symbol: "●", label: "Proven", meaning: "a record names this act on this mailbox" },
  likely: { symbol: "◕", label: "Likely", meaning: "a record shows the access; what it gave is inferred" },
  possible: {
    symbol: "◔",
    label: "Possible",
    meaning: "the means and the time were there; no record shows the reading",
  },
  unknown: { symbol: "?", label: "Unknown", meaning: "the records that would show it are missing" },
};

/** What was done, in plain words. */
export const MAIL_KIND_WORDS: Readonly<Record<MailKind, string>> = {
  exported: "copied out to a file",
  "database-copied": "database file copied",
  forwarded: "messages sent on",
  read: "read",
  synced: "synchronised: whole folders fetched",
  searched: "searched",
  listed: "listed: subjects and senders seen",
  opened: "opened",
  accessed: "asked for",
  "forwarding-set": "forward set: new mail goes out",
  "rule-set": "inbox rule made",
  "transport-rule-set": "rule for all mail made",
  "reach-granted": "reach over all mailboxes given",
  "right-granted": "right to open it given",
  "device-allowed": "phone allowed",
  sent: "mail sent in its name",
  changed: "content changed or deleted",
  "covering-tracks": "records of the act removed",
  "page-written": "misused to write a web page",
};

/** Operations with their counts, `FindItem (1), GetItem (2)`; empty for none. */
export function verbsText({ verbs }: MailboxLine): string {
  return verbs.map(({ verb, count }) => `${verb} (${String(count)})`).join(", ");
}

/** `3 requests, up to 2.5 MB`; commands carry no bytes. */
export function amountText(line: MailboxLine): string {
  const noun =
    line.kind === "forwarded" || line.kind === "sent"
      ? "message"
      : line.protocol === "PowerShell"
        ? "command"
        : "request";
  const count = counted(line.requests, noun);
  return line.bytesUpTo > 0 ? `${count}, up to ${readableBytes(line.bytesUpTo)}` : count;
}

/** What the ledger says as a whole, one sentence a server; with its name where there are several. */
export function mailStatements(
  assessment: Assessment,
): readonly { readonly server: string | null; readonly text: string }[] {
  const several = assessment.servers.length > 1;
  return assessment.servers.map(({ name, mailAccess }) => ({
    server: several ? name : null,
    text: mailAccess.text,
  }));
}

/** Said where there is no server to speak of. */
export const NO_MAIL_STATEMENT =
  "No log that records mail access was recognised: whose mail was read cannot be told from this evidence.";

/** What is said of one mailbox on the first screen. */
export interface MailboxInShort {
  readonly mailbox: string;
  /** Of the gravest of what was done. */
  readonly confidence: MailConfidence;
  /** What was done, the gravest first: `messages sent on (proven), read (likely)`. */
  readonly what: string;
  /** The line of the gravest. */
  readonly line: MailboxLine;
}

/** Every mailbox once, in the order of the ledger, with everything that was done to it; acts that concern no mail are left out. */
export function mailboxesInShort(assessment: Assessment): readonly MailboxInShort[] {
  const byMailbox = new Map<string, MailboxLine[]>();
  for (const line of assessment.mailboxes) {
    if (line.kind === "covering-tracks" || line.kind === "page-written") continue;
    byMailbox.set(line.mailbox, [...(byMailbox.get(line.mailbox) ?? []), line]);
  }
  return [...byMailbox].flatMap(([mailbox, lines]) => {
    const sorted = [...lines].sort((a, b) => MAIL_KINDS.indexOf(a.kind) - MAIL_KINDS.indexOf(b.kind));
    const [line] = sorted;
    if (line === undefined) return [];
    const parts = sorted.map(({ kind, confidence }) => `${MAIL_KIND_WORDS[kind]} (${confidence})`);
    return [{ mailbox, confidence: line.confidence, what: [...new Set(parts)].join(", "), line }];
  });
}
