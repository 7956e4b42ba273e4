import { createHash } from "node:crypto";
import type { Plan, PlanStep, StepRecord } from "../../model/index.ts";
import { stylesheet } from "../html/stylesheet.ts";
import { code, evidenceText, html, htmlText, label, ownMarkup, type Html } from "../html-template.ts";
import { facts } from "../html/parts.ts";
import {
  byPhase,
  KIND_WORDS,
  numbersOf,
  PHASE_WORDS,
  REVERSIBILITY_WORDS,
  serverNameOf,
  stateOf,
} from "./phase-words.ts";

/** What the report's style sheet lacks for a checklist. Boxes to tick with a pen; a step stays on one page of A4 or Letter where it can. */
const CHECKLIST = `
.check{display:grid;grid-template-columns:2.25rem 1fr;gap:0 .5rem;border-top:1px solid var(--line);padding:1rem 0}
.box{width:1.3rem;height:1.3rem;border:2px solid var(--ink);border-radius:.15rem;display:grid;place-items:center;font-weight:700;line-height:1;margin-top:.2rem}
.check h3{margin:0 0 .25rem;font-size:1.0625rem}
.check .facts>div{grid-template-columns:8rem 1fr;padding:.15rem 0;border:0}
.check .facts{margin:.5rem 0;font-size:.9375rem}
.check pre{font-size:.8125rem}
.oneway{color:var(--bad-ink);font-weight:700}
.sign{margin-top:.75rem;color:var(--muted);font-size:.9375rem}
.rebuild{border:2px solid currentColor}
.rebuild li{color:var(--ink)}
@media screen and (max-width:56rem){.check .facts>div{grid-template-columns:1fr}}
@media print{
.check{break-inside:avoid}
section>h2+p{break-after:avoid}
.check h3,.check h3+p{break-after:avoid}
.check .facts>div,.check pre{break-inside:avoid}
.banner{break-inside:avoid}
.oneway{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;

/** The plan as one page to print and tick off: nothing is loaded or run, all text from evidence is escaped. */
export function renderPlanHtml(plan: Plan, records: ReadonlyMap<string, StepRecord>): string {
  const style = `${stylesheet()}${CHECKLIST}`;
  const hash = createHash("sha256").update(style, "utf8").digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="${ownMarkup(policy)}" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="referrer" content="no-referrer" />
      <meta name="robots" content="noindex" />
      <title>Postern clean-up plan</title>
      ${ownMarkup(`<style>${style}</style>`)}
    </head>
    <body>
      <div class="page">
        <header class="masthead"><span class="brand">Postern</span> Clean-up plan</header>
        <main>
          ${banner(plan)} ${contents(plan)}
          ${byPhase(plan).map(([phase, steps]) => phaseSection(plan, phase, steps, records))} ${duties(plan)}
          ${limits(plan)}
        </main>
        <footer>
          Made by Postern ${plan.tool.version}, knowledge as of ${plan.tool.knowledgeAsOf}, from assessment
          ${code(plan.assessment.slice(0, 16))}.
        </footer>
      </div>
    </body>
  </html>`;
  return `<!doctype html>\n${htmlText(page)}\n`;
}

function banner(plan: Plan): Html {
  const isRebuild = plan.rebuild.length > 0;
  const end = plan.lead.indexOf(". ") + 1;
  const [title, rest] = end === 0 ? [plan.lead, ""] : [plan.lead.slice(0, end), plan.lead.slice(end + 1)];
  const reasons = plan.rebuild.map(
    ({ server, text, findings }) =>
      html`<li>
        ${plan.servers.length > 1 ? html`<strong>${label(serverNameOf(plan, server))}:</strong> ` : null}
        ${evidenceText(text)}
        ${findings.length === 0 ? null : html`<span class="note">(${findings.slice(0, 12).join(", ")})</span>`}
      </li> `,
  );
  return html`<div class="banner v-${plan.verdict} ${isRebuild ? "rebuild" : "calm"}">
    <div>
      <p class="banner-label">${isRebuild ? "Rebuild" : "What to do, in order"}</p>
      <h1>${evidenceText(title)}</h1>
      ${rest === "" ? null : html`<p class="banner-date">${evidenceText(rest)}</p>`}
      ${
        isRebuild
          ? html`<p class="banner-date">Because:</p>
              <ul>
                ${reasons}
              </ul>`
          : null
      }
    </div>
  </div>`;
}

function contents(plan: Plan): Html {
  return html`<nav class="contents" aria-label="Parts of the plan">
    <ul>
      ${byPhase(plan).map(
        ([phase, steps]) =>
          html`<li><a href="#${phase}">${PHASE_WORDS[phase].label}</a> (${steps.length})</li> `,
      )}
    </ul>
  </nav>`;
}

function phaseSection(
  plan: Plan,
  phase: PlanStep["phase"],
  steps: readonly PlanStep[],
  records: ReadonlyMap<string, StepRecord>,
): Html {
  return html`<section id="${phase}">
    <h2>${PHASE_WORDS[phase].label}</h2>
    <p>${PHASE_WORDS[phase].why}</p>
    ${steps.map((step) => stepPart(plan, step, records))}
  </section>`;
}

function stepPart(plan: Plan, step: PlanStep, records: ReadonlyMap<string, StepRecord>): Html {
  const { mark, text } = stateOf(step, records);
  const after = numbersOf(plan, step.dependsOn);
  const oneWay = step.reversibility === "one-way";
  const way = html`<span class="${oneWay ? "oneway" : "way"}">${REVERSIBILITY_WORDS[step.reversibility]}</span
    >. ${step.undo}`;
  return html`<div class="check">
    <div class="box" aria-hidden="true">${mark === "[x]" ? "✓" : mark === "[-]" ? "–" : ""}</div>
    <div>
      <h3>${step.number}. ${evidenceText(step.title)}</h3>
      <p>${evidenceText(step.detail)}</p>
      ${facts([
        ["State", text === "" ? null : evidenceText(text)],
        ["Server", step.server === null ? null : label(serverNameOf(plan, step.server))],
        ["Who", step.who],
        ["Time", step.time],
        ["Mail", step.mailDowntime],
        ["Risk", [step.risk, step.riskWhy].filter((part) => part !== "").join(": ")],
        ["Way back", way],
        ["Done when", step.check],
        ["After step", after],
        ["Because of", step.findings.join(", ")],
        ["How", KIND_WORDS[step.kind]],
        ["Script", step.script === null ? null : code(step.script.file)],
        ["Undo script", undoFileOf(step)],
        ...step.values.map(
          ({ name, texts }) => [name, texts.map((one) => html`${code(one, 400)} `)] as const,
        ),
        ["Id", code(step.id)],
      ])}
      ${step.commands.map(
        ({ text: command }) => html`<pre><code class="copy">${evidenceText(command)}</code></pre>`,
      )}
      ${text === "" ? html`<p class="sign">Done by ________________________ on ______________</p>` : null}
    </div>
  </div>`;
}

function undoFileOf({ script }: PlanStep): Html | null {
  const file = script?.undoFile ?? null;
  return file === null ? null : code(file);
}

function duties(plan: Plan): Html | null {
  if (plan.duties.length === 0) return null;
  return html`<section id="duties">
    <h2>Who may have to be told</h2>
    <p>Reminders, no legal advice. What is marked “check” was not read at its source or is open.</p>
    <ul>
      ${plan.duties.map(
        ({ place, law, text, toCheck, source }) =>
          html`<li>
            <strong>${place}</strong>, ${law}: ${text}${toCheck ? html` <strong>(check)</strong>` : null}
            <span class="note">${source}</span>
          </li> `,
      )}
    </ul>
  </section>`;
}

function limits(plan: Plan): Html {
  return html`<section id="limits">
    <h2>Limits</h2>
    <ul>
      ${plan.limits.map((limit) => html`<li>${limit}</li> `)}
    </ul>
  </section>`;
}
