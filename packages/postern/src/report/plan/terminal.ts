import type { Plan, PlanStep, StepRecord } from "../../model/index.ts";
import { terminalPage, VERDICT_PAINT, type TerminalOptions, type TerminalPage } from "../terminal/page.ts";
import {
  byPhase,
  numbersOf,
  PHASE_WORDS,
  REVERSIBILITY_WORDS,
  serverNameOf,
  stateOf,
} from "./phase-words.ts";

/** Where a plan is shown, and where the rest of it is. */
export interface PlanTerminalOptions extends TerminalOptions {
  readonly checklist: string | null;
}

/** The plan for a terminal: rebuild and why, then each step with who, time, mail and what cannot be undone. */
export function renderPlanTerminal(
  plan: Plan,
  records: ReadonlyMap<string, StepRecord>,
  options: PlanTerminalOptions,
): string {
  const page = terminalPage(options);
  page.prose(plan.lead, "", plan.rebuild.length > 0 ? "red" : VERDICT_PAINT[plan.verdict]);
  if (plan.rebuild.length > 0) {
    page.heading("Why to rebuild");
    for (const { server, text, findings } of plan.rebuild)
      page.prose(
        `${serverNameOf(plan, server)}: ${text}${findings.length === 0 ? "" : ` (${findings.slice(0, 8).join(", ")})`}`,
        "  - ",
      );
  }
  for (const [phase, steps] of byPhase(plan)) {
    page.heading(PHASE_WORDS[phase].label);
    for (const step of steps) addStep(page, plan, step, records);
  }
  if (plan.duties.length > 0) {
    page.heading("Who may have to be told");
    page.prose(
      `${String(plan.duties.length)} reminders of duties with their limits stand in the checklist. They are no legal advice.`,
      "  ",
    );
  }
  if (options.checklist !== null) {
    page.blank();
    page.prose(options.checklist, "Checklist: ");
  }
  return page.toString();
}

function addStep(
  page: TerminalPage,
  plan: Plan,
  step: PlanStep,
  records: ReadonlyMap<string, StepRecord>,
): void {
  const { mark, text } = stateOf(step, records);
  page.prose(step.title, `${mark} ${String(step.number).padStart(2)}. `, "bold");
  const after = numbersOf(plan, step.dependsOn);
  const facts = [
    step.who,
    step.time,
    `mail: ${step.mailDowntime}`,
    REVERSIBILITY_WORDS[step.reversibility],
    ...(after === "" ? [] : [`after ${after}`]),
    ...(step.findings.length === 0 ? [] : [`because of ${step.findings.slice(0, 6).join(", ")}`]),
  ];
  page.prose(facts.join("; "), "        ", "dim");
  if (step.script !== null) page.prose(step.script.file, "        script: ");
  if (step.action !== null) page.prose(step.id, "        postern clean apply --step ");
  if (text !== "") page.prose(text, "        ");
}
