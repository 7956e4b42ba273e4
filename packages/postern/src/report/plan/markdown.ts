import type { Plan, PlanStep, StepRecord } from "../../model/index.ts";
import { cutText, TEXT_LIMIT, visibleText } from "../visible-text.ts";
import {
  byPhase,
  KIND_WORDS,
  numbersOf,
  PHASE_WORDS,
  REVERSIBILITY_WORDS,
  serverNameOf,
  stateOf,
} from "./phase-words.ts";

/** A plan as a checklist in Markdown. Text from evidence cannot become markup, a link or a second line. */
export function renderPlanMarkdown(plan: Plan, records: ReadonlyMap<string, StepRecord>): string {
  const lines = ["# Clean-up plan", "", `**${markdownText(plan.lead)}**`, ""];
  if (plan.rebuild.length > 0) {
    lines.push("## Rebuild, because", "");
    for (const reason of plan.rebuild)
      lines.push(
        `- ${markdownText(serverNameOf(plan, reason.server))}: ${markdownText(reason.text)}${reason.findings.length === 0 ? "" : ` (${reason.findings.map(markdownText).join(", ")})`}`,
      );
    lines.push("");
  }
  for (const [phase, steps] of byPhase(plan)) {
    lines.push(`## ${PHASE_WORDS[phase].label}`, "", PHASE_WORDS[phase].why, "");
    for (const step of steps) lines.push(...stepLines(plan, step, records));
  }
  lines.push(
    ...dutyLines(plan),
    "## Limits",
    "",
    ...plan.limits.map((limit) => `- ${markdownText(limit)}`),
    "",
  );
  return lines.join("\n");
}

function stepLines(plan: Plan, step: PlanStep, records: ReadonlyMap<string, StepRecord>): readonly string[] {
  const { mark, text: state } = stateOf(step, records);
  const after = numbersOf(plan, step.dependsOn);
  const facts: readonly (readonly [string, string])[] = [
    ["State", state],
    ["Server", step.server === null ? "" : serverNameOf(plan, step.server)],
    ["Who", step.who],
    ["Time", step.time],
    ["Mail", step.mailDowntime],
    ["Risk", [step.risk, step.riskWhy].filter((part) => part !== "").join(": ")],
    ["Way back", `${REVERSIBILITY_WORDS[step.reversibility]}. ${step.undo}`],
    ["Done when", step.check],
    ["After step", after],
    ["Because of", step.findings.join(", ")],
    ["How", KIND_WORDS[step.kind]],
    ["Script", step.script?.file ?? ""],
    ["Undo script", step.script?.undoFile ?? ""],
    ["Id", step.id],
  ];
  const box = mark === "[ ]" ? "[ ]" : "[x]";
  return [
    `- ${box} **${String(step.number)}. ${markdownText(step.title)}**`,
    "",
    `  ${markdownText(step.detail)}`,
    "",
    ...facts.flatMap(([name, value]) => (value === "" ? [] : [`  - ${name}: ${markdownText(value)}`])),
    ...step.values.map(({ name, texts }) => `  - ${name} (from evidence): ${texts.map(code).join(", ")}`),
    "",
    ...step.commands.flatMap(({ shell, text: command }) => fenced(shell, command)),
  ];
}

function dutyLines({ duties }: Plan): readonly string[] {
  if (duties.length === 0) return [];
  return [
    "## Who may have to be told",
    "",
    "Reminders, no legal advice. What is marked *check* was not read at its source or is open.",
    "",
    ...duties.map(
      ({ place, law, text: duty, toCheck, source }) =>
        `- ${markdownText(place)}, ${markdownText(law)}: ${markdownText(duty)}${toCheck ? " *check*" : ""} (${markdownText(source)})`,
    ),
    "",
  ];
}

/** Every character that Markdown or HTML gives a meaning to is escaped; hidden ones are written out; one line. */
export function markdownText(value: string): string {
  const shown = visibleText(cutText(value, TEXT_LIMIT).text).replace(/\s+/gu, " ");
  return shown.replace(/[\\`*_{}[\]<>()#!|~&]/gu, (character) => `\\${character}`);
}

/** A code span whose fence is longer than any run of backticks in it. */
function code(value: string): string {
  const shown = visibleText(cutText(value, 400).text).replace(/\s/gu, " ");
  const fence = "`".repeat(longestRun(shown) + 1);
  return `${fence} ${shown} ${fence}`;
}

function fenced(shell: string, command: string): readonly string[] {
  const fence = "`".repeat(Math.max(3, longestRun(command) + 1));
  const lines = command.split("\n").map((line) => `  ${visibleText(line)}`);
  return [`  ${fence}${shell === "powershell" ? "powershell" : "bat"}`, ...lines, `  ${fence}`, ""];
}

function longestRun(value: string): number {
  return (value.match(/`+/gu) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}
