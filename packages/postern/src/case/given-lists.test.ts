import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeScenario } from "../demo/index.ts";
import { exportCase, type ExportOptions } from "../export/index.ts";
import type { Assessment } from "../model/index.ts";
import { findAssessmentFaults } from "../model/testing/index.ts";
import { runCase } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-given-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const options: ExportOptions = {
  ...{ includeVictim: false, tlp: "amber", table: "indicators", bom: false },
  ...{ genuineNames: new Set<string>(), techniqueName: () => null },
};

/** What of the given indicators was found, without where they stood in their list. */
function matchesOf(assessment: Assessment): unknown {
  return assessment.findings
    .filter((finding) => finding.kind.startsWith("given-"))
    .map(({ server, kind, count, confidence, firstSeen, lastSeen, entities, citations }) => ({
      ...{ server, kind, count, confidence, firstSeen, lastSeen, entities, citations },
    }));
}

describe("indicators that are given", () => {
  it("are the same after a way through STIX, MISP and CSV, and every one is found again in the evidence", async () => {
    await writeScenario("proxylogon", join(folder, "evidence"), { trafficScale: 0.05 });
    const run = (list: readonly string[], more: object = {}): Promise<Assessment> =>
      runCase({ evidence: [join(folder, "evidence")], indicators: list, ...more });
    const first = await run([]);
    expect(first.indicatorLists).toEqual([]);
    const found: unknown[] = [];
    for (const target of ["stix", "misp", "csv"] as const) {
      const file = join(folder, `list.${target}`);
      writeFileSync(file, exportCase(first, target, options).text);
      // Once with every record parsed in full and by a worker: the same.
      const slow = target === "csv" ? { fast: false, workers: 1, worthWorkersBytes: 0 } : {};
      const again = await run([file], slow);
      expect(findAssessmentFaults(again)).toEqual([]);
      const [list] = again.indicatorLists;
      expect([target, list?.used, list?.seen]).toEqual([target, 11, 11]);
      expect(again.verdict).toBe(first.verdict);
      found.push(matchesOf(again));
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  it("end the run when nothing of a list can be used", async () => {
    const file = join(folder, "broken.json");
    writeFileSync(file, '{ "type": "bundle", "objects": [');
    await expect(runCase({ evidence: [folder], indicators: [file] })).rejects.toMatchObject({
      code: "INDICATORS_INVALID",
    });
    await expect(runCase({ evidence: [folder], indicators: [join(folder, "none")] })).rejects.toMatchObject({
      code: "USAGE",
    });
  });
});
