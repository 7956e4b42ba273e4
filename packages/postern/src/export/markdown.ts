import type { Assessment, Finding } from "../model/index.ts";
import {
  acknowledgedText,
  ENTITY_WORDS,
  MAIL_KIND_WORDS,
  readableSpan,
  readableTime,
  rungLabel,
  VERDICT_WORDS,
} from "../report/index.ts";
import type { Exported } from "./export-target.ts";
import { codeBlock, codeSpan, proseText } from "./markdown-text.ts";

/** Values shown of one list; `case.json` has the rest. */
const SHOWN = 10;
const STORY_SHOWN = 60;
const EXCERPT_LIMIT = 600;

/** A page for a ticket. Every string of the evidence is inert in it. */
export function toMarkdown(assessment: Assessment): Exported {
  const parts = [
    `# ${VERDICT_WORDS[assessment.verdict].label}: ${proseText(assessment.summary)}`,
    `Postern ${assessment.tool.version}, evidence up to ${readableTime(assessment.scope.asOf)}.`,
    ...steps(assessment),
    ...servers(assessment),
    ...story(assessment),
    ...mailboxes(assessment),
    ...findings(assessment),
    ...notSeen(assessment),
  ];
  return { text: `${parts.join("\n\n")}\n`, notes: [] };
}

function steps({ firstSteps }: Assessment): readonly string[] {
  if (firstSteps.length === 0) return [];
  const lines = firstSteps.map(
    (step, index) =>
      `${String(index + 1)}. [ ] ${proseText(step.title)}\n   ${proseText([step.detail, step.cost].filter((text) => text !== "").join(" "))}`,
  );
  return ["## What to do first", lines.join("\n")];
}

function servers(assessment: Assessment): readonly string[] {
  return [
    "## Servers",
    assessment.servers.length === 0
      ? "No evidence of an Exchange server was read. This is not an all-clear."
      : assessment.servers
          .map(
            (server) =>
              `- ${codeSpan(server.name)}: ${VERDICT_WORDS[server.verdict].label}. ${proseText(server.summary)} ${proseText(server.patch.summary)}`,
          )
          .join("\n"),
  ];
}

function story({ story: entries }: Assessment): readonly string[] {
  if (entries.length === 0) return [];
  const lines = entries
    .slice(0, STORY_SHOWN)
    .map(
      (entry) =>
        `- ${readableTime(entry.time)}, ${rungLabel(entry.rung)}: ${codeSpan(entry.text)} (${entry.finding})`,
    );
  const left = entries.length - STORY_SHOWN;
  return ["## What happened", [...lines, ...(left > 0 ? [`- and ${String(left)} more`] : [])].join("\n")];
}

function mailboxes({ mailboxes: lines }: Assessment): readonly string[] {
  if (lines.length === 0) return [];
  const told = lines.map(
    (line) =>
      `- ${codeSpan(line.mailbox)}: ${MAIL_KIND_WORDS[line.kind]} (${line.confidence}), ${readableSpan(line.firstSeen, line.lastSeen)}, ${codeSpan(line.how)}, ${String(line.requests)} requests, up to ${String(line.bytesUpTo)} bytes. ${proseText(line.missing)}`,
  );
  return ["## Mailboxes", told.join("\n")];
}

/** Session tokens are nobody's to pass on. */
const ENTITY_TITLES = ENTITY_WORDS.filter(([name]) => name !== "sessions");

function findings(assessment: Assessment): readonly string[] {
  if (assessment.findings.length === 0)
    return ["## Findings", "There are no findings. What that is worth depends on what could be seen."];
  return ["## Findings", ...assessment.findings.map(findingText)];
}

function findingText(finding: Finding): string {
  const entities = ENTITY_TITLES.flatMap(([name, title]) => {
    const values = finding.entities[name] ?? [];
    if (values.length === 0) return [];
    const left = values.length - SHOWN;
    const more = left > 0 ? `, and ${String(left)} more` : "";
    return [
      `- ${title}: ${values
        .slice(0, SHOWN)
        .map((value) => codeSpan(value))
        .join(", ")}${more}`,
    ];
  });
  const [first] = finding.citations;
  const marks = [finding.severity, `confidence ${finding.confidence}`, ...finding.cves, ...finding.attack];
  return [
    `### ${finding.id} ${proseText(finding.title)}`,
    `${rungLabel(finding.rung)}, ${readableSpan(finding.firstSeen, finding.lastSeen)}; ${marks.join(", ")}.`,
    [
      `- Why: ${proseText(finding.why)}`,
      ...(finding.doubt === "" ? [] : [`- Doubt: ${proseText(finding.doubt)}`]),
      ...(finding.acknowledged === undefined
        ? []
        : [`- Does not count: ${proseText(acknowledgedText(finding))}`]),
      ...(finding.next === "" ? [] : [`- Next: ${proseText(finding.next)}`]),
      ...entities,
      ...(first === undefined
        ? []
        : [
            `- Evidence: ${codeSpan(first.path)}, offset ${String(first.offset)}, SHA-256 ${codeSpan(first.evidence)}`,
          ]),
    ].join("\n"),
    ...(first === undefined || first.excerpt === "" ? [] : [codeBlock(first.excerpt, EXCERPT_LIMIT)]),
  ].join("\n\n");
}

function notSeen(assessment: Assessment): readonly string[] {
  const lines = assessment.servers.flatMap((server) =>
    server.coverage.notSeen.map((text) => `- ${codeSpan(server.name)}: ${proseText(text)}`),
  );
  return lines.length === 0 ? [] : ["## What could not be seen", lines.join("\n")];
}
