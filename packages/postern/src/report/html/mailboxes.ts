import type { LeftMessage, MailboxLine, MailConfidence, ServerAssessment } from "../../model/index.ts";
import { code, evidenceText, html, label } from "../html-template.ts";
import type { Html } from "../html-template.ts";
import {
  amountText,
  MAIL_CONFIDENCE_WORDS,
  MAIL_KIND_WORDS,
  mailboxesInShort,
  mailStatements,
  NO_MAIL_STATEMENT,
  verbsText,
} from "../mail-words.ts";
import { counted, readableBytes } from "../numbers.ts";
import { findingLinks, placeOf, serverName } from "../view.ts";
import type { ReportView } from "../view.ts";
import { atMost, facts, list, names, span, time } from "./parts.ts";
import { table } from "./table.ts";

/** More do not fit the first screen. */
const SHORT_SHOWN = 5;
/** The rest stands in the case file. */
const LINES_SHOWN = 200;
const CITATIONS_SHOWN = 6;
const OTHER_NAMES_SHOWN = 4;
const TEXT_LIMIT = 500;

function sureness(confidence: MailConfidence): Html {
  const words = MAIL_CONFIDENCE_WORDS[confidence];
  return html`<span class="nowrap"><span aria-hidden="true">${words.symbol}</span> ${words.label}</span>`;
}

/** Whose mail, in short: for the first screen. */
export function whoseMailPanel(view: ReportView): Html {
  const { shown, left } = atMost(mailboxesInShort(view.assessment), SHORT_SHOWN);
  const items = shown.map(
    ({ mailbox, confidence, what, line }) =>
      html`<li>
        <strong>${label(mailbox)}</strong>: ${what}
        <p class="note">
          ${sureness(confidence)}, ${amountText(line)}, ${span(line.firstSeen, line.lastSeen)}
        </p>
      </li> `,
  );
  const statements =
    view.assessment.servers.length === 0
      ? html`<p>${NO_MAIL_STATEMENT}</p>`
      : mailStatements(view.assessment).map(
          ({ server, text }) =>
            html`<p class="note">
              ${server === null ? null : html`${label(server)}: `}${evidenceText(text)}
            </p> `,
        );
  return html`<section class="panel" aria-labelledby="whose-mail">
    <h2 id="whose-mail">Whose mail</h2>
    ${
      shown.length === 0
        ? null
        : html`<ul class="found">
            ${items}
          </ul>`
    }
    ${left === 0 ? null : html`<p>And ${counted(left, "more mailbox", "more mailboxes")}: see <a href="#mailboxes">the ledger</a>.</p>`}
    ${statements}
  </section>`;
}

function overviewRow(line: MailboxLine, index: number): readonly Html[] {
  return [
    html`<a href="#mail-${index + 1}">${label(line.id)}</a>`,
    code(line.mailbox, 200),
    sureness(line.confidence),
    html`${MAIL_KIND_WORDS[line.kind]}${line.target === null ? null : html`, to ${code(line.target, 200)}`}`,
    html`${amountText(line)}`,
    span(line.firstSeen, line.lastSeen),
  ];
}

function messagesTable(line: MailboxLine): Html | null {
  if (line.messages.length === 0) return null;
  const row = (message: LeftMessage): readonly Html[] => [
    time(message.time),
    code(message.recipient, 200),
    code(message.sender, 200),
    evidenceText(message.subject, 200),
    html`${readableBytes(message.bytes)}`,
    message.delivered ? html`taken by the other side` : html`not shown`,
  ];
  const more =
    line.messagesLeft === 0
      ? null
      : html`<p class="note">${counted(line.messagesLeft, "more message")} not listed.</p>`;
  return html`<details>
    <summary>
      ${counted(line.messages.length, "message")} of
      ${counted(line.messages.length + line.messagesLeft, "message")}
    </summary>
    ${table({
      caption: "Messages that went out",
      columns: ["When", "To", "From", "Subject", "Size", "Delivery"],
      rows: line.messages.map(row),
    })}${more}
  </details>`;
}

function article(view: ReportView, line: MailboxLine, index: number): Html {
  const words = MAIL_CONFIDENCE_WORDS[line.confidence];
  const { shown, left } = atMost(line.alsoKnownAs, OTHER_NAMES_SHOWN);
  const others =
    shown.length === 0
      ? null
      : html`${shown.map((name, i) => [i === 0 ? "" : ", ", code(name, 200)])}${left === 0 ? null : ` and ${left} more`}`;
  const places = line.citations.slice(0, CITATIONS_SHOWN).map((citation) => code(placeOf(citation), 300));
  return html`<article class="finding" id="mail-${index + 1}" aria-labelledby="mail-${index + 1}-title">
    <h3 id="mail-${index + 1}-title">
      <span class="id">${label(line.id)}</span> ${label(line.mailbox)}: ${MAIL_KIND_WORDS[line.kind]}
    </h3>
    ${facts([
      [
        "How sure",
        html`<span aria-hidden="true">${words.symbol}</span> <strong>${words.label}</strong>: ${words.meaning}`,
      ],
      ["Also called", others],
      ["Acting as", line.actedAs === "" ? null : code(line.actedAs, 200)],
      ["Seen", span(line.firstSeen, line.lastSeen)],
      ["How much", amountText(line)],
      ["By", line.protocol],
      ["Operations", line.verbs.length === 0 ? null : evidenceText(verbsText(line), TEXT_LIMIT)],
      ["Where to", line.target === null ? null : code(line.target, TEXT_LIMIT)],
      ["How much of it", line.scope === "" ? null : evidenceText(line.scope, TEXT_LIMIT)],
      ["From", line.addresses.length === 0 ? null : names(line.addresses)],
      ["Server", label(serverName(view, line.server))],
      ["Findings", findingLinks(view, line.findings)],
    ])}
    <h4>How this is known</h4>
    <p>${evidenceText(line.how)}</p>
    ${
      line.missing === ""
        ? null
        : html`<h4>What could still be missing</h4>
            <p>${evidenceText(line.missing)}</p>`
    }
    ${messagesTable(line)}
    ${
      places.length === 0
        ? null
        : html`<h4>Evidence</h4>
            ${list(places)}`
    }
  </article> `;
}

function statement(server: ServerAssessment): Html {
  const { text, sources, notVisible } = server.mailAccess;
  const rows = sources.map(({ title, first, last, missingDays }) => [
    evidenceText(title, 200),
    span(first, last),
    html`${missingDays === 0 ? "none" : String(missingDays)}`,
  ]);
  return html`<h3>${label(server.name)}</h3>
    <p>${evidenceText(text)}</p>
    <h4>What would not be visible</h4>
    ${list(notVisible.map((line) => evidenceText(line)))}
    ${
      rows.length === 0
        ? null
        : html`<details>
            <summary>Logs that record mail access, and the days they cover</summary>
            ${table({ caption: "Logs and days", captionSpoken: true, columns: ["Log", "From and to", "Days missing in between"], rows })}
          </details>`
    } `;
}

/** The mailbox ledger: whose mail was read or taken, how sure that is, and what would not be visible. */
export function mailboxesSection(view: ReportView): Html {
  const { mailboxes, servers } = view.assessment;
  const { shown, left } = atMost(mailboxes, LINES_SHOWN);
  const overview = table({
    caption: "Mailboxes, the surest first",
    columns: ["Line", "Mailbox", "How sure", "What was done", "How much", "When"],
    rows: shown.map(overviewRow),
  });
  return html`<section aria-labelledby="mailboxes">
    <h2 id="mailboxes">Whose mail</h2>
    ${servers.length === 0 ? html`<p>${NO_MAIL_STATEMENT}</p>` : servers.map((server) => statement(server))}
    ${shown.length === 0 ? null : html`${overview} ${shown.map((line, i) => article(view, line, i))}`}
    ${left === 0 ? null : html`<p>${counted(left, "more line")}: see case.json.</p>`}
  </section>`;
}
