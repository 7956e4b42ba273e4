import type { Assessment, Step } from "../../model/index.ts";
import { code, evidenceText, html, label } from "../html-template.ts";
import type { Html } from "../html-template.ts";
import { groupDamage } from "../damage.ts";
import { groupFindings, type FoundGroup } from "../found.ts";
import { counted, groupedNumber } from "../numbers.ts";
import { readableTime } from "../times.ts";
import { findingLink, findingLinks, notSeenOf, serverName } from "../view.ts";
import type { ReportView } from "../view.ts";
import { BEFORE_YOU_TOUCH, NO_FINDINGS, NO_SERVER, VERDICT_WORDS } from "../words.ts";
import { answersPart } from "./answers.ts";
import { whoseMailPanel } from "./mailboxes.ts";
import { atMost, rungBadge, time } from "./parts.ts";

/** The rest stands in the coverage of each server. */
const NOT_SEEN_SHOWN = 8;
const DAMAGE_SHOWN = 3;
/** More do not fit the screen beside the steps. */
const FOUND_SHOWN = 6;

function banner(assessment: Assessment): Html {
  const words = VERDICT_WORDS[assessment.verdict];
  const asOf =
    assessment.scope.asOf === null
      ? html`The evidence names no time, so the answer has no date.`
      : html`The answer holds up to ${time(assessment.scope.asOf)}, the newest record seen.`;
  return html`<div class="banner v-${assessment.verdict}">
    <span class="banner-symbol" aria-hidden="true">${words.symbol}</span>
    <div>
      <p class="banner-label">${words.label}</p>
      <h1>${evidenceText(assessment.summary)}</h1>
      <p class="banner-date">${asOf}</p>
    </div>
  </div>`;
}

function beforeYouTouch(): Html {
  const items = BEFORE_YOU_TOUCH.map(({ title, why }) => html`<li><strong>${title}</strong> ${why}</li> `);
  return html`<section class="panel warning" aria-labelledby="before">
    <h2 id="before">Before you touch anything</h2>
    <ul class="rules">
      ${items}
    </ul>
  </section>`;
}

function foundItem(view: ReportView, { first, others }: FoundGroup): Html {
  const more =
    others.length === 0
      ? null
      : html`, and ${groupedNumber(others.length)} more of this kind
        (${findingLinks(
          view,
          others.map(({ id }) => id),
        )})`;
  const server = view.assessment.servers.length > 1 ? html`${label(serverName(view, first.server))}, ` : null;
  return html`<li>
    ${findingLink(view, first.id)} ${evidenceText(first.title, 300)}${more}
    <p class="badges">
      ${rungBadge(first.rung)} <span class="note">${server}${readableTime(first.firstSeen)}</span>
    </p>
  </li> `;
}

function whatWasFound(view: ReportView): Html {
  const { shown, left } = atMost(groupFindings(view.assessment.findings), FOUND_SHOWN);
  const body =
    shown.length === 0
      ? html`<p>${NO_FINDINGS}</p>`
      : html`<ul class="found">
            ${shown.map((group) => foundItem(view, group))}
          </ul>
          ${left === 0 ? null : html`<p>And more: see <a href="#findings">all findings</a>.</p>`}`;
  return html`<section class="panel" aria-labelledby="found">
    <h2 id="found">What was found</h2>
    ${body}
  </section>`;
}

function step(view: ReportView, item: Step): Html {
  const links = findingLinks(view, item.findings);
  return html`<li>
    <h3>${evidenceText(item.title)}</h3>
    <p>${evidenceText(item.detail)}</p>
    ${item.cost === "" ? null : html`<p class="note">${evidenceText(item.cost)}</p>`}
    ${links === null ? null : html`<p class="note">Because of ${links}</p>`}
  </li> `;
}

function firstSteps(view: ReportView): Html {
  const { firstSteps: steps } = view.assessment;
  const body =
    steps.length === 0
      ? html`<p>There is no step to name. The rules on this page hold all the same.</p>`
      : html`<ol class="steps">
          ${steps.map((item) => step(view, item))}
        </ol>`;
  return html`<section class="panel" aria-labelledby="first">
    <h2 id="first">What to do first</h2>
    ${body}
  </section>`;
}

function notSeen(assessment: Assessment): Html {
  const { shown, left } = atMost(notSeenOf(assessment), NOT_SEEN_SHOWN);
  const lines = shown.map(
    ({ server, text }) =>
      html`<li>${server === null ? null : html`${label(server)}: `}${evidenceText(text)}</li> `,
  );
  const more =
    left === 0 ? null : html`<li>${counted(left, "more gap")}: see <a href="#servers">the servers</a>.</li>`;
  const damage = groupDamage(assessment).slice(0, DAMAGE_SHOWN);
  const damaged = damage.map(
    ({ amount, before, path, note }) =>
      html`<li>
        <a href="#damage">${amount}</a> ${before} ${code(path, 160)}: ${evidenceText(note, 300)}
      </li> `,
  );
  return html`<section class="panel" aria-labelledby="unseen">
    <h2 id="unseen">What could not be seen</h2>
    <ul>
      ${assessment.servers.length === 0 ? html`<li>${NO_SERVER}</li> ` : null}${lines}${more} ${damaged}
      ${assessment.servers.length > 0 && lines.length === 0 && damage.length === 0 ? html`<li>No gap was found in the evidence that this question needs. Time outside the evidence stays unseen.</li>` : null}
    </ul>
  </section>`;
}

/** The answer, the questions that follow it, the warnings, what was found, the first steps and the limits: all that a frightened administrator needs, before any detail. */
export function firstScreen(view: ReportView): Html {
  return html`${banner(view.assessment)} ${answersPart(view.assessment.answers)}
    <div class="columns">
      <div>${beforeYouTouch()} ${whoseMailPanel(view)} ${whatWasFound(view)}</div>
      <div>${firstSteps(view)} ${notSeen(view.assessment)}</div>
    </div>`;
}
