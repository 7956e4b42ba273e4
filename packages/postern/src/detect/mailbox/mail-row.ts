import type { MailKind } from "../../model/index.ts";

/** Log that a row comes from; several may tell of one action. */
export type MailSourceId =
  | "httpproxy"
  | "iis"
  | "ews"
  | "mapihttp"
  | "rca"
  | "owa"
  | "imap-pop"
  | "cmdlet"
  | "management"
  | "audit"
  | "ecp"
  | "script"
  | "tracking"
  | "mailbox-audit"
  | "process"
  | "file";

/**
 * Why a row is kept. `forged`: passed by the front end without a sign-in to a mail service of the back end · `as-another`: the back end
 * acted on a mailbox of somebody else than the caller · `plain`: a signed-in caller · `command`: an administrative command · `page`: a request that
 * made an inbox rule · `mail-flow`: a message · `trace`: a file or a program, no access by itself.
 */
export type MailSign = "forged" | "as-another" | "plain" | "command" | "page" | "mail-flow" | "trace";

/** Particulars of a command: where mail went, and how much of a mailbox it concerns. All untrusted. */
export interface MailDetail {
  /** File, recipients, or the account that got a right. */
  readonly target?: string;
  readonly scope?: string;
  /** Set when the form of the command itself is abuse, with the reason in plain words. */
  readonly abuse?: string;
  /** SID of the caller. */
  readonly callerSid?: string;
  /** Program that ran the command. */
  readonly process?: string;
  /** Message of a mail-flow row. */
  readonly message?: MailMessage;
}

/** A message as message tracking has it. All untrusted. */
export interface MailMessage {
  readonly id: string;
  readonly recipient: string;
  readonly sender: string;
  readonly subject: string;
  /** The row is a SEND that the other side confirmed with 250. */
  readonly delivered: boolean;
}

/** One access to a mailbox, or one act that gives access, as one record tells it. Plain data. */
export interface MailRow {
  readonly kind: MailKind;
  readonly source: MailSourceId;
  readonly sign: MailSign;
  /** As the record names it; `*` all mailboxes; null when it does not say. */
  readonly mailbox: string | null;
  /** Identity that the server took for the caller; null when it does not say. */
  readonly actor: string | null;
  readonly address: string | null;
  readonly protocol: string;
  readonly verb: string;
  readonly bytes: number;
  readonly agent: string;
  readonly requestId: string | null;
  readonly detail: MailDetail;
}

/** A row with what most records lack left out. */
export function mailRow(
  row: Partial<MailRow> & Pick<MailRow, "kind" | "source" | "sign" | "protocol" | "verb">,
): MailRow {
  return {
    mailbox: null,
    actor: null,
    address: null,
    bytes: 0,
    agent: "",
    requestId: null,
    detail: {},
    ...row,
  };
}
