import type { IndicatorList, Tip } from "../../model/index.ts";
import { code, evidenceText, html } from "../html-template.ts";
import type { Html } from "../html-template.ts";
import { counted, groupedNumber } from "../numbers.ts";
import { findingLinks } from "../view.ts";
import type { ReportView } from "../view.ts";
import { TIP_WORDS } from "../words.ts";
import { time } from "./parts.ts";
import { table } from "./table.ts";

const VALUE_LIMIT = 400;

function tipRow(view: ReportView, tip: Tip): readonly Html[] {
  const links = findingLinks(view, tip.findings);
  return [
    code(tip.value, VALUE_LIMIT),
    html`${TIP_WORDS[tip.state]}`,
    html`${tip.source === "" ? "not said" : evidenceText(tip.source, VALUE_LIMIT)}
      <p class="note">${time(tip.time)}</p>`,
    html`<p>${evidenceText(tip.text)}</p>
      ${links === null ? null : html`<p>Findings: ${links}</p>`}`,
  ];
}

function listRow(list: IndicatorList): readonly Html[] {
  const unused = list.unused.map(({ kind, count }) => `${groupedNumber(count)} ${kind}`).join(", ");
  return [
    code(list.file, VALUE_LIMIT),
    html`${counted(list.used, "indicator")}`,
    html`${groupedNumber(list.seen)}`,
    unused === "" ? html`nothing` : evidenceText(unused, VALUE_LIMIT),
  ];
}

/** What others said, and lists that were searched for; null when there are none. */
export function tipsSection(view: ReportView): Html | null {
  const { tips, indicatorLists } = view.assessment;
  if (tips.length === 0 && indicatorLists.length === 0) return null;
  const told = table({
    caption: "What others told, held against the evidence",
    columns: ["Tip", "Answer", "Who says so, and when", "What the evidence says"],
    rows: tips.map((tip) => tipRow(view, tip)),
  });
  const lists = table({
    caption: "Lists of indicators that were searched for",
    columns: ["List", "Searched for", "Seen", "Not searched for"],
    rows: indicatorLists.map(listRow),
  });
  return html`<section aria-labelledby="tips">
    <h2 id="tips">Tips and indicators from others</h2>
    ${tips.length === 0 ? null : told} ${indicatorLists.length === 0 ? null : lists}
  </section>`;
}
