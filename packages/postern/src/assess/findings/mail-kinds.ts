import type { KindTexts } from "../../detect/index.ts";

/** Texts of findings that the mailbox ledger makes. */
export const MAIL_KINDS_TEXT: Readonly<Record<string, KindTexts>> = {
  "mailbox-taken": {
    title: "Mail was copied out by a command ({count})",
    severity: "critical",
    why: "A command that copies mail was given by the intruder, or in a way that no administrator uses.",
    doubt: "",
    next: "The ledger names each mailbox, the file and the filter. Find the file on the share that it was written to, and tell the owners.",
  },
  "mail-forwarded": {
    title: "Mail was sent on to the intruder ({count})",
    severity: "critical",
    why: "Message tracking shows messages that went to an address to which a hidden or foreign forward sends.",
    doubt: "",
    next: "The ledger lists the messages. Remove the forward after its settings were copied, and tell those who wrote the messages.",
  },
  "mail-forwarding-set": {
    title: "Mail is told to go out of the house ({count})",
    severity: "critical",
    why: "A rule or a setting sends mail on to an address outside.",
    doubt: "",
    next: "Ask the owner of the mailbox; if it was not the owner, the password is known to others. Copy the rule before it is removed.",
  },
  "mail-right-granted": {
    title: "Somebody was given reach over mailboxes of others ({count})",
    severity: "high",
    why: "A right or a role that opens other mailboxes was given.",
    doubt: "",
    next: "Take the right away, and look in the ledger whether the account used it.",
  },
  "mail-read-by-account": {
    title: "Mail was opened with an account in strange hands ({count})",
    severity: "critical",
    why: "Requests that show or fetch mail were answered for an account, to an intruder's address.",
    doubt: "",
    next: "Change the password, end all sessions of the account, and look at its devices, rules and delegates.",
  },
  "mail-database-copied": {
    title: "A mailbox database was copied as a file",
    severity: "critical",
    why: "A command copied the file that holds whole mailboxes.",
    doubt: "",
    next: "Every mailbox of that database must be taken as read. Look for the copy, and for archives made of it.",
  },
  "mail-tracks-covered": {
    title: "Records of mail access were removed or switched off ({count})",
    severity: "high",
    why: "Somebody who takes mail removes the request for it, or the audit that would tell of it.",
    doubt: "",
    next: "Switch the record on again, and take the other copies of it: the event log MSExchange Management and the cmdlet logs.",
  },
};
