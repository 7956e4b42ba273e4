import type { Event } from "../../model/index.ts";
import { mailRow, type MailRow } from "./mail-row.ts";
import { isMonitoring, localPart } from "./names.ts";
import { isMailVerb, kindOfVerb } from "./verbs.ts";

// Keys of EventData as the server's own code sets them (OwaServerLogger, 15.0, read in public decompiled sources; no public sample):
// PSA mailbox (address, marked as personal), user who opened somebody else's mailbox (left out for the owner), MG its GUID. EventId is the
// service call. No record names the client.

/** The mailbox that a record of Outlook on the web is about, its owner's address. */
export function owaMailbox(fields: Readonly<Record<string, string>>): string | null {
  return unmarked(fields["S:PSA"]);
}

/** Rows of the server log of Outlook on the web, back end: calls that show or change mail. */
export function owaRows(event: Event): readonly MailRow[] {
  const { fields } = event;
  const verb = fields["EventId"] ?? "";
  const mailbox = owaMailbox(fields);
  if (mailbox === null || !isMailVerb(verb) || isMonitoring(mailbox)) return [];
  const actor = unmarked(fields["S:user"]) ?? mailbox;
  if (isMonitoring(actor)) return [];
  return [
    mailRow({
      kind: kindOfVerb(verb),
      source: "owa",
      sign: localPart(actor) === localPart(mailbox) ? "plain" : "as-another",
      mailbox,
      actor,
      protocol: "OWA",
      verb,
      requestId: fields["S:ActID"]?.toLowerCase() ?? null,
    }),
  ];
}

/** `<PII>a.b@school.example</PII>` */
function unmarked(text: string | undefined): string | null {
  const bare = (text ?? "").replace(/^<PII>(.*)<\/PII>$/iu, "$1").trim();
  return bare === "" ? null : bare;
}
