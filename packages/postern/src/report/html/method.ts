import { CVE_VERDICTS, RUNGS } from "../../model/index.ts";
import type { Assessment, UtcTime } from "../../model/index.ts";
import { code, evidenceText, html } from "../html-template.ts";
import type { Html, HtmlValue } from "../html-template.ts";
import { readableDay, readableSpan, readableTime } from "../times.ts";
import { CONFIDENCE_WORDS, LEAD_WORDS, RUNG_WORDS, VERDICT_WORDS } from "../words.ts";
import { facts, list, rungBadge, verdictBadge } from "./parts.ts";

function meanings(entries: readonly (readonly [Html, string])[]): Html {
  return html`<dl class="meanings">
    ${entries.map(
      ([term, meaning]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${meaning}</dd>
        </div> `,
    )}
  </dl>`;
}

function windowText(from: UtcTime | null, to: UtcTime | null): string {
  if (from !== null && to === null) return `from ${readableTime(from)} on`;
  return from === null && to === null ? "not limited" : readableSpan(from, to);
}

function toolFacts({ tool, scope }: Assessment): Html {
  const campaigns: readonly HtmlValue[] = scope.campaigns.map(
    (campaign) =>
      html`${evidenceText(campaign.title, 200)}${campaign.cves.length === 0 ? null : html` (${evidenceText(campaign.cves.join(", "), 1000)})`}`,
  );
  return facts([
    ["Tool", `Postern ${tool.version}`],
    ["Rules, SHA-256", code(tool.rules, 64)],
    ["Knowledge as of", readableDay(tool.knowledgeAsOf)],
    ["Campaigns in scope", list(campaigns) ?? "none"],
    ["Window", windowText(scope.window.from, scope.window.to)],
    ["Newest record seen", scope.asOf === null ? "none" : readableTime(scope.asOf)],
  ]);
}

/** Which tool and rules gave this answer, and what its words mean. */
export function methodSection(assessment: Assessment): Html {
  return html`<section aria-labelledby="method">
    <h2 id="method">Method, and what the words mean</h2>
    <p>
      Postern only reads. Evidence is opened read-only and never run. Each statement names the evidence, by
      SHA-256, and the place in it. The same evidence and the same rules give the same report.
    </p>
    ${toolFacts(assessment)}
    <h3>Verdicts</h3>
    ${meanings(CVE_VERDICTS.toReversed().map((verdict) => [verdictBadge(verdict), VERDICT_WORDS[verdict].meaning]))}
    <p>
      A server has the worst verdict of its flaws and findings, the case the worst of its servers. A verdict
      speaks as of the newest record seen.
    </p>
    <h3>How far it went</h3>
    ${meanings([...RUNGS.map((rung): readonly [Html, string] => [rungBadge(rung), RUNG_WORDS[rung].meaning]), [rungBadge(null), LEAD_WORDS.meaning]])}
    <h3>Confidence</h3>
    ${list(Object.values(CONFIDENCE_WORDS))}
    <p>
      All times are in Coordinated Universal Time (UTC). In your local time an event may fall on another day.
    </p>
  </section>`;
}
