import { longDay } from "../../core/index.ts";
import type { Pack, PackCve } from "../../detect/index.ts";
import type { Knowledge } from "../../knowledge/index.ts";
import {
  counts,
  type Acknowledgement,
  type Assessment,
  type CveAssessment,
  type Finding,
  type ServerAssessment,
} from "../../model/index.ts";
import { serverVerdict } from "../assess-server.ts";
import type { ServerCoverage } from "../coverage/assess-coverage.ts";
import { dwellOf } from "../story/dwell.ts";
import { firstSteps } from "../summary/first-steps.ts";
import { answersOf } from "../summary/answers.ts";
import { caseSentence, serverSentence } from "../summary/sentences.ts";
import { settingOf } from "../verdict/cve-setting.ts";
import { assessCve, type CveInput } from "../verdict/cve-verdict.ts";
import { worstVerdict } from "../verdict/worst-verdict.ts";

/** What an assessment was made with: verdicts are worked out anew by the same rules. */
export interface VerdictTools {
  readonly packs: readonly Pack[];
  readonly knowledge: Knowledge;
}

/**
 * Marks findings as acknowledged and works verdicts, sentences and first steps out anew without them. The findings stay where they are.
 * Pure; the given assessment is left as it is.
 */
export function acknowledge(
  assessment: Assessment,
  acknowledged: ReadonlyMap<string, Acknowledgement>,
  tools: VerdictTools,
): Assessment {
  if (acknowledged.size === 0) return assessment;
  const findings = assessment.findings.map((finding) => {
    const one = acknowledged.get(finding.id);
    return one === undefined ? finding : { ...finding, acknowledged: one };
  });
  const servers = assessment.servers.map((server) =>
    findings.some((finding) => finding.server === server.id && !counts(finding))
      ? withoutAcknowledged(server, findings, tools)
      : server,
  );
  const verdict = worstVerdict(servers.map((server) => server.verdict));
  const left = findings.filter(counts);
  const steps = firstSteps({ verdict, servers, findings: left });
  return {
    ...assessment,
    verdict,
    summary: `${caseSentence(verdict, servers)} ${countText(findings)}`,
    answers: answersOf({
      verdict,
      servers,
      findings: left,
      mailboxes: assessment.mailboxes,
      firstSteps: steps,
    }),
    firstSteps: steps,
    servers,
    findings,
  };
}

function countText(findings: readonly Finding[]): string {
  const ones = findings.flatMap((finding) => finding.acknowledged ?? []);
  const until = ones.map((one) => one.until).sort()[0] ?? "";
  return `${ones.length === 1 ? "One finding does" : `${String(ones.length)} findings do`} not count, because somebody explained ${ones.length === 1 ? "it" : "them"} (until ${longDay(until)}).`;
}

function withoutAcknowledged(
  server: ServerAssessment,
  findings: readonly Finding[],
  tools: VerdictTools,
): ServerAssessment {
  const own = findings.filter((finding) => finding.server === server.id);
  const left = own.filter(counts);
  const touched = new Set(own.filter((finding) => !counts(finding)).flatMap((finding) => finding.cves));
  const judge = (id: string, cve: CveAssessment, more: Pick<CveInput, "otherwise"> = {}): CveAssessment =>
    againFor(id, { server, cve, findings: left, more }, tools);
  const later = new Set(
    tools.packs.flatMap((pack) => pack.cves.flatMap((cve) => (cve.onlyAfter === null ? [] : [cve.id]))),
  );
  const first = Object.entries(server.cves).map(
    ([id, cve]) => [id, touched.has(id) && !later.has(id) ? judge(id, cve) : cve] as const,
  );
  const otherwise = serverVerdict(Object.fromEntries(first.filter(([id]) => !later.has(id))), left);
  const cves = Object.fromEntries(
    first.map(([id, cve]) => [id, later.has(id) ? judge(id, cve, { otherwise }) : cve]),
  );
  const verdict = serverVerdict(cves, left);
  const { name, coverage, builds } = server;
  const dwell = dwellOf({ findings: left, builds, ...tools });
  return {
    ...server,
    cves,
    dwell,
    verdict,
    summary: serverSentence({ name, verdict, coverage, cves }, left),
  };
}

function againFor(
  id: string,
  known: {
    readonly server: ServerAssessment;
    readonly cve: CveAssessment;
    readonly findings: readonly Finding[];
    readonly more: Pick<CveInput, "otherwise">;
  },
  { packs, knowledge }: VerdictTools,
): CveAssessment {
  const cve = packs.flatMap((pack): readonly PackCve[] => pack.cves).find((one) => one.id === id);
  if (cve === undefined)
    return {
      ...known.cve,
      verdict: "cannot-tell",
      rung: null,
      why: "No pack of this version knows this flaw: assess the evidence again.",
    };
  const { builds, product, coverage } = known.server;
  const asOfMs = coverage.last === null ? null : Date.parse(coverage.last);
  const input = {
    cve,
    findings: known.findings,
    coverage: coverageOf(known.server),
    product,
    builds,
    asOfMs,
    ...known.more,
    setting: settingOf(cve, known.server),
  };
  return assessCve(input, knowledge);
}

/** The coverage of a case that was written, as verdicts ask for it. */
function coverageOf({ coverage }: ServerAssessment): ServerCoverage {
  const states = new Map(
    coverage.sources.map(({ source, days }) => [
      source,
      new Map(days.map(({ day, state }) => [day, state] as const)),
    ]),
  );
  return {
    firstMs: coverage.first === null ? null : Date.parse(coverage.first),
    lastMs: coverage.last === null ? null : Date.parse(coverage.last),
    sources: coverage.sources,
    gaps: coverage.gaps,
    lost: [],
    covers: (source, day) => (states.get(source)?.get(day) ?? "missing") !== "missing",
    has: (source) => states.has(source),
  };
}
