import type { HybridAssessment, SharedIdentityState } from "../../model/index.ts";
import { code, evidenceText, html } from "../html-template.ts";
import type { Html } from "../html-template.ts";
import { counted } from "../numbers.ts";
import { atMost, facts, list, span } from "./parts.ts";
import { table } from "./table.ts";

const SHARED_WORDS: Readonly<Record<SharedIdentityState, string>> = {
  "not-applicable": "does not apply",
  exposed: "open: the build lacks the fix",
  "patched-not-fixed": "open: updated, but not set up",
  "fixed-on-premises": "closed on this side; the tenant's side is not shown",
  fixed: "closed",
  unknown: "cannot be told",
};

const SPANS_SHOWN = 50;
const WHERE = { local: "here", online: "Exchange Online", moving: "on the way" } as const;

/** What is known of mailboxes in Exchange Online, and what to ask for there; null when nothing speaks for any. */
export function hybridPart(hybrid: HybridAssessment): Html | null {
  if (hybrid.state !== "yes" && hybrid.facts.length === 0) return null;
  const { mailboxes, sharedIdentity } = hybrid;
  return html`<h4>Exchange Online</h4>
    <p>${evidenceText(hybrid.note)}</p>
    ${facts([
      [
        "What shows it",
        list(
          hybrid.facts.map((fact) => html`${evidenceText(fact.text)} ${span(fact.firstSeen, fact.lastSeen)}`),
        ),
      ],
      [
        "Mailboxes",
        mailboxes.local + mailboxes.online === 0
          ? null
          : `${String(mailboxes.local)} here, ${String(mailboxes.online)} in Exchange Online`,
      ],
      [
        "Shared identity (CVE-2025-53786)",
        html`${SHARED_WORDS[sharedIdentity.state]}. ${evidenceText(sharedIdentity.why)}`,
      ],
      ["What would settle it", list(sharedIdentity.missing.map((text) => evidenceText(text)))],
      ["Not answered by this server", list(hybrid.cannotAnswer.map((text) => evidenceText(text)))],
    ])}
    ${spans(mailboxes)} ${questions(hybrid)}`;
}

function spans({ spans: all, left }: HybridAssessment["mailboxes"]): Html | null {
  if (all.length === 0) return null;
  const { shown, left: hidden } = atMost(all, SPANS_SHOWN);
  return html`${table({
    caption: "Where mailboxes were",
    columns: ["Mailbox", "Where", "When", "How it is known"],
    rows: shown.map((one) => [
      code(one.mailbox, 200),
      WHERE[one.where],
      span(one.from, one.to),
      evidenceText(one.how),
    ]),
  })}
  ${hidden + left === 0 ? null : html`<p class="note">and ${counted(hidden + left, "more mailbox", "more mailboxes")}</p>`}`;
}

function questions({ askCloud }: HybridAssessment): Html | null {
  if (askCloud.length === 0) return null;
  return table({
    caption: "What to ask the administrators of Microsoft 365 for",
    columns: ["What", "Search for", "Why"],
    rows: askCloud.map((one) => [one.title, evidenceText(one.search, 1_000), evidenceText(one.why)]),
  });
}
