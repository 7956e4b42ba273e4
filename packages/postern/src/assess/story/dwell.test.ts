import { describe, expect, test } from "vitest";
import { loadKnowledge } from "../../knowledge/index.ts";
import type { BuildSpan, Finding } from "../../model/index.ts";
import { sampleAssessment } from "../../model/testing/index.ts";
import { dwellOf } from "./dwell.ts";

const knowledge = loadKnowledge();
const [sample] = sampleAssessment.findings;

function finding(given: Partial<Finding>): Finding {
  if (sample === undefined) throw new Error("the sample has a finding");
  return { ...sample, rung: "L2", cves: [], ...given };
}

function build(text: string, first: string, last: string): BuildSpan {
  return { build: text, name: null, first, last, source: "#Version header" };
}

const input = { builds: [], packs: [], knowledge };
const on = (day: string): string => `2021-${day}T10:00:00.000Z`;

describe("how long somebody was inside", () => {
  test("nothing that worked, or nothing with a time, gives no answer", () => {
    expect(dwellOf({ ...input, findings: [finding({ rung: "L0" })] })).toBeNull();
    expect(dwellOf({ ...input, findings: [finding({ firstSeen: null, lastSeen: null })] })).toBeNull();
  });
  test("from the first sign to the last one, in whole days", () => {
    const findings = [
      finding({ firstSeen: on("03-03"), lastSeen: on("03-03") }),
      finding({ firstSeen: on("03-05"), lastSeen: on("03-09") }),
    ];
    expect(dwellOf({ ...input, findings })).toMatchObject({
      brokenIn: on("03-03"),
      lastSign: on("03-09"),
      days: 6,
    });
  });
  test("when an antivirus program found a back door is no day of a break-in", () => {
    expect(dwellOf({ ...input, findings: [finding({ kind: "antivirus-removed" })] })).toBeNull();
  });
  test("signs after the update say that it did not end", () => {
    const cves = ["CVE-2021-26855"];
    const builds = [
      build("15.1.2176.2", on("02-01"), on("03-04")),
      build("15.1.2176.9", on("03-05"), on("04-01")),
    ];
    const findings = [finding({ cves, firstSeen: on("03-03"), lastSeen: on("03-20") })];
    const dwell = dwellOf({ ...input, builds, findings });
    expect(dwell?.fixedSince).toBe(on("03-05"));
    expect(dwell?.text).toContain("The update did not end it");
  });
});
