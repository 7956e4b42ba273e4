import { describe, expect, it } from "vitest";
import type { Plan, PlanStep, StepRecord } from "../../model/index.ts";
import { renderPlanHtml } from "./html.ts";
import { renderPlanMarkdown } from "./markdown.ts";
import { renderPlanTerminal } from "./terminal.ts";

const HOSTILE =
  '<img src=x onerror=alert(1)>`](http://evil.example)\n# Owned\n- [x] \u202Egpj\u001b[31m"&$(calc)';

const step: PlanStep = {
  id: "quarantine-file-S1-00",
  number: 1,
  phase: "remove",
  kind: "file",
  server: "S1",
  title: HOSTILE,
  detail: HOSTILE,
  who: "Somebody",
  time: "A minute",
  mailDowntime: "None",
  risk: "low",
  riskWhy: "",
  reversibility: "one-way",
  undo: "It cannot be undone.",
  check: "Look.",
  dependsOn: [],
  findings: [HOSTILE],
  onlyAfterAsking: false,
  commands: [{ shell: "postern", text: "postern clean apply CASE\n```\n<b>" }],
  values: [{ name: "path", texts: [HOSTILE] }],
  action: null,
  script: { file: "scripts/a.ps1", undoFile: null },
  sources: [],
};

const plan: Plan = {
  schema: "postern.plan/1",
  tool: { name: "postern", version: "0", knowledgeAsOf: "2026-11-24" },
  assessment: "0".repeat(64),
  verdict: "compromised",
  rung: "L3",
  lead: `Rebuild ${HOSTILE}. Now.`,
  rebuild: [{ condition: "system-code", server: "S1", text: HOSTILE, findings: ["F1"] }],
  servers: [{ id: "S1", name: HOSTILE, verdict: "compromised", rebuild: true }],
  steps: [step],
  duties: [
    { id: "x", place: "Here", law: "Law", text: "72 hours", toCheck: true, source: "https://law.example" },
  ],
  limits: ["A limit."],
};

const record: StepRecord = {
  step: step.id,
  state: "done",
  by: HOSTILE,
  at: "2026-11-24T10:00:00.000Z",
  note: HOSTILE,
};
const records = new Map([[step.id, record]]);

describe("a plan with hostile names", () => {
  it("cannot put markup into the printed checklist", () => {
    const page = renderPlanHtml(plan, records);
    expect(page).not.toMatch(/<img|<b>|<script/iu);
    expect(page).not.toContain("\u202E");
    expect(page).not.toContain("\u001b");
    expect(page).toContain("&lt;img");
    expect(page).toContain("default-src 'none'");
  });

  it("cannot put headings, boxes, links or tags into the Markdown", () => {
    const text = renderPlanMarkdown(plan, records);
    expect(text.split("\n").filter((line) => line.startsWith("#"))).toEqual([
      "# Clean-up plan",
      "## Rebuild, because",
      "## Remove",
      "## Who may have to be told",
      "## Limits",
    ]);
    expect(text.match(/^\s*- \[[x ]\]/gmu)).toHaveLength(1);
    const prose = text.replace(/(`+) .*? \1|````[^]*?````/gu, "");
    expect(prose).not.toMatch(/(?<!\\)(?:<img|\]\(http)/u);
    expect(text).not.toContain("\u202E");
  });

  it("cannot act on the terminal", () => {
    const text = renderPlanTerminal(plan, records, { color: false, width: 80, checklist: null });
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u202E");
    expect(text.split("\n").some((line) => line.startsWith("# Owned"))).toBe(false);
  });

  it("leads with the rebuild and says aloud what cannot be undone, in every form", () => {
    for (const text of [
      renderPlanHtml(plan, new Map()),
      renderPlanMarkdown(plan, new Map()),
      renderPlanTerminal(plan, new Map(), { color: false, width: 80, checklist: null }),
    ]) {
      expect(text.indexOf("Rebuild")).toBeGreaterThanOrEqual(0);
      expect(text.indexOf("Rebuild")).toBeLessThan(text.indexOf("CANNOT BE UNDONE"));
    }
  });
});
