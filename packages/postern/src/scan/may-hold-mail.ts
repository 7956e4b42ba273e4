import type { MailPivot } from "../detect/index.ts";
import type { ItemResult } from "./item-result.ts";

/** Logs that pair names. */
const PAIRING: ReadonlySet<string> = new Set([
  "exchange-httpproxy",
  "exchange-ews",
  "exchange-mapihttp",
  "exchange-rpc-client-access",
  "exchange-cmdlet",
  "message-tracking",
]);
const TIMED: ReadonlySet<string> = new Set([
  "exchange-ews",
  "exchange-mapihttp",
  "exchange-rpc-client-access",
]);

/** False when it is sure that an item holds nothing that the mailbox ledger follows. */
export function mayHoldMail(result: ItemResult, mail: MailPivot): boolean {
  const { artifact } = result;
  if ((mail.names.length > 0 || mail.accounts.length > 0) && PAIRING.has(artifact)) return true;
  if (mail.targets.length > 0 && artifact === "message-tracking") return true;
  return TIMED.has(artifact) && mail.moments.length > 0 && holdsMoment(result, mail.moments);
}

/** An hour of the item begins as a moment does, or a moment as the hour. */
function holdsMoment(result: ItemResult, moments: readonly string[]): boolean {
  const hours = result.tallies.flatMap((tally) => [...tally.hours.keys()]);
  const texts = hours.map((hour) => new Date(hour * 3_600_000).toISOString().slice(0, 13).toLowerCase());
  return texts.some((text) => moments.some((moment) => moment.startsWith(text) || text.startsWith(moment)));
}
