import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { SCENARIOS, writeScenario } from "../demo/index.ts";
import type { Assessment, HybridAssessment, SourceCoverage } from "../model/index.ts";
import { findAssessmentFaults } from "../model/testing/index.ts";
import { loadCleanUp } from "../knowledge/index.ts";
import { planCase } from "../plan/index.ts";
import { findPlanFaults, planEssence } from "../plan/testing/index.ts";
import { loadDetection, runCase } from "./index.ts";

/** Golden answers: `npm run golden` writes them anew, and the reviewer reads the difference. */
const GOLDEN = join(import.meta.dirname, "../../../../fixtures/cases");
/** Golden plans, beside them. */
const PLANS = join(import.meta.dirname, "../../../../fixtures/plans");
/** Less traffic than the demo writes: the truth of a scenario does not depend on it. */
const TRAFFIC = 0.25;

const assessed = new Map<string, Assessment>();
const folder = mkdtempSync(join(tmpdir(), "postern-scenarios-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function coverageOf(source: SourceCoverage): string {
  const days = (state: string): number => source.days.filter((day) => day.state === state).length;
  return `${String(source.records)} records, ${String(days("present"))} days present, ${String(days("thin"))} thin, ${String(days("missing"))} missing`;
}

function hybridEssence({ state, facts, mailboxes, sharedIdentity, askCloud }: HybridAssessment): unknown {
  return {
    state,
    facts: facts.map(({ text, firstSeen, lastSeen }) => [text, firstSeen, lastSeen]),
    mailboxes: [mailboxes.local, mailboxes.online, mailboxes.spans.length],
    sharedIdentity,
    askCloud: askCloud.map(({ title }) => title),
  };
}

/** What a reader of the answer relies on; lists of evidence and excerpts are left out. */
function essence(assessment: Assessment): unknown {
  const nameOf = new Map(assessment.servers.map((server) => [server.id, server.name] as const));
  return {
    verdict: assessment.verdict,
    summary: assessment.summary,
    answers: assessment.answers.map(({ question, answer }) => `${question} ${answer}`),
    firstSteps: assessment.firstSteps.map((step) => step.title),
    servers: assessment.servers.map((server) => ({
      name: server.name,
      addresses: server.addresses,
      product: server.product,
      build: server.build,
      patch: server.patch.level,
      verdict: server.verdict,
      cves: Object.fromEntries(
        Object.entries(server.cves).map(([cve, one]) => [
          cve,
          { verdict: one.verdict, rung: one.rung, findings: one.findings, why: one.why },
        ]),
      ),
      coverage: Object.fromEntries(
        server.coverage.sources.map((source) => [source.source, coverageOf(source)]),
      ),
      gaps: server.coverage.gaps.length,
      dwell: server.dwell?.text ?? null,
      ...(server.hybrid.facts.length === 0 ? {} : { hybrid: hybridEssence(server.hybrid) }),
    })),
    findings: assessment.findings.map((finding) => ({
      id: finding.id,
      server: nameOf.get(finding.server) ?? finding.server,
      kind: finding.kind,
      rung: finding.rung,
      confidence: finding.confidence,
      count: finding.count,
      first: finding.firstSeen,
      last: finding.lastSeen,
      cves: finding.cves,
      rules: finding.rules,
      addresses: finding.entities.addresses ?? [],
      citations: finding.citations.map(
        (citation) => `${citation.path.replace(folder, "")}:${String(citation.record)}`,
      ),
    })),
    mailboxes: assessment.mailboxes.map((line) => ({
      line: [line.id, nameOf.get(line.server) ?? line.server, line.kind, line.mailbox, line.confidence].join(
        " | ",
      ),
      actedAs: line.actedAs,
      seen: [line.firstSeen, line.lastSeen],
      amount: `${line.protocol}, ${String(line.requests)} requests, up to ${String(line.bytesUpTo)} bytes`,
      verbs: Object.fromEntries(line.verbs.map(({ verb, count }) => [verb, count])),
      scope: line.scope,
      target: line.target,
      addresses: line.addresses,
      findings: line.findings,
      messages: line.messages.map(({ recipient, subject, bytes, delivered }) => [
        recipient,
        subject,
        bytes,
        delivered,
      ]),
      citations: line.citations.map(
        (citation) => `${citation.path.replace(folder, "")}:${String(citation.record)}`,
      ),
    })),
    identities: assessment.identities.map(({ names }) => names.map(({ value }) => value)),
    mailAccess: assessment.servers.map(({ name, mailAccess }) => `${name}: ${mailAccess.text}`),
    actors: assessment.actors.map((actor) => ({
      addresses: actor.addresses,
      rung: actor.rung,
      requests: actor.requests,
    })),
    intruders: assessment.intruders.map((intruder) => ({
      ...intruder,
      userAgents: intruder.userAgents.length,
      stages: intruder.stages.map((stage) => `${stage.firstSeen ?? "undated"} ${stage.tactic}`),
      activities: intruder.activities.map((one) => `${one.from} to ${one.to}: ${one.text}`),
    })),
    damage: assessment.damage.kinds.map(
      (kind) => `${kind.code} ${String(kind.count)} ${kind.path.replace(folder, "")}`,
    ),
  };
}

for (const scenario of SCENARIOS) {
  test(
    `the demo evidence "${scenario.id}" gets its verdict, rungs, coverage and citations`,
    { timeout: 120_000 },
    async () => {
      const evidence = join(folder, scenario.id);
      await writeScenario(scenario.id, evidence, { trafficScale: TRAFFIC });
      const assessment = await runCase({ evidence: [evidence] });
      assessed.set(scenario.id, assessment);
      expect(findAssessmentFaults(JSON.parse(JSON.stringify(assessment)))).toEqual([]);
      const golden = join(GOLDEN, `${scenario.id}.expected.json`);
      const found = `${JSON.stringify(essence(assessment), null, 1)}\n`;
      if (process.env["POSTERN_GOLDEN"] === "1") writeFileSync(golden, found);
      expect(existsSync(golden), "run `npm run golden` first").toBe(true);
      expect(JSON.parse(found)).toEqual(JSON.parse(readFileSync(golden, "utf8")));
    },
  );
}

const detection = loadDetection();
const packSteps = new Map(
  detection.packs.flatMap((pack) =>
    Object.entries(pack.kinds).map(([kind, { cleanup = [] }]) => [kind, cleanup] as const),
  ),
);

for (const { id } of SCENARIOS) {
  test(`the plan for "${id}" has its steps in order, and leads with a rebuild where it must`, () => {
    const assessment = assessed.get(id);
    if (assessment === undefined) throw new Error("the scenario was not assessed");
    const { plan, scripts } = planCase({
      assessment,
      knowledge: detection.knowledge,
      cleanUp: loadCleanUp(),
      packSteps,
    });
    expect(findPlanFaults(JSON.parse(JSON.stringify(plan)))).toEqual([]);
    const named = plan.steps.flatMap(({ script }) =>
      script === null ? [] : [script.file, ...(script.undoFile === null ? [] : [script.undoFile])],
    );
    expect(Object.keys(scripts).sort()).toEqual(named.sort());
    const golden = join(PLANS, `${id}.expected.json`);
    const found = `${JSON.stringify(planEssence(plan), null, 1)}\n`;
    if (process.env["POSTERN_GOLDEN"] === "1") writeFileSync(golden, found);
    expect(existsSync(golden), "run `npm run golden` first").toBe(true);
    expect(JSON.parse(found)).toEqual(JSON.parse(readFileSync(golden, "utf8")));
  });
}

test.each(["proxylogon", "rule-forwarding"])(
  "every citation of %s points at the very bytes that it quotes",
  (id) => {
    const assessment = assessed.get(id);
    if (assessment === undefined) throw new Error("the scenario was not assessed");
    const originOf = new Map(assessment.evidence.map((entry) => [entry.sha256, entry.origin] as const));
    const cited = [...assessment.findings, ...assessment.mailboxes]
      .flatMap(({ citations }) => citations)
      .filter((citation) => citation.excerpt !== "" && citation.record !== null);
    expect(cited.length).toBeGreaterThan(20);
    for (const citation of cited) {
      const bytes = readFileSync(originOf.get(citation.evidence) ?? "");
      const at = bytes.subarray(citation.offset, citation.offset + citation.length);
      if (citation.path.endsWith(".evtx")) {
        // A binary record has no text to compare: its frame and its number must be there.
        expect([at.readUInt32LE(0), at.readUInt32LE(4)]).toEqual([0x2a2a, citation.length]);
        expect(Number(at.readBigUInt64LE(8))).toBe(citation.record);
        continue;
      }
      const quoted = at.toString("utf8");
      expect(quoted.slice(0, 2000).trimEnd().startsWith(citation.excerpt.slice(0, 200).trimEnd())).toBe(true);
    }
  },
);

test("who may read the mail of others, and who is a thief, are told apart", () => {
  expect(assessed.get("clean-delegates")?.mailboxes).toEqual([]);
  expect(assessed.get("clean")?.mailboxes).toEqual([]);
  const linesOf = (id: string): readonly string[] =>
    (assessed.get(id)?.mailboxes ?? []).map(
      ({ mailbox, kind, confidence }) => `${mailbox} ${kind} ${confidence}`,
    );
  expect(linesOf("proxylogon-mail-theft")).toEqual(
    expect.arrayContaining([
      "a.whitcombe@larchmere.example read likely",
      "t.mcallister@larchmere.example read likely",
      "a.whitcombe@larchmere.example exported likely",
    ]),
  );
  expect(linesOf("proxyshell-export")).toEqual(
    expect.arrayContaining([
      "k.lemaire@larchmere.example exported proven",
      "j.blackwood@larchmere.example exported likely",
    ]),
  );
  expect(linesOf("rule-forwarding")).toEqual(
    expect.arrayContaining([
      "c.lindqvist@larchmere.example forwarded proven",
      "c.lindqvist@larchmere.example read likely",
    ]),
  );
});

test("no statement says that no mail was read", () => {
  for (const { servers } of assessed.values())
    for (const { mailAccess } of servers) {
      expect(mailAccess.text).not.toMatch(/no mail was|was not read|nobody read/iu);
      expect(mailAccess.notVisible.length).toBeGreaterThan(2);
    }
});

test("the same evidence gives the same bytes twice", { timeout: 120_000 }, async () => {
  const again = await runCase({ evidence: [join(folder, "localised")] });
  expect(JSON.stringify(again)).toBe(JSON.stringify(assessed.get("localised")));
});

async function evidenceFor(scenario: (typeof SCENARIOS)[number]["id"]): Promise<string> {
  const evidence = join(folder, `workers-${scenario}`);
  if (!existsSync(evidence)) await writeScenario(scenario, evidence, { trafficScale: TRAFFIC });
  return evidence;
}

test("any number of workers gives the same bytes", async () => {
  const evidence = [await evidenceFor("proxylogon"), await evidenceFor("two-servers")];
  const alone = JSON.stringify(await runCase({ evidence, workers: 0 }));
  for (const workers of [1, 3])
    expect(JSON.stringify(await runCase({ evidence, workers, worthWorkersBytes: 0 }))).toBe(alone);
});

test("work in workers stops when it is told to", async () => {
  const abort = new AbortController();
  const run = runCase({
    evidence: [await evidenceFor("proxylogon")],
    workers: 2,
    worthWorkersBytes: 0,
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  await expect(run).rejects.toMatchObject({ code: "INTERRUPTED" });
});

for (const id of ["proxylogon", "two-servers", "proxylogon-mail-theft", "rule-forwarding", "owassrf"]) {
  test(
    `reading every record of "${id}" in full gives the same answer as the fast road`,
    { timeout: 120_000 },
    async () => {
      const plain = await runCase({ evidence: [join(folder, id)], fast: false });
      const fast = assessed.get(id);
      expect(plain.findings).toEqual(fast?.findings);
      expect(plain.servers).toEqual(fast?.servers);
      expect(plain.mailboxes).toEqual(fast?.mailboxes);
      expect(plain.identities).toEqual(fast?.identities);
      expect(plain.evidence).toEqual(fast?.evidence);
    },
  );
}
