import { createHash } from "node:crypto";
import type { Assessment } from "../../model/index.ts";
import { html, htmlText, ownMarkup } from "../html-template.ts";
import type { Html } from "../html-template.ts";
import { readableDay } from "../times.ts";
import { toView } from "../view.ts";
import type { ReportView } from "../view.ts";
import { VERDICT_WORDS } from "../words.ts";
import { stylesheet } from "./stylesheet.ts";
import { evidenceSection } from "./evidence.ts";
import { findingsSection } from "./findings.ts";
import { firstScreen } from "./first-screen.ts";
import { intrudersSection } from "./intruders.ts";
import { actorsSection } from "./indicators.ts";
import { mailboxesSection } from "./mailboxes.ts";
import { methodSection } from "./method.ts";
import { serversSection } from "./servers.ts";
import { timelineSection } from "./timeline.ts";
import { tipsSection } from "./tips.ts";

/** Nothing may be loaded, run or sent; only our own style sheet counts, by its hash. https://www.w3.org/TR/CSP3/ */
function contentPolicy(style: string): string {
  const hash = createHash("sha256").update(style, "utf8").digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

/** The style element is one string: a formatter that puts a blank into it would change the hash. */
function head(assessment: Assessment): Html {
  const style = stylesheet();
  const day = assessment.scope.asOf === null ? "" : `, evidence up to ${readableDay(assessment.scope.asOf)}`;
  return html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${ownMarkup(contentPolicy(style))}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="referrer" content="no-referrer" />
    <meta name="robots" content="noindex" />
    <title>${VERDICT_WORDS[assessment.verdict].label}: Postern report${day}</title>
    ${ownMarkup(`<style>${style}</style>`)}
  </head>`;
}

function contents({ assessment }: ReportView): Html {
  const entries: readonly (readonly [string, string])[] = [
    ["mailboxes", "Whose mail"],
    ["intruders", "Who got in"],
    ["timeline", "What happened, in order"],
    ["servers", "Servers: verdicts, patches, coverage"],
    ["findings", "Findings with evidence"],
    ["actors", "Actors and indicators"],
    ...(assessment.tips.length + assessment.indicatorLists.length === 0
      ? []
      : [["tips", "Tips and indicators from others"] as const]),
    ["evidence", "Evidence and damage"],
    ["method", "Method, and what the words mean"],
  ];
  return html`<nav class="contents" aria-label="Details in this report">
    <ul>
      ${entries.map(([anchor, title]) => html`<li><a href="#${anchor}">${title}</a></li> `)}
    </ul>
  </nav>`;
}

function body(view: ReportView): Html {
  const { tool } = view.assessment;
  return html`<body>
    <a class="skip" href="#answer">Skip to the answer</a>
    <header class="masthead">
      <div class="page"><span class="brand">Postern</span> <span>Exchange break-in report</span></div>
    </header>
    <main class="page" id="answer" tabindex="-1">
      ${firstScreen(view)} ${contents(view)} ${mailboxesSection(view)} ${intrudersSection(view)}
      ${timelineSection(view)} ${serversSection(view)} ${findingsSection(view)} ${actorsSection(view)}
      ${tipsSection(view)} ${evidenceSection(view)} ${methodSection(view.assessment)}
    </main>
    <footer class="page">
      <p>
        Made by Postern ${tool.version}. This file is complete: it loads nothing, runs nothing and sends
        nothing. It holds names and log lines of your organisation: share it with care.
      </p>
    </footer>
  </body>`;
}

/**
 * The report: one HTML file without scripts that opens offline, prints, and shows every string of the evidence inert.
 * Pure: the same assessment gives the same bytes.
 */
export function renderHtml(assessment: Assessment): string {
  const page = html`<!doctype html>
    <html lang="en">
      ${head(assessment)} ${body(toView(assessment))}
    </html> `;
  return htmlText(page);
}
