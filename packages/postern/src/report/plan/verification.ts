import type { Verification, VerifiedFinding } from "../../model/index.ts";
import { terminalPage, type TerminalOptions } from "../terminal/page.ts";
import { readableTime } from "../times.ts";
import { markdownText as text } from "./markdown.ts";

const ORDER: readonly VerifiedFinding["state"][] = [
  "still there",
  "changed",
  "cannot tell",
  "gone",
  "acknowledged",
];

function byState(verification: Verification): readonly (readonly [string, readonly VerifiedFinding[]])[] {
  return ORDER.map(
    (state) => [state, verification.findings.filter((finding) => finding.state === state)] as const,
  ).filter(([, findings]) => findings.length > 0);
}

const OUTCOMES: Readonly<Record<Verification["outcome"], string>> = {
  gone: "GONE",
  "not gone": "NOT GONE",
  open: "CANNOT TELL EVERYTHING",
};

/** The verification for a terminal. */
export function renderVerificationTerminal(verification: Verification, options: TerminalOptions): string {
  const page = terminalPage(options);
  page.prose(OUTCOMES[verification.outcome], "", verification.outcome === "gone" ? "green" : "red");
  page.prose(verification.summary, "", "bold");
  if (!verification.tool.sameRules)
    page.prose("The old case was made by other rules: a difference may come from them.", "");
  for (const [state, findings] of byState(verification)) {
    page.heading(`${state.slice(0, 1).toUpperCase()}${state.slice(1)}`);
    for (const { finding, title, why } of findings) page.prose(`${title}. ${why}`, `  ${finding.padEnd(5)}`);
  }
  if (verification.added.length > 0) {
    page.heading("New");
    for (const { finding, title, why } of verification.added)
      page.prose(`${title}. ${why}`, `  ${finding.padEnd(5)}`);
  }
  page.heading("Patch state");
  for (const { server, before, now } of verification.patch)
    page.prose(
      `${server}: ${before.build ?? "build unknown"} (${before.level}) before, ${now === null ? "nothing seen" : `${now.build ?? "build unknown"} (${now.level})`} now`,
      "  - ",
    );
  page.heading("For a person to check and sign");
  for (const line of verification.byHand) page.prose(line, "  [ ] ");
  return page.toString();
}

/** The verification as a summary for the file, in Markdown, with name and date where they were given. */
export function renderVerificationMarkdown(verification: Verification): string {
  const { verdict, since, newestEvidence, signed } = verification;
  const lines = [
    "# Verification of the clean-up",
    "",
    `**${OUTCOMES[verification.outcome]}.** ${text(verification.summary)}`,
    "",
    `- Verdict before: ${verdict.before}; now: ${verdict.now}`,
    `- Records count as new from: ${text(readableTime(since))}; newest evidence: ${text(readableTime(newestEvidence))}`,
    `- Postern ${verification.tool.version}, rules ${verification.tool.rules.slice(0, 16)}${verification.tool.sameRules ? "" : " (the old case was made by other rules)"}`,
    "",
  ];
  for (const [state, findings] of byState(verification)) {
    lines.push(`## ${state.slice(0, 1).toUpperCase()}${state.slice(1)}`, "");
    for (const { finding, title, why } of findings)
      lines.push(`- ${text(finding)}: ${text(title)}. ${text(why)}`);
    lines.push("");
  }
  if (verification.added.length > 0) {
    lines.push("## New", "");
    for (const { finding, title, why } of verification.added)
      lines.push(`- ${text(finding)}: ${text(title)}. ${text(why)}`);
    lines.push("");
  }
  lines.push("## Patch state", "");
  for (const { server, before, now, next } of verification.patch)
    lines.push(
      `- ${text(server)}: ${text(before.build ?? "unknown")} (${before.level}) before; ${now === null ? "nothing seen" : `${text(now.build ?? "unknown")} (${now.level})`} now. ${text(next)}`,
    );
  lines.push("", "## Checked by hand", "", ...verification.byHand.map((line) => `- [ ] ${text(line)}`), "");
  lines.push(
    signed === null
      ? "Checked by ________________________ on ______________"
      : `Checked by ${text(signed.by)} on ${text(signed.date)}`,
    "",
  );
  return lines.join("\n");
}
