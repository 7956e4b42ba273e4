import { html } from "../html-template.ts";
import type { Html, HtmlValue } from "../html-template.ts";

/** A table as data. The first cell of each row is its header. */
export interface Table {
  readonly caption: string;
  /** True where a heading right above says the same: the caption is then for screen readers only. */
  readonly captionSpoken?: boolean;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly HtmlValue[])[];
}

function cell(column: string, value: HtmlValue, index: number): Html {
  // On a phone each cell is a line of its own and carries the name of its column (see the style sheet).
  return index === 0
    ? html`<th scope="row" role="rowheader" data-column="${column}">${value}</th>`
    : html`<td role="cell" data-column="${column}">${value}</td>`;
}

/**
 * A data table with caption and scoped headers. Roles are written out because the phone layout sets `display: block`, which takes
 * the table's meaning from some screen readers: https://adrianroselli.com/2018/02/tables-css-display-properties-and-aria.html
 */
export function table(data: Table): Html {
  const head = data.columns.map((column) => html`<th scope="col" role="columnheader">${column}</th>`);
  const rows = data.rows.map(
    (row) =>
      html`<tr role="row">
        ${row.map((value, i) => cell(data.columns[i] ?? "", value, i))}
      </tr> `,
  );
  return html`<table class="data" role="table">
    <caption class="${data.captionSpoken === true ? "spoken" : "seen"}">
      ${data.caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${head}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows}
    </tbody>
  </table>`;
}
