import type { Answer } from "../../model/index.ts";
import { evidenceText, html } from "../html-template.ts";
import type { Html } from "../html-template.ts";

function cell({ question, answer, detail }: Answer): Html {
  return html`<div>
    <dt>${evidenceText(question, 100)}</dt>
    <dd>
      <strong>${evidenceText(answer, 600)}</strong>
      ${detail === "" ? null : html`<p class="note">${evidenceText(detail, 800)}</p>`}
    </dd>
  </div> `;
}

/** The questions that come after the verdict, each with its short answer, before anything else. */
export function answersPart(answers: readonly Answer[]): Html | null {
  if (answers.length === 0) return null;
  return html`<dl class="answers">${answers.map(cell)}</dl>`;
}
