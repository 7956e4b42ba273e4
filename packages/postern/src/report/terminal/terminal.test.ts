import { describe, expect, it } from "vitest";
import type { Assessment } from "../../model/index.ts";
import { textWidth } from "../terminal-text.ts";
import { attempted, cannotTell, compromised, hostile, noEvidence, noTrace } from "../testing/index.ts";
import { renderFinding } from "./finding.ts";
import { renderTerminal } from "./summary.ts";

const OPTIONS = { color: false, width: 80, reportPath: "first-case/report.html", casePath: "first-case" };
const MESSAGE = "There is no finding F99; this case has F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12.";
const SAMPLES: readonly (readonly [string, () => Assessment])[] = [
  ["compromised", compromised],
  ["attempted", attempted],
  ["cannot-tell", cannotTell],
  ["no-trace", noTrace],
  ["no evidence", noEvidence],
  ["hostile", hostile],
];

describe.each(SAMPLES)("the summary in a terminal, %s", (_, sample) => {
  it("fits 80 columns and holds nothing that acts on the terminal", () => {
    const lines = renderTerminal(sample(), OPTIONS).split("\n");
    expect(lines.filter((line) => textWidth(line) > 80)).toEqual([]);
    expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });

  it("warns before anything is touched, says what could not be seen and where the report is", () => {
    const text = renderTerminal(sample(), OPTIONS);
    for (const part of [
      "What was found",
      "Before you touch anything",
      "What could not be seen",
      "Report: first-case/report.html",
    ]) {
      expect(text).toContain(part);
    }
  });

  it("lists the findings and each of them within 80 columns", () => {
    const assessment = sample();
    const pages = [null, ...assessment.findings.map(({ id }) => id)].map((id) =>
      renderFinding(assessment, id, OPTIONS),
    );
    expect(pages.flatMap((page) => page.split("\n")).filter((line) => textWidth(line) > 80)).toEqual([]);
    expect(pages.join("").replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });
});

describe("the summary in a terminal", () => {
  const text = renderTerminal(compromised(), OPTIONS);

  it("begins with the verdict and one sentence", () => {
    expect(text.split("\n").slice(0, 2)).toEqual([
      "COMPROMISED",
      "Somebody broke in on 3 March 2021 through MX01, left two back doors on MX02 and",
    ]);
  });

  it("joins findings of one kind and names the command for the rest", () => {
    expect(text).toContain("F3   Back-door page in a web folder, and 1 more of this kind (F4)");
    expect(text).toContain("and 3 more: postern show first-case");
  });

  it("has colours only when asked for", () => {
    expect(text).not.toContain("\u001b[");
    expect(renderTerminal(compromised(), { ...OPTIONS, color: true })).toMatch(
      /^\u001b\[31mCOMPROMISED\u001b\[0m\n/,
    );
  });
});

describe("a finding in a terminal", () => {
  it("shows the raw line with its place, the reasoning, the doubt and the next step", () => {
    const text = renderFinding(compromised(), "f2", { color: false, width: Infinity });
    for (const part of [
      "u_ex210303.log:20117",
      "  | 2021-03-03 09:21:02 10.20.0.12 POST /aspnet_client/system_web/ogu3zrnt.aspx - 443 - 198.51.100.27 antSword/v2.1 - 200 0 0 312\n",
      "Why we say this",
      "Why it may be wrong",
      "What to do about it",
    ]) {
      expect(text).toContain(part);
    }
  });

  it("names the known findings when asked for one that is not there", () => {
    expect(() => renderFinding(compromised(), "F99", OPTIONS)).toThrow(
      expect.objectContaining({ code: "USAGE", message: MESSAGE }),
    );
    expect(() => renderFinding(noTrace(), "F1", OPTIONS)).toThrow("this case has no findings");
  });
});
