import { CVE_VERDICTS } from "../../model/index.ts";
import type { CveAssessment, CveVerdict, ServerAssessment } from "../../model/index.ts";
import { evidenceText, html, label } from "../html-template.ts";
import type { Html, HtmlValue } from "../html-template.ts";
import { counted } from "../numbers.ts";
import { findingLinks } from "../view.ts";
import type { ReportView } from "../view.ts";
import { list, rungBadge, verdictBadge } from "./parts.ts";
import { table } from "./table.ts";

type Answer = readonly [cve: string, answer: CveAssessment];

function missingPart({ missing, traceless }: CveAssessment): Html | null {
  if (missing.length === 0) return null;
  const heading = traceless === true ? "What to examine:" : "Missing, or what could still answer:";
  return html`<p class="note">${heading}</p>
    ${list(missing.map((text) => evidenceText(text)))}`;
}

function flawRow(view: ReportView, [cve, answer]: Answer): readonly HtmlValue[] {
  const links = findingLinks(view, answer.findings);
  return [
    html`<span class="nowrap">${label(cve)}</span>`,
    verdictBadge(answer.verdict),
    answer.rung === null ? "–" : rungBadge(answer.rung),
    html`<p>${evidenceText(answer.why)}${links === null ? null : html` Findings: ${links}.`}</p>
      ${missingPart(answer)}`,
  ];
}

function flawTable(view: ReportView, answers: readonly Answer[], caption: string): Html {
  return table({
    caption,
    captionSpoken: true,
    columns: ["Flaw", "Verdict", "How far it went", "Why"],
    rows: answers.map((answer) => flawRow(view, answer)),
  });
}

/** What a reader has to know about now; the others are one sentence. */
function matters([, { verdict, findings }]: Answer): boolean {
  return findings.length > 0 || (verdict !== "no-trace" && verdict !== "not-applicable");
}

function idsOf(answers: readonly Answer[], verdict: CveVerdict): string {
  return answers
    .filter(([, answer]) => answer.verdict === verdict)
    .map(([cve]) => cve)
    .join(", ");
}

function foldedPart(view: ReportView, answers: readonly Answer[], more: boolean): Html | null {
  if (answers.length === 0) return null;
  const quiet = idsOf(answers, "no-trace");
  const never = idsOf(answers, "not-applicable");
  const parts = [
    quiet === "" ? "" : `no trace of ${quiet}`,
    never === "" ? "" : `not applicable to this server or after this evidence: ${never}`,
  ].filter((part) => part !== "");
  return html`<details>
    <summary>
      ${counted(answers.length, more ? "more flaw" : "flaw")} in scope:
      ${evidenceText(parts.join("; "), 2000)}.
    </summary>
    ${flawTable(view, answers, "Verdict for the other flaws in scope")}
  </details>`;
}

/** The verdict for each flaw, worst first; those of which there is nothing to say are folded into one sentence. */
export function flawsPart(view: ReportView, server: ServerAssessment): Html {
  const answers: readonly Answer[] = Object.entries(server.cves).sort(
    ([a, x], [b, y]) => CVE_VERDICTS.indexOf(y.verdict) - CVE_VERDICTS.indexOf(x.verdict) || (a < b ? -1 : 1),
  );
  if (answers.length === 0) return html`<p>No flaw was judged for this server.</p>`;
  const open = answers.filter(matters);
  const folded = answers.filter((answer) => !matters(answer));
  return html`${open.length === 0 ? null : flawTable(view, open, "Verdict for each flaw that matters")}
  ${foldedPart(view, folded, open.length > 0)}`;
}
