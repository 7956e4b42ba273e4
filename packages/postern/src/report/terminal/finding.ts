import { acknowledgedText } from "../acknowledged-text.ts";
import { PosternError } from "../../core/index.ts";
import type { Assessment, Finding } from "../../model/index.ts";
import { counted } from "../numbers.ts";
import { readableSpan, readableTime } from "../times.ts";
import { placeOf, serverName, toView } from "../view.ts";
import type { ReportView } from "../view.ts";
import {
  CONFIDENCE_WORDS,
  ENTITY_WORDS,
  NO_FINDINGS,
  SEVERITY_WORDS,
  VERDICT_WORDS,
  rungLabel,
  rungWords,
} from "../words.ts";
import { VERDICT_PAINT, terminalPage } from "./page.ts";
import type { TerminalOptions, TerminalPage } from "./page.ts";

/** Excerpts in the model are no longer than this. */
const EXCERPT_LIMIT = 2000;

function addList(page: TerminalPage, view: ReportView): void {
  const { findings, verdict, summary } = view.assessment;
  page.prose(VERDICT_WORDS[verdict].label.toUpperCase(), "", VERDICT_PAINT[verdict]);
  page.prose(summary);
  page.blank();
  if (findings.length === 0) page.prose(NO_FINDINGS);
  for (const finding of findings) {
    page.prose(`${finding.id}  ${finding.title}`, "", "bold");
    page.prose(
      `${rungLabel(finding.rung)}, confidence ${finding.confidence}, ${serverName(view, finding.server)}, ${readableTime(finding.firstSeen)}`,
      "    ",
    );
    if (finding.acknowledged !== undefined)
      page.prose(`does not count: ${acknowledgedText(finding)}`, "    ");
  }
}

function addFacts(page: TerminalPage, view: ReportView, finding: Finding): void {
  const rung = rungWords(finding.rung);
  const entities = ENTITY_WORDS.map(([key, word]): readonly [string, string] => [
    word.toLowerCase(),
    (finding.entities[key] ?? []).join(", "),
  ]);
  const facts: readonly (readonly [string, string])[] = [
    ["how far", `${rungLabel(finding.rung)}: ${rung.meaning}`],
    ["server", serverName(view, finding.server)],
    [
      "seen",
      `${readableSpan(finding.firstSeen, finding.lastSeen)}, ${counted(finding.count, "record or file", "records or files")}`,
    ],
    ["urgency", SEVERITY_WORDS[finding.severity]],
    ["confidence", CONFIDENCE_WORDS[finding.confidence]],
    ["flaws", finding.cves.join(", ")],
    ["ATT&CK", finding.attack.join(", ")],
    ...entities,
    ["found by", finding.rules.join(", ")],
    ["does not count", acknowledgedText(finding)],
  ];
  for (const [name, value] of facts) if (value !== "") page.prose(value, `  ${name.padEnd(13)}`);
}

function addFinding(page: TerminalPage, view: ReportView, finding: Finding): void {
  page.prose(`${finding.id}  ${finding.title}`, "", "bold");
  addFacts(page, view, finding);
  const parts: readonly (readonly [string, string])[] = [
    ["Why we say this", finding.why],
    ["Why it may be wrong", finding.doubt],
    ["What to do about it", finding.next],
  ];
  for (const [title, text] of parts) {
    if (text === "") continue;
    page.heading(title);
    page.prose(text, "  ");
  }
  page.heading(
    `Evidence: ${finding.citations.length} of ${counted(Math.max(finding.count, finding.citations.length), "record or file", "records or files")}`,
  );
  for (const citation of finding.citations) {
    page.blank();
    page.prose(placeOf(citation), "  ");
    const when = citation.time === null ? "" : `, ${readableTime(citation.time)}`;
    page.prose(
      `byte ${citation.offset}, ${counted(citation.length, "byte")}${when}, SHA-256 ${citation.evidence}`,
      "  ",
      "dim",
    );
    page.raw(citation.excerpt, "  | ", EXCERPT_LIMIT);
  }
}

/**
 * For `postern show`: without an id the list of findings, with one its reasoning and its raw lines.
 * The id is matched without regard to case. @throws PosternError `USAGE` for an unknown id; the message lists the known ones.
 */
export function renderFinding(
  assessment: Assessment,
  findingId: string | null,
  options: TerminalOptions,
): string {
  const page = terminalPage(options);
  const view = toView(assessment);
  if (findingId === null) {
    addList(page, view);
    return page.toString();
  }
  const finding = assessment.findings.find(({ id }) => id.toLowerCase() === findingId.toLowerCase());
  if (finding === undefined) {
    const known = assessment.findings.map(({ id }) => id);
    const list = known.length === 0 ? "this case has no findings" : `this case has ${known.join(", ")}`;
    throw new PosternError("USAGE", `There is no finding ${findingId}; ${list}.`, {
      finding: findingId,
      known,
    });
  }
  addFinding(page, view, finding);
  return page.toString();
}
