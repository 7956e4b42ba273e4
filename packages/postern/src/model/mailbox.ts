import type { Citation } from "./finding.ts";
import type { UtcTime } from "./time.ts";

/** A line of the mailbox ledger. */
export interface MailboxLine {
  readonly mailbox: string;
  readonly actedAs: string;
  readonly how: string;
  readonly firstSeen: UtcTime | null;
  readonly lastSeen: UtcTime | null;
  readonly protocol: string;
  readonly requests: number;
  readonly bytesUpTo: number;
  readonly confidence: "proven" | "likely" | "possible" | "unknown";
  readonly citations: readonly Citation[];
  readonly missing: string;
}
