import { dayOf } from "../core/index.ts";
import type { MailPivot } from "../detect/index.ts";
import type { ItemResult } from "./item-result.ts";

/** Logs that pair names. */
const PAIRING: ReadonlySet<string> = new Set([
  "exchange-httpproxy",
  "exchange-ews",
  "exchange-mapihttp",
  "exchange-rpc-client-access",
  "exchange-owa",
  "exchange-imap-pop",
  "exchange-cmdlet",
  "message-tracking",
]);
/** Logs of the back end that record mail access. */
const BACK_END: ReadonlySet<string> = new Set([
  "exchange-ews",
  "exchange-mapihttp",
  "exchange-rpc-client-access",
  "exchange-mailbox-audit",
  "exchange-owa",
]);
/** Front-end logs in which an account opens mailboxes. */
const MAIL_PROXY = /^httpproxy\/(?:Ews|Owa|Mapi|RpcHttp|Eas|unknown)$/u;

/** False when it is sure that an item holds nothing that the mailbox ledger follows. */
export function mayHoldMail(result: ItemResult, mail: MailPivot): boolean {
  const { artifact } = result;
  if (
    PAIRING.has(artifact) &&
    (mail.ids.length > 0 || (mail.names.length > 0 && holdsDay(result, mail.days)))
  )
    return true;
  if (mail.accounts.length > 0 && isMailLog(result) && holdsSince(result, mail.accountsSinceMs)) return true;
  if (mail.usual.length > 0 && isRequestLog(result) && holdsSpan(result, mail)) return true;
  if (mail.targets.length > 0 && artifact === "message-tracking") return true;
  return BACK_END.has(artifact) && mail.moments.length > 0 && holdsMoment(result, mail.moments);
}

function isMailLog({ artifact, tallies }: ItemResult): boolean {
  return BACK_END.has(artifact) || tallies.some(({ source }) => MAIL_PROXY.test(source));
}

/** Where people sign in from; the back end knows only the front end. */
function isRequestLog({ artifact, tallies }: ItemResult): boolean {
  return tallies.some(
    ({ source }) => MAIL_PROXY.test(source) || (artifact === "iis-w3c" && source === "iis-front-end"),
  );
}

function holdsSpan({ tallies }: ItemResult, { usualFromMs, usualBeforeMs }: MailPivot): boolean {
  return tallies.some(
    ({ firstMs, lastMs }) =>
      firstMs !== null && lastMs !== null && firstMs < usualBeforeMs && lastMs >= usualFromMs,
  );
}

function holdsSince({ tallies }: ItemResult, sinceMs: number): boolean {
  return tallies.some(({ lastMs }) => lastMs !== null && lastMs >= sinceMs);
}

const HOUR_MS = 3_600_000;

function holdsDay({ tallies }: ItemResult, days: readonly string[]): boolean {
  return tallies.some(({ hours }) => [...hours.keys()].some((hour) => days.includes(dayOf(hour * HOUR_MS))));
}

/** An hour of the item begins as a moment does, or a moment as the hour. */
function holdsMoment({ tallies }: ItemResult, moments: readonly string[]): boolean {
  const hours = tallies.flatMap((tally) => [...tally.hours.keys()]);
  const texts = hours.map((hour) => new Date(hour * HOUR_MS).toISOString().slice(0, 13).toLowerCase());
  return texts.some((text) => moments.some((moment) => moment.startsWith(text) || text.startsWith(moment)));
}
