import type { Citation, Finding } from "../../model/index.ts";
import { acknowledgedText } from "../acknowledged-text.ts";
import { code, evidenceText, html, label } from "../html-template.ts";
import type { Html } from "../html-template.ts";
import { counted, groupedNumber } from "../numbers.ts";
import { readableTime } from "../times.ts";
import { findingAnchor, placeOf, serverName } from "../view.ts";
import type { ReportView } from "../view.ts";
import { CONFIDENCE_WORDS, ENTITY_WORDS, NO_FINDINGS, SEVERITY_WORDS, rungWords } from "../words.ts";
import { atMost, facts, names, rungBadge, span, time } from "./parts.ts";
import { table } from "./table.ts";

/** More raw lines help nobody on paper; `postern show` has them. */
const CITATIONS_SHOWN = 10;
/** Shown without a click: enough to believe the finding; the rest would bury the next one. */
const CITATIONS_OPEN = 2;
/** Excerpts in the model hold up to 2,000 characters; longer ones were not made by us. */
const EXCERPT_LIMIT = 2000;
/** Some thirty ids of flaws or techniques. */
const IDS_LIMIT = 500;

function citation(item: Citation): Html {
  const when = item.time === null ? null : html` · ${time(item.time)}`;
  return html`<figure>
    <figcaption>${code(placeOf(item), 600)}${when}</figcaption>
    <pre tabindex="0" dir="ltr"><code>${evidenceText(item.excerpt, EXCERPT_LIMIT)}</code></pre>
    <p class="note">
      Byte ${groupedNumber(item.offset)}, ${counted(item.length, "byte")}, in the evidence with SHA-256
      ${code(item.evidence)}
    </p>
  </figure> `;
}

function citations(finding: Finding): Html {
  const { shown, left } = atMost(finding.citations, CITATIONS_SHOWN);
  const title = `Evidence: ${groupedNumber(shown.length)} of ${counted(Math.max(finding.count, finding.citations.length), "record or file", "records or files")}`;
  const open = shown.slice(0, CITATIONS_OPEN);
  const folded = shown.slice(CITATIONS_OPEN);
  const more =
    left === 0
      ? null
      : html`<p class="note">
          ${counted(left, "more citation")}: <code>postern show CASE ${label(finding.id)}</code>
        </p>`;
  const rest =
    folded.length === 0
      ? more
      : html`<details>
          <summary>${counted(folded.length, "more record or file", "more records or files")}</summary>
          ${folded.map(citation)}${more}
        </details>`;
  return html`<h4>${title}</h4>
    ${open.map(citation)}${rest}`;
}

function reasoning(finding: Finding): Html {
  const part = (title: string, text: string): Html | null =>
    text === ""
      ? null
      : html`<h4>${title}</h4>
          <p>${evidenceText(text)}</p> `;
  return html`${part("Why we say this", finding.why)}${part("Why it may be wrong", finding.doubt)}${part("What to do about it", finding.next)}`;
}

function joined(ids: readonly string[]): Html | null {
  return ids.length === 0 ? null : evidenceText(ids.join(", "), IDS_LIMIT);
}

function explained(finding: Finding): Html | null {
  const text = acknowledgedText(finding);
  return text === "" ? null : evidenceText(text);
}

function article(view: ReportView, finding: Finding, index: number): Html {
  const anchor = findingAnchor(index);
  const found = ENTITY_WORDS.flatMap(([key, word]): (readonly [string, Html])[] => {
    const values = finding.entities[key] ?? [];
    return values.length === 0 ? [] : [[word, names(values)]];
  });
  return html`<article class="finding" id="${anchor}" aria-labelledby="${anchor}-title">
    <h3 id="${anchor}-title">
      <span class="id">${label(finding.id)}</span> ${evidenceText(finding.title, 300)}
    </h3>
    <p class="badges">
      ${rungBadge(finding.rung)} <span class="note">${rungWords(finding.rung).meaning}</span>
    </p>
    ${facts([
      ["Server", label(serverName(view, finding.server))],
      ["Seen", span(finding.firstSeen, finding.lastSeen)],
      ["Urgency", SEVERITY_WORDS[finding.severity]],
      ["Confidence", CONFIDENCE_WORDS[finding.confidence]],
      ["Does not count", explained(finding)],
      ["Flaws", joined(finding.cves)],
      ["ATT&CK", joined(finding.attack)],
      ...found,
    ])}
    ${reasoning(finding)}
    ${finding.citations.length === 0 ? html`<p class="note">No raw line is kept for this finding.</p>` : citations(finding)}
    <p class="note">
      Found by
      ${finding.rules.length === 0 ? "no named rule" : finding.rules.map((rule, i) => [i === 0 ? "" : ", ", code(rule, 200)])}
    </p>
  </article> `;
}

function overview(view: ReportView): Html {
  const rows = view.assessment.findings.map((finding, i) => [
    html`<a href="#${findingAnchor(i)}">${label(finding.id)}</a>`,
    evidenceText(finding.title, 300),
    rungBadge(finding.rung),
    finding.confidence,
    label(serverName(view, finding.server)),
    readableTime(finding.firstSeen),
  ]);
  return table({
    caption: "All findings, furthest rung first",
    columns: ["Finding", "What", "How far it went", "Confidence", "Server", "First seen"],
    rows,
  });
}

/** Every finding with its evidence, its reasoning and its doubt. */
export function findingsSection(view: ReportView): Html {
  const { findings } = view.assessment;
  const body =
    findings.length === 0
      ? html`<p>${NO_FINDINGS}</p>`
      : html`${overview(view)} ${findings.map((finding, i) => article(view, finding, i))}`;
  return html`<section aria-labelledby="findings">
    <h2 id="findings">Findings</h2>
    ${body}
  </section>`;
}
