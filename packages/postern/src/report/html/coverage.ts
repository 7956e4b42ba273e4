import type { Coverage, SourceCoverage } from "../../model/index.ts";
import { toGrid } from "../coverage-runs.ts";
import type { CoverageGrid, Run } from "../coverage-runs.ts";
import { evidenceText, html } from "../html-template.ts";
import type { Html } from "../html-template.ts";
import { counted } from "../numbers.ts";
import { readableDay, readableSpan, shortDay } from "../times.ts";
import { DAY_WORDS } from "../words.ts";
import { list } from "./parts.ts";

/** Narrower runs have no room for a word. */
const WORD_COLUMNS = 8;
/** Labels of the axis need this many columns. */
const AXIS_LABEL_COLUMNS = 5;

function runCell(run: Run, daysPerColumn: number): Html {
  const words = DAY_WORDS[run.state];
  const when =
    run.from === run.to ? readableDay(run.from) : `${readableDay(run.from)} to ${readableDay(run.to)}`;
  const state = run.state === "thin" && daysPerColumn > 1 ? "thin or with missing days" : words.label;
  const spoken = `${when}: ${state}, ${counted(run.records, "record")}`;
  const word = run.columns >= WORD_COLUMNS ? ` ${words.label}` : "";
  return html`<td colspan="${run.columns}" class="d-${run.state}" title="${spoken}">
    <span aria-hidden="true">${words.symbol}${word}</span><span class="spoken">${spoken}</span>
  </td>`;
}

function aboutSource(source: SourceCoverage): Html {
  const span = source.first === null ? "no times" : readableSpan(source.first, source.last);
  const damaged = source.damaged === 0 ? "" : `, ${counted(source.damaged, "damaged record")}`;
  const amount =
    source.items === 0
      ? "not in the evidence"
      : `${counted(source.items, "item")}, ${counted(source.records, "record")}${damaged}, ${span}`;
  return html`<strong>${evidenceText(source.title, 200)}</strong> <span class="note">${amount}</span>`;
}

function sourceRows(source: SourceCoverage, runs: readonly Run[], grid: CoverageGrid): Html {
  const cells =
    runs.length === 0
      ? html`<td colspan="${grid.columns}" class="d-none">
          ${source.items === 0 ? "not in the evidence" : "not tied to days"}
        </td>`
      : runs.map((run) => runCell(run, grid.daysPerColumn));
  return html`<tbody>
    <tr>
      <th colspan="${grid.columns}" scope="rowgroup">${aboutSource(source)}</th>
    </tr>
    <tr class="bar">
      ${cells}
    </tr>
  </tbody> `;
}

function gridTable(grid: CoverageGrid, name: Html): Html {
  const unit = grid.daysPerColumn === 1 ? "day" : `${grid.daysPerColumn} days`;
  const axis = grid.axis.map(({ from, columns }) => {
    const year = grid.daysPerColumn > 7 ? ` ${from.slice(0, 4)}` : "";
    // A short last group has no room for its label.
    const shown = columns < AXIS_LABEL_COLUMNS ? "spoken" : "seen";
    return html`<th scope="colgroup" colspan="${columns}">
      <span class="${shown}">${shortDay(from)}${year}</span>
    </th>`;
  });
  return html`<table class="coverage">
    <caption>
      ${name}, one column for each ${unit}
    </caption>
    <colgroup>
      ${Array.from({ length: grid.columns }, () => html`<col />`)}
    </colgroup>
    <thead>
      <tr>
        ${axis}
      </tr>
    </thead>
    ${grid.rows.map(({ source, runs }) => sourceRows(source, runs, grid))}
  </table>`;
}

function sourceList(coverage: Coverage): Html | null {
  return list(coverage.sources.map(aboutSource));
}

function legend(): Html {
  const entries = (["present", "thin", "missing"] as const).map((state) => {
    const words = DAY_WORDS[state];
    return html`<li>
      <span class="swatch d-${state}" aria-hidden="true">${words.symbol}</span>
      <strong>${words.label}</strong>: ${words.meaning}
    </li>`;
  });
  return html`<ul class="legend">
    ${entries}
  </ul>`;
}

function gaps(coverage: Coverage): Html | null {
  const titles = new Map(coverage.sources.map((source) => [source.source, source.title]));
  return list(
    coverage.gaps.map(
      (gap) =>
        html`${evidenceText(titles.get(gap.source) ?? gap.source, 200)}: ${readableSpan(gap.from, gap.to)}.
        ${evidenceText(gap.note)}`,
    ),
  );
}

/** Many logs are kept equally long: what is said of them stands once. */
function retention(coverage: Coverage): Html | null {
  const titles = new Map<string, string[]>();
  for (const source of coverage.sources) {
    if (source.retention === "") continue;
    const known = titles.get(source.retention);
    if (known === undefined) titles.set(source.retention, [source.title]);
    else known.push(source.title);
  }
  return list(
    [...titles].map(
      ([text, of]) =>
        html`${evidenceText(text)}
          <p class="note">${evidenceText(of.join(", "), 2000)}</p>`,
    ),
  );
}

function titled(title: string, body: Html | null): Html | null {
  return body === null
    ? null
    : html`<h5>${title}</h5>
        ${body} `;
}

/** What the evidence of one server covers: grid, holes, how long each source is kept, what was not seen. */
export function coveragePart(coverage: Coverage, name: Html): Html {
  const grid = toGrid(coverage);
  return html`${grid === null ? (sourceList(coverage) ?? html`<p>No evidence of this server has been read.</p>`) : html`${gridTable(grid, name)} ${legend()}`}
  ${titled("What could not be seen", list(coverage.notSeen.map((text) => evidenceText(text))))}${titled("Holes inside the records", gaps(coverage))}${titled("How long this is kept", retention(coverage))}`;
}
