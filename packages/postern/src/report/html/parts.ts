import type { CveVerdict, Rung, UtcTime } from "../../model/index.ts";
import { code, html } from "../html-template.ts";
import type { Html, HtmlValue } from "../html-template.ts";
import { groupedNumber } from "../numbers.ts";
import { preciseTime, readableSpan } from "../times.ts";
import { VERDICT_WORDS, rungLabel } from "../words.ts";

/** A verdict as symbol and word. The symbol is for the eye only. */
export function verdictBadge(verdict: CveVerdict): Html {
  const words = VERDICT_WORDS[verdict];
  return html`<span class="badge v-${verdict}"
    ><span aria-hidden="true">${words.symbol}</span> ${words.label}</span
  >`;
}

/** A rung as word and number. */
export function rungBadge(rung: Rung | null): Html {
  return html`<span class="badge rung r-${rung ?? "lead"}">${rungLabel(rung)}</span>`;
}

/** A time for people, with the exact one for machines. */
export function time(utc: UtcTime | null): Html {
  return utc === null ? html`time unknown` : html`<time datetime="${utc}">${preciseTime(utc)}</time>`;
}

/** A span of time for people. */
export function span(first: UtcTime | null, last: UtcTime | null): Html {
  return html`<span class="time">${readableSpan(first, last)}</span>`;
}

/** A definition list; entries without a value are left out. */
export function facts(entries: readonly (readonly [string, HtmlValue])[]): Html {
  const shown = entries.filter(([, value]) => value !== null && value !== "");
  return html`<dl class="facts">
    ${shown.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A bulleted list, or null when it is empty. */
export function list(items: readonly HtmlValue[]): Html | null {
  return items.length === 0
    ? null
    : html`<ul>
        ${items.map((item) => html`<li>${item}</li>`)}
      </ul>`;
}

/** Splits at `limit` and tells how many are left. */
export function atMost<T>(
  items: readonly T[],
  limit: number,
): { readonly shown: readonly T[]; readonly left: number } {
  return { shown: items.slice(0, limit), left: Math.max(0, items.length - limit) };
}

/** The model keeps up to 50 names of each kind. */
const NAMES_SHOWN = 12;

/** Untrusted names, one a line, with the number of those left out. */
export function names(values: readonly string[]): Html {
  const { shown, left } = atMost(values, NAMES_SHOWN);
  const items = shown.map((value) => html`<li>${code(value, 400)}</li>`);
  return html`<ul class="names">
    ${items}${left === 0 ? null : html`<li>and ${groupedNumber(left)} more</li>`}
  </ul>`;
}
