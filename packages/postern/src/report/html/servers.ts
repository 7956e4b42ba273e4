import type { PatchState, ServerAssessment } from "../../model/index.ts";
import { code, evidenceText, html, label } from "../html-template.ts";
import type { Html } from "../html-template.ts";
import { counted } from "../numbers.ts";
import { readableDay, readableTime } from "../times.ts";
import type { ReportView } from "../view.ts";
import { NO_SERVER, PATCH_WORDS, SUPPORT_WORDS } from "../words.ts";
import { coveragePart } from "./coverage.ts";
import { flawsPart } from "./flaws.ts";
import { hybridPart } from "./hybrid.ts";
import { atMost, facts, list, verdictBadge } from "./parts.ts";
import { table } from "./table.ts";

const HYBRID_WORDS = { unknown: "unknown", yes: "yes", no: "no" } as const;

function builds(server: ServerAssessment): Html | null {
  if (server.builds.length === 0) return null;
  return table({
    caption: "Builds seen over time",
    columns: ["Build", "Name", "First seen", "Last seen", "Read from"],
    rows: server.builds.map((build) => [
      code(build.build, 60),
      build.name === null ? "not in the knowledge" : label(build.name),
      readableTime(build.first),
      readableTime(build.last),
      evidenceText(build.source, 300),
    ]),
  });
}

/** An old build lacks a hundred fixes: the worst are named, the others one click away. */
const LACKS_SHOWN = 10;

function lackedFlaws(lacks: readonly string[]): Html {
  const ids = (cves: readonly string[]): readonly Html[] =>
    cves.map((cve, i) => html`${i === 0 ? "" : ", "}<span class="nowrap">${label(cve)}</span>`);
  const { shown, left } = atMost(lacks, LACKS_SHOWN);
  if (left === 0) return html`${ids(shown)}`;
  return html`${ids(shown)}
    <details>
      <summary>and ${counted(left, "more flaw")}</summary>
      <p>${ids(lacks.slice(LACKS_SHOWN))}</p>
    </details>`;
}

function patchFacts(patch: PatchState): Html {
  return facts([
    ["Level", PATCH_WORDS[patch.level]],
    ["Newest build seen", patch.build === null ? "none" : code(patch.build, 60)],
    ["Support on the day of the newest record", SUPPORT_WORDS[patch.support]],
    ["Mitigations present", list(patch.mitigations.map((text) => evidenceText(text)))],
    ...(patch.extendedProtection === undefined
      ? []
      : [["Extended Protection", evidenceText(patch.extendedProtection.why)] as const]),
    ["Settings still needed", list(patch.configurationNeeded.map((text) => evidenceText(text)))],
    ["Flaws not fixed, worst first", patch.lacks.length === 0 ? null : lackedFlaws(patch.lacks)],
    ["Next step", evidenceText(patch.next)],
    ["Knowledge as of", readableDay(patch.knowledgeAsOf)],
  ]);
}

function identity(server: ServerAssessment): Html {
  const addresses = server.addresses.map((address, i) => [i === 0 ? "" : ", ", code(address, 100)]);
  return facts([
    ["Product", server.product === null ? "unknown" : `Exchange ${server.product}`],
    ["Build", server.build === null ? "unknown" : code(server.build, 60)],
    ["Addresses", server.addresses.length === 0 ? "unknown" : html`${addresses}`],
    [
      "Hybrid with Microsoft 365",
      html`${HYBRID_WORDS[server.hybrid.state]}${server.hybrid.note === "" ? null : html`. ${evidenceText(server.hybrid.note)}`}`,
    ],
  ]);
}

function serverPart(view: ReportView, server: ServerAssessment, index: number): Html {
  const anchor = `server-${index + 1}`;
  const name = label(server.name);
  return html`<article class="server" aria-labelledby="${anchor}">
    <h3 id="${anchor}">${name}</h3>
    <p class="lead">${verdictBadge(server.verdict)} ${evidenceText(server.summary)}</p>
    ${server.dwell === null ? null : html`<p>${evidenceText(server.dwell.text, 800)}</p>`} ${identity(server)}
    <h4>Verdict by flaw</h4>
    ${flawsPart(view, server)}
    <h4>Patch state</h4>
    <p>
      ${evidenceText(server.patch.summary)} <strong>Patched does not mean clean:</strong> an update closes the
      hole and removes nothing that came through it.
    </p>
    ${patchFacts(server.patch)} ${builds(server)} ${hybridPart(server.hybrid)}
    <h4>What the evidence covers</h4>
    ${coveragePart(server.coverage, name)}
  </article> `;
}

/** Each server with its verdict, its flaws, its patch state and its coverage. */
export function serversSection(view: ReportView): Html {
  const { servers } = view.assessment;
  const body =
    servers.length === 0
      ? html`<p>${NO_SERVER}</p>`
      : servers.map((server, i) => serverPart(view, server, i));
  return html`<section aria-labelledby="servers">
    <h2 id="servers">Servers</h2>
    ${body}
  </section>`;
}
