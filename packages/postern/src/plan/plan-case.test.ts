import { describe, expect, it } from "vitest";
import { loadPacks } from "../detect/index.ts";
import { findDataFolder, loadCleanUp, loadKnowledge } from "../knowledge/index.ts";
import type { Assessment, Finding, PlanStep, ServerAssessment } from "../model/index.ts";
import { sampleAssessment } from "../model/testing/index.ts";
import { planCase, type PlanInput } from "./plan-case.ts";
import { findPlanFaults } from "./testing/index.ts";

const knowledge = loadKnowledge();
const cleanUp = loadCleanUp();
const [sampleFinding] = sampleAssessment.findings;
const [sampleServer] = sampleAssessment.servers;

const PATH = "C:\\inetpub\\wwwroot\\aspnet_client\\a.aspx";
const HASH = "cd".repeat(32);

function findingOf(kind: string, rung: Finding["rung"], more: Partial<Finding> = {}): Finding {
  if (sampleFinding === undefined) throw new Error("the sample has no finding");
  return {
    ...sampleFinding,
    id: `F-${kind}`,
    kind,
    rung,
    title: `A finding of ${kind}`,
    entities: {},
    citations: [],
    ...more,
  };
}

function serverOf(more: Partial<ServerAssessment> = {}): ServerAssessment {
  if (sampleServer === undefined) throw new Error("the sample has no server");
  return {
    ...sampleServer,
    product: "SE",
    verdict: "compromised",
    cves: {},
    patch: {
      ...sampleServer.patch,
      level: "fixed",
      support: "supported",
      lacks: [],
      configurationNeeded: [],
    },
    ...more,
  };
}

function caseOf(findings: readonly Finding[], server: Partial<ServerAssessment> = {}): Assessment {
  const one = serverOf(server);
  const evidence = sampleAssessment.evidence
    .slice(0, 1)
    .map((entry) => ({ ...entry, path: PATH, sha256: HASH }));
  return { ...sampleAssessment, verdict: one.verdict, servers: [one], findings, evidence };
}

function planOf(assessment: Assessment, more: Partial<PlanInput> = {}): ReturnType<typeof planCase>["plan"] {
  return planCase({ assessment, knowledge, cleanUp, ...more }).plan;
}

const templates = (steps: readonly PlanStep[]): readonly string[] =>
  steps.map(({ id }) => id.replace(/-S1.*$|-F.*$/u, ""));

const cveOf = (verdict: "cannot-tell" | "no-trace", traceless = false): ServerAssessment["cves"] => ({
  "CVE-2021-26855": {
    verdict,
    rung: null,
    findings: [],
    why: "Logs are missing.",
    missing: ["Needed: HttpProxy log."],
    ...(traceless ? { traceless: true as const } : {}),
  },
});

describe("a plan leads with a rebuild", () => {
  const cases: readonly (readonly [string, Assessment, readonly string[]])[] = [
    ["foreign code ran as the system", caseOf([findingOf("web-shell-used", "L3")]), ["system-code"]],
    ["passwords were dumped", caseOf([findingOf("credential-dump", "L4")]), ["credentials"]],
    ["a native module is loaded", caseOf([findingOf("iis-module-backdoor", "L2")]), ["deep-implant"]],
    ["extortion software was found", caseOf([findingOf("ransomware-note", "L2")]), ["ransomware"]],
    [
      "logs are missing for days on which it was open",
      caseOf([findingOf("ssrf-session", "L1")], { cves: cveOf("cannot-tell") }),
      ["logs-missing"],
    ],
    [
      "the product gets no updates",
      caseOf([findingOf("ssrf-session", "L1")], { product: "2013" }),
      ["unsupported"],
    ],
    [
      "an antivirus removed the file and it is there again",
      caseOf([
        findingOf("antivirus-removed", "L2", { entities: { files: [PATH] } }),
        findingOf("web-shell-file", "L2", { entities: { files: [PATH], hashes: [HASH] } }),
      ]),
      ["implant-returned"],
    ],
  ];
  for (const [when, assessment, conditions] of cases)
    it(`when ${when}`, () => {
      const plan = planOf(assessment);
      expect(plan.rebuild.map(({ condition }) => condition)).toEqual(conditions);
      expect(plan.lead).toMatch(/^Rebuild /u);
      expect(plan.steps[0]?.id).toBe("decide-rebuild-S1");
      expect(templates(plan.steps)).toContain("rebuild-server");
      expect(findPlanFaults(JSON.parse(JSON.stringify(plan)))).toEqual([]);
    });

  it("when a verification found the same back door again", () => {
    const assessment = caseOf([
      findingOf("web-shell-file", "L2", { entities: { files: [PATH], hashes: [HASH] } }),
    ]);
    const plan = planOf(assessment, { returned: [{ server: "S1", finding: "F-web-shell-file" }] });
    expect(plan.rebuild).toMatchObject([{ condition: "implant-returned", findings: ["F-web-shell-file"] }]);
  });

  it("when a pack asks for it", () => {
    const plan = planOf(caseOf([findingOf("new-kind", "L2")]), {
      packSteps: new Map([["new-kind", ["rebuild"]]]),
    });
    expect(plan.rebuild.map(({ condition }) => condition)).toEqual(["pack"]);
  });
});

describe("a plan does not ask for a rebuild", () => {
  const cases: readonly (readonly [string, Assessment])[] = [
    ["of a server on which only a request got through", caseOf([findingOf("ssrf-session", "L1")])],
    [
      "for a back door that nobody used",
      caseOf([findingOf("web-shell-file", "L2", { entities: { files: [PATH], hashes: [HASH] } })]),
    ],
    ["for mail that was read without code", caseOf([findingOf("ssrf-mail-read", "L4")])],
    [
      "for a trace that stands on no rung",
      caseOf([findingOf("iis-module-unknown", null), findingOf("ssrf-session", "L1")]),
    ],
    [
      "of a server that was not broken into, although logs are missing",
      caseOf([], { verdict: "cannot-tell", cves: cveOf("cannot-tell") }),
    ],
    [
      "of a server that was not broken into, although it gets no updates",
      caseOf([], { verdict: "no-trace", product: "2013" }),
    ],
    [
      "for a flaw whose use no known log shows",
      caseOf([findingOf("ssrf-session", "L1")], { cves: cveOf("cannot-tell", true) }),
    ],
    [
      "for what somebody explained",
      caseOf([
        findingOf("ssrf-session", "L1"),
        findingOf("web-shell-used", "L3", {
          acknowledged: { reason: "our test", by: "A", at: "2021-03-03T00:00:00.000Z", until: "2099-01-01" },
        }),
      ]),
    ],
  ];
  for (const [what, assessment] of cases)
    it(what, () => {
      const plan = planOf(assessment);
      expect(plan.rebuild).toEqual([]);
      expect(plan.lead).not.toMatch(/^Rebuild /u);
      expect(templates(plan.steps)).not.toContain("rebuild-server");
    });
});

describe("the steps of a plan", () => {
  it("are known for every name that a pack uses", () => {
    const { packs } = loadPacks(findDataFolder("packs"));
    const known = new Set([...cleanUp.steps.map(({ id }) => id), ...cleanUp.names.keys()]);
    const used = packs.flatMap((pack) => Object.values(pack.kinds).flatMap(({ cleanup = [] }) => cleanup));
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  it("come in the order preserve, contain, close, hunt, remove, rebuild, rotate, verify, and after what they need", () => {
    const { steps } = planOf(
      caseOf(
        [
          findingOf("web-shell-used", "L3"),
          findingOf("web-shell-file", "L2", { entities: { files: [PATH], hashes: [HASH] } }),
        ],
        { patch: { ...serverOf().patch, level: "not-fixed" } },
      ),
    );
    const phases = [...new Set(steps.map(({ phase }) => phase))];
    expect(phases).toEqual([
      "decide",
      "preserve",
      "contain",
      "close",
      "hunt",
      "remove",
      "rebuild",
      "rotate",
      "verify",
    ]);
    const numberOf = new Map(steps.map(({ id, number }) => [id, number] as const));
    for (const step of steps)
      for (const before of step.dependsOn) expect(numberOf.get(before) ?? 99).toBeLessThan(step.number);
  });

  it("have a safe step for a kind that nobody wrote one for", () => {
    expect(templates(planOf(caseOf([findingOf("never-heard-of", "L2")])).steps)).toContain("look-first");
  });

  it("take what a pack names, by id or by short name", () => {
    const packSteps = new Map([["never-heard-of", ["revoke-roles", "clear-compiled", "no-such-step"]]]);
    const steps = templates(
      planOf(caseOf([findingOf("never-heard-of", "L2", { entities: { users: ["eve"] } })]), { packSteps })
        .steps,
    );
    expect(steps).toEqual(expect.arrayContaining(["remove-role-assignments", "clear-compiled"]));
    expect(steps).not.toContain("look-first");
  });

  it("do not touch what stands on no rung unless somebody names the step", () => {
    const lead = findingOf("page-unknown", null, { entities: { files: [PATH], hashes: [HASH] } });
    const [step] = planOf(caseOf([lead], { verdict: "no-trace" })).steps.filter(
      ({ action }) => action !== null,
    );
    expect(step?.onlyAfterAsking).toBe(true);
  });

  it("are the same bytes for the same case", () => {
    const assessment = caseOf([findingOf("web-shell-used", "L3")]);
    expect(JSON.stringify(planCase({ assessment, knowledge, cleanUp }))).toBe(
      JSON.stringify(planCase({ assessment, knowledge, cleanUp })),
    );
  });

  it("name every one-way step as such, with what cannot be undone", () => {
    for (const step of cleanUp.steps)
      if (step.reversibility === "one-way") expect(step.undo).toMatch(/not|cannot|stays|never/iu);
  });

  it("remind of duties only after a break-in that worked, and say what has to be checked", () => {
    expect(planOf(caseOf([], { verdict: "attempted" })).duties).toEqual([]);
    const { duties } = planOf(caseOf([findingOf("ssrf-session", "L1")]));
    expect(duties.find(({ id }) => id === "gdpr")?.text).toContain("72 hours");
    expect(duties.find(({ id }) => id === "circia")?.toCheck).toBe(true);
  });
});
