import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createGivenMatcher, readGivenList } from "../detect/index.ts";
import { writeScenario } from "../demo/index.ts";
import { exportCase, type ExportOptions } from "../export/index.ts";
import type { Event } from "../model/index.ts";
import { findAssessmentFaults } from "../model/testing/index.ts";
import { spooledEvents } from "../scan/index.ts";
import { runCase } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-given-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const options: ExportOptions = {
  ...{ includeVictim: false, tlp: "amber", table: "indicators", bom: false },
  ...{ genuineNames: new Set<string>(), techniqueName: () => null },
};

/** Every event of the evidence, as a run with all of them put it aside. */
function allEvents(spool: string, items: number): readonly Event[] {
  return Array.from({ length: items }, (_, item) => [...spooledEvents(spool, item)]).flatMap((events, item) =>
    events.map(({ offsetBytes, record, ...event }): Event => ({
      ...event,
      ...{ server: null, repairs: [] },
      at: { item, offsetBytes, lengthBytes: 0, record },
    })),
  );
}

/** Which indicators of a list the events match, by their value: how often, as what, how sure. */
function matchesOf(text: string, events: readonly Event[]): ReadonlyMap<string, number> {
  const matcher = createGivenMatcher(readGivenList(text, "list").indicators);
  const counts = new Map<string, number>();
  for (const rule of events.flatMap((event) => matcher.match(event))) {
    const value = matcher.meaningOf(rule.id)?.indicator.value ?? "";
    const key = `${rule.kind} ${value} ${rule.confidence}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return new Map([...counts].sort(([x], [y]) => (x < y ? -1 : 1)));
}

describe("indicators that are given", () => {
  it("are the same after a way through STIX, MISP and CSV, name nobody of the victim, and are found again by a run", async () => {
    const evidence = [join(folder, "evidence")];
    await writeScenario("proxylogon", join(folder, "evidence"), { trafficScale: 0.02 });
    const keep = { folder: join(folder, "case"), resume: false };
    const first = await runCase({ evidence, keep, events: "all" });
    const events = allEvents(join(folder, ".case.events"), first.evidence.length);
    const texts = (["stix", "misp", "csv"] as const).map((target) => exportCase(first, target, options).text);
    for (const text of texts) expect(text).not.toMatch(/larchmere|lusd|whitcombe|\b10\.20\./iu);
    const [stix = "", ...others] = texts;
    const expected = matchesOf(stix, events);
    expect([...expected.keys()].map((key) => key.split(" ")[0])).toEqual(
      expect.arrayContaining(["given-address", "given-file", "given-page", "given-user-agent"]),
    );
    for (const text of others) expect(matchesOf(text, events)).toEqual(expected);

    const file = join(folder, "list.json");
    writeFileSync(file, stix);
    // By a worker and on the fast road; the events above were all parsed in full.
    const again = await runCase({ evidence, indicators: [file], workers: 1, worthWorkersBytes: 0 });
    expect(findAssessmentFaults(again)).toEqual([]);
    expect(again.indicatorLists).toMatchObject([{ format: "stix", used: 11, seen: 11, unused: [] }]);
    expect(again.verdict).toBe(first.verdict);
    const told = again.findings.filter(
      (finding) => finding.kind.startsWith("given-") && finding.citations[0]?.time !== null,
    );
    const count = (kind: string, of: Iterable<readonly [string, number]>): number =>
      [...of].reduce((sum, [key, number]) => (key.startsWith(`${kind} `) ? sum + number : sum), 0);
    for (const { kind, count: seen } of told) expect([kind, seen]).toEqual([kind, count(kind, expected)]);
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
