import type { Citation } from "./finding.ts";
import type { UtcTime } from "./time.ts";

/** How sure a line of the mailbox ledger is, surest first. See docs/mailbox-ledger.md. */
export const MAIL_CONFIDENCES = ["proven", "likely", "possible", "unknown"] as const;
/**
 * proven: a record names that action on that mailbox by that identity · likely: a record shows the access, what it gave is inferred ·
 * possible: means and time were there, no record · unknown: the records that would show it are missing.
 */
export type MailConfidence = (typeof MAIL_CONFIDENCES)[number];

/** What was done, the gravest first: a line that saw several is called by the gravest. */
export const MAIL_KINDS = [
  "exported",
  "database-copied",
  "forwarded",
  "read",
  "synced",
  "searched",
  "listed",
  "opened",
  "accessed",
  "forwarding-set",
  "rule-set",
  "transport-rule-set",
  "reach-granted",
  "right-granted",
  "device-allowed",
  "sent",
  "changed",
  "covering-tracks",
  "page-written",
] as const;
/** What was done with a mailbox. */
export type MailKind = (typeof MAIL_KINDS)[number];

/** An operation and how often it was seen. */
export interface VerbCount {
  readonly verb: string;
  readonly count: number;
}

/** One message that left by mail flow. All untrusted. */
export interface LeftMessage {
  readonly time: UtcTime | null;
  readonly recipient: string;
  readonly sender: string;
  readonly subject: string;
  readonly bytes: number;
  /** The other side confirmed that it took the message (SEND with status 250). */
  readonly delivered: boolean;
}

/** A line of the mailbox ledger: one mailbox, one identity that acted, one way. */
export interface MailboxLine {
  /** `M1`, `M2` ...; stable within a case. */
  readonly id: string;
  /** Server id, see ServerAssessment.id. */
  readonly server: string;
  readonly kind: MailKind;
  /** Address where the evidence gives one, else the id that the records use; `all mailboxes`; `not named in the logs`. Untrusted. */
  readonly mailbox: string;
  /** Other names of the mailbox that the evidence pairs with it. Untrusted. */
  readonly alsoKnownAs: readonly string[];
  /** Identity under which the server acted. Untrusted. */
  readonly actedAs: string;
  /** How it is known, in plain words. */
  readonly how: string;
  readonly firstSeen: UtcTime | null;
  readonly lastSeen: UtcTime | null;
  readonly protocol: string;
  readonly requests: number;
  /** Sorted by verb. */
  readonly verbs: readonly VerbCount[];
  /** Bytes that left at most; never exact: compression, headers and repeated downloads are in it. */
  readonly bytesUpTo: number;
  /** Folders, filters, file, rule: what is known of how much of the mailbox it concerns; empty when nothing is. */
  readonly scope: string;
  /** Where it went: file of an export, recipient of a forward, account that got a right; null when that has no place. Untrusted. */
  readonly target: string | null;
  readonly confidence: MailConfidence;
  /** Client addresses, sorted. */
  readonly addresses: readonly string[];
  /** Actor id, see Actor.id; null when no single address stands behind it. */
  readonly actor: string | null;
  /** Ids of findings that this line belongs to. */
  readonly findings: readonly string[];
  /** For forwards: the messages that went out, the first ones. */
  readonly messages: readonly LeftMessage[];
  /** Messages beyond those listed. */
  readonly messagesLeft: number;
  readonly citations: readonly Citation[];
  /** What could still be missing. */
  readonly missing: string;
}

/** What kind of name of a mailbox or an account. */
export type NameKind = "sid" | "guid" | "address" | "account" | "legacy-dn" | "canonical" | "alias";

/** A name of somebody, as the evidence has it. Untrusted. */
export interface IdentityName {
  readonly kind: NameKind;
  readonly value: string;
}

/** Two names that one record gives to one identity. */
export interface IdentityPair {
  readonly a: IdentityName;
  readonly b: IdentityName;
  readonly firstSeen: UtcTime | null;
  readonly lastSeen: UtcTime | null;
  readonly records: number;
  readonly citation: Citation;
}

/** Everything that the evidence calls one owner of a mailbox or one account. */
export interface Identity {
  /** Sorted by kind, then value. */
  readonly names: readonly IdentityName[];
  readonly pairs: readonly IdentityPair[];
  /** One id with several names of the same kind: renamed or used again. Empty when there is no such. */
  readonly note: string;
}

/** Logs that record mail access on one server, and the days that they cover. */
export interface MailSource {
  readonly source: string;
  readonly title: string;
  readonly first: UtcTime | null;
  readonly last: UtcTime | null;
  readonly missingDays: number;
}

/** What the evidence of one server says about mail access at all. Never that no mail was read. */
export interface MailStatement {
  readonly text: string;
  readonly sources: readonly MailSource[];
  /** What would not be visible, one plain sentence each. */
  readonly notVisible: readonly string[];
}
