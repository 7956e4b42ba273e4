import type { Activity, Intruder, Resemblance, Stage } from "../../model/index.ts";
import { code, evidenceText, html, label } from "../html-template.ts";
import type { Html } from "../html-template.ts";
import { counted } from "../numbers.ts";
import { readableDay, readableSpan, silenceBetween } from "../times.ts";
import { findingLinks, serverName } from "../view.ts";
import type { ReportView } from "../view.ts";
import { PACE_WORDS } from "../words.ts";
import { atMost, facts, list, names, rungBadge, time } from "./parts.ts";

/** More stretches of work help nobody on paper. */
const ACTIVITIES_SHOWN = 15;

/** The anchor of an intruder: from its position, because ids come from a file that somebody may have changed. */
function anchorOf(index: number): string {
  return `intruder-${index + 1}`;
}

function stages(view: ReportView, shown: readonly Stage[]): Html | null {
  if (shown.length === 0) return null;
  const steps = shown.map(
    (stage) =>
      html`<li>
        <strong>${evidenceText(stage.title, 80)}</strong>
        <span class="note"
          >${stage.firstSeen === null ? "time unknown" : readableDay(stage.firstSeen.slice(0, 10))} ·
          ${findingLinks(view, stage.findings)} · ${label(stage.techniques.join(", "))}</span
        >
      </li> `,
  );
  return html`<ol class="stages">
    ${steps}
  </ol>`;
}

function activity(item: Activity, before: Activity | undefined): Html {
  const silence = silenceBetween(before?.to ?? null, item.from);
  const gap = silence === null ? null : html`<li class="silence"><span>${silence} of silence</span></li> `;
  return html`${gap}
    <li class="entry r-${item.rung ?? "lead"}">
      <p class="when">${readableSpan(item.from, item.to)} · ${code(item.addresses.join(", "), 300)}</p>
      <p>${evidenceText(item.text, 1200)}</p>
    </li> `;
}

function activities(intruder: Intruder): Html | null {
  const { shown, left } = atMost(intruder.activities, ACTIVITIES_SHOWN);
  if (shown.length === 0) return null;
  return html`<h4>When it was at work</h4>
    <ol class="timeline">
      ${shown.map((item, i) => activity(item, shown[i - 1]))}
    </ol>
    ${left === 0 ? null : html`<p class="note">And ${counted(left, "more stretch", "more stretches")}.</p>`}`;
}

function resemblance(item: Resemblance): Html {
  return html`<p>
      <strong>Resembles ${evidenceText(item.name, 200)}</strong> (${item.confidence} confidence), which is no
      proof of who it was.
    </p>
    <p class="note">Matches: ${evidenceText(item.matches.join("; "), 600)}.</p>
    ${list(item.against.map((text) => evidenceText(text, 200)))}`;
}

function likenesses({ resembles }: Intruder): Html {
  if (resembles.length === 0)
    return html`<p class="note">
      It resembles no group whose telling facts Postern knows. Names of back doors alone are never a likeness.
    </p>`;
  return html`${resembles.map(resemblance)}`;
}

function related(view: ReportView, intruder: Intruder): Html | null {
  return list(
    intruder.related.map((other) => {
      const index = view.assessment.intruders.findIndex((one) => one.id === other.intruder);
      const name = label(other.intruder);
      return html`${index < 0 ? name : html`<a href="#${anchorOf(index)}">${name}</a>`}:
      ${evidenceText(other.why, 500)}`;
    }),
  );
}

function intruderPart(view: ReportView, intruder: Intruder, index: number): Html {
  const anchor = anchorOf(index);
  return html`<article class="finding" aria-labelledby="${anchor}">
    <h3 id="${anchor}"><span class="id">${label(intruder.id)}</span> Intruder ${index + 1}</h3>
    <p class="badges">
      ${rungBadge(intruder.rung)} <span>${time(intruder.firstSeen)} to ${time(intruder.lastSeen)}</span>
    </p>
    <p class="lead">${evidenceText(intruder.paragraph, 2000)}</p>
    ${stages(view, intruder.stages)}
    ${facts([
      ["Addresses", names(intruder.addresses)],
      ["Programs it named", intruder.userAgents.length === 0 ? null : names(intruder.userAgents)],
      ["Servers", label(intruder.servers.map((id) => serverName(view, id)).join(", "))],
      ["Back doors", intruder.backDoors.length === 0 ? null : names(intruder.backDoors)],
      ["Accounts", intruder.accounts.length === 0 ? null : names(intruder.accounts)],
      ["Pace", PACE_WORDS[intruder.pace]],
      ["Hours", intruder.hours === null ? null : evidenceText(intruder.hours)],
      ["Why this is one intruder", list(intruder.joinedBy.map((text) => evidenceText(text, 400)))],
      ["May be the same, or connected", related(view, intruder)],
      ["Findings", findingLinks(view, intruder.findings)],
    ])}
    ${activities(intruder)} ${likenesses(intruder)}
  </article> `;
}

/** Who got in: each intruder with its account, its stages, its stretches of work and what it resembles. */
export function intrudersSection(view: ReportView): Html {
  const { intruders } = view.assessment;
  const body =
    intruders.length === 0
      ? html`<p>
          No record ties what worked to an address, so nobody can be told apart. That does not mean that
          nobody was there.
        </p>`
      : html`<p>
            ${counted(intruders.length, "intruder")} can be told apart. Addresses are rented and stolen: they
            say from where, not who. Whoever only tried is listed among the actors below.
          </p>
          ${intruders.map((intruder, index) => intruderPart(view, intruder, index))}`;
  return html`<section aria-labelledby="intruders">
    <h2 id="intruders">Who got in</h2>
    ${body}
  </section>`;
}
