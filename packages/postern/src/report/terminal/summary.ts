import type { Assessment } from "../../model/index.ts";
import { groupDamage } from "../damage.ts";
import { groupFindings, type FoundGroup } from "../found.ts";
import { counted } from "../numbers.ts";
import { terminalLine } from "../terminal-text.ts";
import { readableTime } from "../times.ts";
import { notSeenOf, serverName, toView } from "../view.ts";
import type { ReportView } from "../view.ts";
import { NO_FINDINGS, NO_SERVER, VERDICT_WORDS, rungLabel } from "../words.ts";
import { addWhoseMail } from "./mailboxes.ts";
import { VERDICT_PAINT, terminalPage } from "./page.ts";
import type { TerminalOptions, TerminalPage } from "./page.ts";
import { addTips } from "./tips.ts";

/** More do not fit a window beside the steps. */
const FOUND_SHOWN = 8;
const NOT_SEEN_SHOWN = 5;
const STEPS_SHOWN = 3;
const DAMAGE_SHOWN = 3;
const PATH_LIMIT = 160;
/** One long name must not push the rest off the screen. */
const NAME_LIMIT = 60;

/** The longest question. */
const QUESTION_WIDTH = 19;

/** Where the summary is shown, and where the rest is. */
export interface SummaryOptions extends TerminalOptions {
  readonly reportPath: string | null;
  readonly casePath: string | null;
}

function foundLine(view: ReportView, { first, others }: FoundGroup): string {
  const more =
    others.length === 0
      ? ""
      : `, and ${others.length} more of this kind (${others.map(({ id }) => id).join(", ")})`;
  const server =
    view.assessment.servers.length > 1 ? `${terminalLine(serverName(view, first.server), NAME_LIMIT)}, ` : "";
  return `${terminalLine(first.title)}${more} - ${rungLabel(first.rung)}, ${server}${readableTime(first.firstSeen)}`;
}

function addFound(page: TerminalPage, view: ReportView, casePath: string): void {
  page.heading("What was found");
  const groups = groupFindings(view.assessment.findings);
  if (groups.length === 0) page.prose(NO_FINDINGS, "  ");
  for (const group of groups.slice(0, FOUND_SHOWN)) {
    page.prose(
      foundLine(view, group),
      `  ${group.first.id
        .replace(/[^\w-]/g, "?")
        .slice(0, 8)
        .padEnd(5)}`,
    );
  }
  const left = groups.slice(FOUND_SHOWN).reduce((sum, group) => sum + 1 + group.others.length, 0);
  if (left > 0) page.prose(`and ${left} more: postern show ${casePath}`, "  ");
}

function addAnswers(page: TerminalPage, { answers }: Assessment): void {
  if (answers.length > 0) page.blank();
  for (const { question, answer } of answers)
    page.prose(answer, `${terminalLine(question, NAME_LIMIT).padEnd(QUESTION_WIDTH)} `);
}

function addSteps(page: TerminalPage, { firstSteps }: Assessment): void {
  page.heading("Before you touch anything");
  page.prose(
    "Copy the logs now: Exchange deletes old ones every day. Do not restart the server, do not restore a backup, do not run an antivirus that deletes, do not put files under a web folder.",
    "  ",
  );
  if (firstSteps.length === 0) return;
  page.heading("What to do first");
  firstSteps.slice(0, STEPS_SHOWN).forEach((step, i) => {
    page.prose(step.title, `  ${i + 1}. `, "bold");
    page.prose([step.detail, step.cost].filter((text) => text !== "").join(" "), "     ");
  });
}

function addDamage(page: TerminalPage, assessment: Assessment): void {
  const groups = groupDamage(assessment);
  for (const { amount, before, path, note } of groups.slice(0, DAMAGE_SHOWN)) {
    page.prose(`${amount} ${before} ${terminalLine(path, PATH_LIMIT)}: ${terminalLine(note)}`, "  - ");
  }
  if (groups.length > DAMAGE_SHOWN)
    page.prose(`${counted(groups.length - DAMAGE_SHOWN, "more kind")} of damage: see the report`, "  - ");
}

function addNotSeen(page: TerminalPage, assessment: Assessment): void {
  const notSeen = notSeenOf(assessment);
  page.heading("What could not be seen");
  if (assessment.servers.length === 0) page.prose(NO_SERVER, "  - ");
  for (const { server, text } of notSeen.slice(0, NOT_SEEN_SHOWN)) {
    page.prose(server === null ? text : `${server}: ${text}`, "  - ");
  }
  const left = notSeen.length - NOT_SEEN_SHOWN;
  if (left > 0) page.prose(`and ${left} more, in the report`, "  - ");
  addDamage(page, assessment);
  if (assessment.servers.length > 0 && notSeen.length === 0 && assessment.damage.total === 0) {
    page.prose(
      "No gap was found in the evidence that this question needs. Time outside the evidence stays unseen.",
      "  - ",
    );
  }
}

/**
 * The summary for a terminal: the answer in one sentence, the questions that follow it, what was found, what to do, what could not be seen, where the report is.
 * Ends with a line feed. Nothing in it can act on the terminal except our own colours.
 */
export function renderTerminal(assessment: Assessment, options: SummaryOptions): string {
  const page = terminalPage(options);
  const view = toView(assessment);
  page.prose(VERDICT_WORDS[assessment.verdict].label.toUpperCase(), "", VERDICT_PAINT[assessment.verdict]);
  page.prose(assessment.summary, "", "bold");
  addAnswers(page, assessment);
  addWhoseMail(page, view);
  addFound(page, view, options.casePath ?? "CASE");
  addTips(page, assessment);
  addSteps(page, assessment);
  addNotSeen(page, assessment);
  if (options.reportPath !== null) {
    page.blank();
    page.prose(options.reportPath, "Report: ");
  }
  return page.toString();
}
