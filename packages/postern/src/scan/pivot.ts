import type { MailPivot } from "../detect/index.ts";

/** What to follow in a second look at the logs of requests. Plain data: workers are told it. */
export interface Pivot {
  /** Addresses of those who got in. */
  readonly addresses: readonly string[];
  /** Ends of paths of back doors, lower case, with the slash before them. */
  readonly pages: readonly string[];
  /** What the mailbox ledger asks for. */
  readonly mail: MailPivot;
  /** The same of pages that are gone, of which nobody knows what was in them. */
  readonly gone: readonly string[];
}
