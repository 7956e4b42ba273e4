import type { Actor, Assessment, Entities } from "../../model/index.ts";
import { evidenceText, html, label } from "../html-template.ts";
import type { Html } from "../html-template.ts";
import { counted, groupedNumber } from "../numbers.ts";
import { findingLinks } from "../view.ts";
import type { ReportView } from "../view.ts";
import { list, names, rungBadge, span } from "./parts.ts";
import { table } from "./table.ts";

/** Values longer than this are no indicator that anybody would paste. */
const VALUE_LIMIT = 600;

const COPY_LISTS: readonly (readonly [string, keyof Entities])[] = [
  ["Files", "files"],
  ["SHA-256", "hashes"],
  ["URLs", "urls"],
];

function actorRow(view: ReportView, actor: Actor): readonly Html[] {
  const links = findingLinks(view, actor.findings);
  return [
    label(actor.id),
    names(actor.addresses),
    html`${rungBadge(actor.rung)}
      <p class="note">${span(actor.firstSeen, actor.lastSeen)}, ${counted(actor.requests, "request")}</p>`,
    names(actor.userAgents),
    html`${list(actor.notes.map((note) => evidenceText(note)))}${links === null ? null : html`<p>Findings: ${links}</p>`}`,
  ];
}

function copyList(title: string, values: readonly string[], index: number): Html | null {
  const unique = [...new Set(values)].sort();
  if (unique.length === 0) return null;
  const lines = unique.map((value, i) => [i === 0 ? "" : "\n", evidenceText(value, VALUE_LIMIT)]);
  return html`<h4 id="copy-${index}">${title} (${groupedNumber(unique.length)})</h4>
    <pre class="copy" tabindex="0" role="region" aria-labelledby="copy-${index}" dir="ltr">${lines}</pre> `;
}

function copyLists({ actors, findings }: Assessment): Html {
  const lists = [
    copyList(
      "Addresses",
      actors.flatMap((actor) => actor.addresses),
      1,
    ),
    copyList(
      "User agents",
      actors.flatMap((actor) => actor.userAgents),
      2,
    ),
    ...COPY_LISTS.map(([title, key], i) =>
      copyList(
        title,
        findings.flatMap((finding) => finding.entities[key] ?? []),
        i + 3,
      ),
    ),
  ].filter((item) => item !== null);
  if (lists.length === 0) return html`<p>There is no indicator to copy.</p>`;
  return html`<p>One value a line; a click selects the list. Addresses of a load balancer, a proxy or your own network are not listed as actors. Hidden characters are written as <code>\\uXXXX</code>.</p>
${lists}`;
}

/** Who did it as far as addresses tell, and lists to paste into a firewall or a search. */
export function actorsSection(view: ReportView): Html {
  const { actors } = view.assessment;
  const body =
    actors.length === 0
      ? html`<p>No address is tied to a finding.</p>`
      : table({
          caption: "Addresses from which something was done",
          columns: ["Actor", "Addresses", "How far, and when", "User agents", "What is known"],
          rows: actors.map((actor) => actorRow(view, actor)),
        });
  return html`<section aria-labelledby="actors">
    <h2 id="actors">Actors and indicators</h2>
    <p>An address says from where, not who: intruders rent and steal machines.</p>
    ${body}
    <h3>Ready to copy</h3>
    ${copyLists(view.assessment)}
  </section>`;
}
