import { describe, expect, it } from "vitest";
import { DAMAGE_CODES } from "./damage.ts";
import { findAssessmentFaults, sampleAssessment } from "./testing/index.ts";

describe("the published schema of the assessment", () => {
  it("accepts an assessment in which every field is filled", () => {
    expect(findAssessmentFaults(sampleAssessment)).toEqual([]);
  });

  it("accepts an assessment of no evidence at all", () => {
    const empty = {
      ...sampleAssessment,
      verdict: "cannot-tell",
      scope: { campaigns: [], window: { from: null, to: null }, asOf: null },
      servers: [],
      findings: [],
      story: [],
      actors: [],
      mailboxes: [],
      indicatorLists: [],
      tips: [],
      identities: [],
      damage: { total: 0, kinds: [] },
      evidence: [],
    };
    expect(findAssessmentFaults(empty)).toEqual([]);
  });

  it("refuses a field that the model does not have", () => {
    expect(findAssessmentFaults({ ...sampleAssessment, score: 7 })).toEqual([
      expect.stringContaining("additional properties"),
    ]);
  });

  it.each(Object.keys(sampleAssessment))("refuses an assessment without %s", (field) => {
    const entries = Object.entries(sampleAssessment).filter(([name]) => name !== field);
    expect(findAssessmentFaults(Object.fromEntries(entries))).toEqual([expect.stringContaining(field)]);
  });

  it("refuses a verdict outside the ladder's words", () => {
    expect(findAssessmentFaults({ ...sampleAssessment, verdict: "probably" })).not.toEqual([]);
  });

  it("refuses a time without zone, which could mean any of 24 hours", () => {
    const scope = { ...sampleAssessment.scope, asOf: "2021-03-03T02:15:00.000" };
    expect(findAssessmentFaults({ ...sampleAssessment, scope })).not.toEqual([]);
  });

  it("refuses an excerpt that is longer than a report can hold", () => {
    const findings = sampleAssessment.findings.map((finding) => ({
      ...finding,
      citations: finding.citations.map((citation) => ({ ...citation, excerpt: "x".repeat(2001) })),
    }));
    expect(findAssessmentFaults({ ...sampleAssessment, findings })).toEqual([
      expect.stringContaining("/findings/0/citations/0/excerpt"),
    ]);
  });

  it("accepts every code of damage", () => {
    const kinds = DAMAGE_CODES.map((code) => ({ code, count: 1, lost: "file", path: "x", note: "y" }));
    expect(findAssessmentFaults({ ...sampleAssessment, damage: { total: kinds.length, kinds } })).toEqual([]);
  });
});
