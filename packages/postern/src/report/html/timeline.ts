import type { StoryEntry } from "../../model/index.ts";
import { evidenceText, html, label } from "../html-template.ts";
import type { Html } from "../html-template.ts";
import { silenceBetween } from "../times.ts";
import { findingLink, serverName } from "../view.ts";
import type { ReportView } from "../view.ts";
import { rungBadge, time } from "./parts.ts";

function entry(view: ReportView, item: StoryEntry, before: StoryEntry | undefined): Html {
  const silence = silenceBetween(before?.time ?? null, item.time);
  const gap =
    silence === null ? null : html`<li class="silence"><span>${silence} without an entry</span></li> `;
  return html`${gap}
    <li class="entry r-${item.rung ?? "lead"}">
      <p class="when">${time(item.time)} · ${label(serverName(view, item.server))}</p>
      <p>${evidenceText(item.text)}</p>
      <p class="badges">
        ${rungBadge(item.rung)}
        <span class="note"
          >${findingLink(view, item.finding)}${item.actor === null ? null : html` · by ${label(item.actor)}`}</span
        >
      </p>
    </li> `;
}

/** What happened, in order, with the silences between. */
export function timelineSection(view: ReportView): Html {
  const { story } = view.assessment;
  const body =
    story.length === 0
      ? html`<p>There is no story to tell: no finding has steps in time.</p>`
      : html`<p>
            A silence means that nothing was done, or that nothing of it was recorded. The coverage of the
            servers says which days are missing.
          </p>
          <ol class="timeline">
            ${story.map((item, i) => entry(view, item, story[i - 1]))}
          </ol>`;
  return html`<section aria-labelledby="timeline">
    <h2 id="timeline">What happened, in order</h2>
    ${body}
  </section>`;
}
