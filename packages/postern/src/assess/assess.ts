import { formatUtcOrNull } from "../core/index.ts";
import type { Indicators, Pack } from "../detect/index.ts";
import { parseBuild, type Knowledge } from "../knowledge/index.ts";
import type {
  Assessment,
  CveAssessment,
  EvidenceEntry,
  Finding,
  ServerAssessment,
  Verdict,
} from "../model/index.ts";
import { atLeast, CVE_VERDICTS } from "../model/index.ts";
import { least, most, type MatchGroup, type ScanResult } from "../scan/index.ts";
import { assessCoverage, type ServerCoverage } from "./coverage/assess-coverage.ts";
import { createAddressJoin } from "./findings/address-join.ts";
import { draftFromMatches } from "./findings/event-drafts.ts";
import { draftFromFiles } from "./findings/file-drafts.ts";
import { finishFindings } from "./findings/finish-findings.ts";
import { evidenceEntries, summarizeDamage } from "./evidence-list.ts";
import { assessPatch } from "./patch-level/index.ts";
import { collectBuilds, productOfBuilds } from "./servers/build-spans.ts";
import { resolveServers, type Server, type ServerMap } from "./servers/resolve-servers.ts";
import { describeActors } from "./story/actors.ts";
import { tellStory } from "./story/story.ts";
import { firstSteps } from "./summary/first-steps.ts";
import { notSeenOf } from "./summary/not-seen.ts";
import { caseSentence, serverSentence } from "./summary/sentences.ts";
import { assessCve } from "./verdict/cve-verdict.ts";

/** Everything that an assessment is made from. */
export interface AssessInput {
  readonly scan: ScanResult;
  readonly packs: readonly Pack[];
  readonly indicators: Indicators;
  readonly knowledge: Knowledge;
  readonly tool: Assessment["tool"];
}

/** Turns what the scan found into an answer. Pure: the same input gives the same assessment. */
export function assess(input: AssessInput): Assessment {
  const { scan } = input;
  const servers = resolveServers(scan.items);
  const own = new Set(servers.servers.flatMap((server) => server.addresses));
  const join = createAddressJoin([...scan.matches, ...scan.pivots], own);
  const pivots = withoutShared(scan.pivots, join.shared);
  const matches = [...scan.matches, ...pivots];
  const drafts = [...draftFromMatches(matches, servers, join), ...draftFromFiles(scan.items, servers)];
  const findings = finishFindings(drafts, { packs: input.packs, items: scan.items });
  const actors = describeActors(matches, { join, indicators: input.indicators, findings });
  const actorOf = new Map(
    actors.flatMap((actor) => actor.addresses.map((address) => [address, actor.id] as const)),
  );
  const evidence = evidenceEntries(scan, servers);
  const damage = summarizeDamage(scan);
  const assessed = servers.servers
    .map((server) => assessServer(server, { ...input, servers, findings, evidence }))
    .filter((server) => server !== null);
  const verdict = worst(assessed.map((server) => server.verdict));
  return {
    schema: "postern.assessment/1",
    tool: input.tool,
    verdict,
    summary: caseSentence(verdict, assessed),
    scope: scopeOf(input, assessed),
    firstSteps: firstSteps({ verdict, servers: assessed, findings }),
    servers: assessed,
    findings,
    story: tellStory({ findings, matches: scan.matches, servers, join, actorOf }),
    actors,
    mailboxes: [],
    damage,
    evidence,
  };
}

/** An address with several accounts is a school's or a provider's, not one intruder's: what it did is nobody's proof. */
const MAX_ACCOUNTS_OF_ONE = 3;

function withoutShared(pivots: readonly MatchGroup[], shared: ReadonlySet<string>): readonly MatchGroup[] {
  const accounts = new Map<string, Set<string>>();
  for (const group of pivots) {
    if (group.address === null) continue;
    const known = accounts.get(group.address) ?? new Set<string>();
    accounts.set(group.address, known);
    for (const event of group.events)
      if (event.ecs["user.name"] !== undefined) known.add(event.ecs["user.name"].toLowerCase());
  }
  const isShared = (address: string | null): boolean =>
    address !== null && (shared.has(address) || (accounts.get(address)?.size ?? 0) > MAX_ACCOUNTS_OF_ONE);
  return pivots.filter((group) => group.rule.kind.startsWith("web-shell") || !isShared(group.address));
}

interface ServerInput extends AssessInput {
  readonly servers: ServerMap;
  readonly findings: readonly Finding[];
  readonly evidence: readonly EvidenceEntry[];
}

function assessServer(server: Server, input: ServerInput): ServerAssessment | null {
  const coverage = assessCoverage(input.scan.items, input.servers, server);
  const findings = input.findings.filter((finding) => finding.server === server.id);
  const builds = collectBuilds(input.scan.items, { map: input.servers, server }, input.knowledge);
  if (!isExchange(coverage) && findings.every((finding) => finding.rung === null) && builds.length === 0)
    return null;
  const product = productOfBuilds(builds, input.knowledge);
  const cves = Object.fromEntries(
    input.packs
      .flatMap((pack) => pack.cves)
      .map(
        (cve) =>
          [
            cve.id,
            assessCve({ cve, findings, coverage, product, builds, asOfMs: coverage.lastMs }, input.knowledge),
          ] as const,
      ),
  );
  const verdict = serverVerdict(cves, findings);
  const exploited = findings
    .filter((finding) => atLeast(finding.rung, "L1"))
    .flatMap((finding) => finding.firstSeen ?? [])
    .sort()[0];
  const patch = assessPatch(
    {
      builds,
      mitigations: mitigationsOf(server, input),
      asOf: formatUtcOrNull(coverage.lastMs),
      cvesInScope: Object.keys(cves),
      exploitedAt: exploited ?? null,
    },
    input.knowledge,
  );
  const name = server.name?.toUpperCase() ?? "server unknown";
  const clocks = [...new Set(input.scan.items.flatMap((item) => item.clocks))].sort();
  const shown = {
    first: formatUtcOrNull(coverage.firstMs),
    last: formatUtcOrNull(coverage.lastMs),
    sources: coverage.sources,
    gaps: coverage.gaps,
    notSeen: notSeenOf({
      coverage,
      cves,
      evidence: input.evidence,
      firstUsed: firstUseOf(input.packs),
      clocks,
    }),
  };
  const build =
    patch.build ?? builds.map((span) => span.build).findLast((text) => parseBuild(text) !== null) ?? null;
  return {
    id: server.id,
    name,
    addresses: server.addresses,
    product,
    build,
    builds,
    patch,
    hybrid: {
      state: "unknown",
      note: "Whether mailboxes also live in Exchange Online is not read from this evidence. Exchange Online itself is not affected.",
    },
    verdict,
    summary: serverSentence({ name, verdict, coverage: shown, cves }, findings),
    cves,
    coverage: shown,
  };
}

function firstUseOf(packs: readonly Pack[]): string | null {
  return packs.flatMap((pack) => pack.cves.flatMap((cve) => cve.firstUsed ?? [])).sort()[0] ?? null;
}

/** A source that only an Exchange server writes. Bare web server logs may be anybody's. */
function isExchange(coverage: ServerCoverage): boolean {
  return coverage.sources.some((source) => EXCHANGE_SOURCE.test(source.source));
}

const EXCHANGE_SOURCE =
  /^(httpproxy\/|ecp-|ews$|cmdlet$|rps-http$|oab-generator$|audit$|mapihttp$|owa$|autodiscover$|message-tracking$|exchange-|web-folders\/(owa-auth|ecp-auth)|iis-back-end$|windows-events\/MSExchange)/u;

function mitigationsOf(server: Server, input: ServerInput): readonly string[] {
  return input.scan.items.flatMap((item) =>
    item.mitigations
      .filter(
        (one) =>
          one.state === "applied" &&
          input.servers.ofItem(item.index, one.server?.toLowerCase().split(".")[0] ?? null).id === server.id,
      )
      .map((one) => one.mitigation),
  );
}

/** The worst of the server's applicable CVEs and of findings without a CVE. */
function serverVerdict(cves: Readonly<Record<string, CveAssessment>>, findings: readonly Finding[]): Verdict {
  if (findings.some((finding) => atLeast(finding.rung, "L1"))) return "compromised";
  const tried: Verdict[] = findings.some((finding) => finding.rung === "L0") ? ["attempted"] : [];
  const applicable = Object.values(cves).flatMap((cve) =>
    cve.verdict === "not-applicable" ? [] : [cve.verdict],
  );
  return worst([...applicable, ...tried], "no-trace");
}

/** The worst verdict of a list; of an empty one that nothing can be told. */
function worst(verdicts: readonly Verdict[], ofNone: Verdict = "cannot-tell"): Verdict {
  return (
    verdicts.reduce<Verdict | null>(
      (found, verdict) =>
        found === null || CVE_VERDICTS.indexOf(verdict) > CVE_VERDICTS.indexOf(found) ? verdict : found,
      null,
    ) ?? ofNone
  );
}

function scopeOf(input: AssessInput, servers: readonly ServerAssessment[]): Assessment["scope"] {
  const firsts = servers.flatMap((server) => server.coverage.first ?? []).map((time) => Date.parse(time));
  const lasts = servers.flatMap((server) => server.coverage.last ?? []).map((time) => Date.parse(time));
  const from = firsts.reduce<number | null>((found, time) => least(found, time), null);
  const to = lasts.reduce<number | null>((found, time) => most(found, time), null);
  return {
    campaigns: input.packs.map((pack) => ({
      id: pack.id,
      title: pack.title,
      cves: pack.cves.map((cve) => cve.id),
    })),
    window: { from: formatUtcOrNull(from), to: formatUtcOrNull(to) },
    asOf: formatUtcOrNull(to),
  };
}
