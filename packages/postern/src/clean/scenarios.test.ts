import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCase, writeCase } from "../case/index.ts";
import { writeScenario, type ScenarioId } from "../demo/index.ts";
import type { Assessment, Plan } from "../model/index.ts";
import { makePlan } from "./make-plan.ts";
import { applySteps, undoSteps } from "./run-steps.ts";
import { photograph, results } from "./testing/index.ts";
import { verifyCase } from "./verify-case.ts";

/** The scenarios that leave something that Postern can take away; case/scenarios.test.ts holds the plans of all. */
const LEFT_BEHIND: readonly ScenarioId[] = [
  "proxylogon",
  "proxylogon-logs-rolled-off",
  "two-servers",
  "two-intruders",
];
/** Nearly no ordinary traffic: what lies on the disk does not depend on it. */
const TRAFFIC = 0.02;

const folder = mkdtempSync(join(tmpdir(), "postern-plans-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** The folder that stands for C:\\ of the server whose step it is: where the file was read, less its path. */
function rootOf(path: string, sha256: string, assessment: Assessment): string {
  const entry = assessment.evidence.find((one) => one.path === path && one.sha256 === sha256);
  if (entry === undefined) throw new Error(`no evidence of ${path}`);
  return entry.origin.slice(0, -path.slice("C:\\".length).length);
}

interface Scene {
  readonly plan: Plan;
  readonly assessment: Assessment;
  readonly evidence: string;
  readonly caseFolder: string;
}

/** Applies all steps of one server, looks whether what they are for is gone, takes them back. Gives how many there were. */
async function goThere(server: string, scene: Scene): Promise<number> {
  const { plan, assessment, evidence, caseFolder } = scene;
  const steps = plan.steps.filter(({ action, server: id }) => action !== null && id === server);
  const [first] = steps.flatMap(({ action }) => action ?? []);
  if (first === undefined) return 0;
  const before = photograph(evidence);
  const roots = [{ drive: "C", folder: rootOf(first.path, first.sha256, assessment) }];
  const options = { folder: caseFolder, plan, roots, steps: null, server, act: true, now: () => 0 };
  expect(results(applySteps(options))).toEqual(steps.map(() => "done"));
  const now = await runCase({ evidence: [evidence] });
  const { findings } = verifyCase({ before: assessment, now, since: null, signed: null });
  const asking = new Set(steps.flatMap((step) => step.findings));
  const asked = findings.filter(({ finding }) => asking.has(finding));
  expect(asked.map(({ finding, state, why }) => ({ finding, state, why }))).toEqual(
    asked.map(({ finding, why }) => ({ finding, state: "gone", why })),
  );
  expect(results(undoSteps(options))).toEqual(steps.map(() => "done"));
  expect(photograph(evidence)).toEqual(before);
  return steps.length;
}

for (const id of LEFT_BEHIND)
  test(`what the plan for "${id}" removes is gone by the same rules, and undone to the byte and the second`, async () => {
    const evidence = join(folder, id);
    await writeScenario(id, evidence, { trafficScale: TRAFFIC });
    const assessment = await runCase({ evidence: [evidence] });
    const caseFolder = join(folder, `${id}.case`);
    writeCase(caseFolder, assessment);
    const { plan } = makePlan(caseFolder, 0);
    const done: number[] = [];
    for (const server of plan.servers)
      done.push(await goThere(server.id, { plan, assessment, evidence, caseFolder }));
    expect(done.reduce((sum, one) => sum + one, 0)).toBe(2);
  });
