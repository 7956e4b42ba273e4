import { serverName } from "../events/index.ts";
import { formatUtcOrNull } from "../core/index.ts";
import type { Pack, PackCve } from "../detect/index.ts";
import { parseBuild } from "../knowledge/index.ts";
import type {
  MailboxLine,
  BuildSpan,
  CveAssessment,
  EvidenceEntry,
  Finding,
  ServerAssessment,
  Verdict,
} from "../model/index.ts";
import { atLeast } from "../model/index.ts";
import type { MatchGroup } from "../scan/index.ts";
import type { AssessInput } from "./assess-input.ts";
import { assessCoverage, type ServerCoverage } from "./coverage/assess-coverage.ts";
import { assessHybrid } from "./hybrid/index.ts";
import type { CaseState } from "./state/index.ts";
import { datesTheBreakIn } from "./findings/time-meaning.ts";
import { mailStatement } from "./mailboxes/index.ts";
import type { ServerOrigins } from "./origins/index.ts";
import { assessPatch, extendedProtectionOf } from "./patch-level/index.ts";
import { dwellOf } from "./story/dwell.ts";
import { collectBuilds, productOfBuilds } from "./servers/build-spans.ts";
import type { Server, ServerMap } from "./servers/resolve-servers.ts";
import { collectionLines } from "./summary/collection-lines.ts";
import { notSeenOf } from "./summary/not-seen.ts";
import { serverSentence } from "./summary/sentences.ts";
import { settingOf, type ServerSettings } from "./verdict/cve-setting.ts";
import { assessCve, type CveInput } from "./verdict/cve-verdict.ts";
import { worstVerdict } from "./verdict/worst-verdict.ts";

/** What the answer for one server is made from. */
export interface ServerInput extends AssessInput {
  readonly servers: ServerMap;
  readonly findings: readonly Finding[];
  readonly evidence: readonly EvidenceEntry[];
  /** By server id. */
  readonly origins: ReadonlyMap<string, ServerOrigins>;
  readonly mail: {
    readonly mailboxes: readonly MailboxLine[];
    readonly left: number;
    readonly crowded: readonly string[];
  };
  readonly state: CaseState;
  /** Records that speak for a hybrid organisation. */
  readonly signs: readonly MatchGroup[];
}

/** The answer for one server, or null when nothing says that it is an Exchange server. */
export function assessServer(server: Server, input: ServerInput): ServerAssessment | null {
  const coverage = assessCoverage(input.scan.items, input.servers, server);
  const findings = input.findings.filter((finding) => finding.server === server.id);
  const builds = collectBuilds(input.scan.items, { map: input.servers, server }, input.knowledge);
  if (!isExchange(coverage) && findings.every((finding) => finding.rung === null) && builds.length === 0)
    return null;
  const known: KnownServer = { server, coverage, findings, builds };
  const patch = patchOf(known, knownFlaws(known, input.packs), input);
  const name = server.name?.toUpperCase() ?? "server unknown";
  const dwell = dwellOf({ findings, builds, packs: input.packs, knowledge: input.knowledge });
  const hybrid = hybridOf(known, patch.build, dwell, input);
  const cves = assessCves(known, { patch, hybrid }, input);
  const verdict = serverVerdict(cves, findings);
  const shown = coverageShown(known, cves, input);
  return {
    id: server.id,
    name,
    addresses: server.addresses,
    product: productOfBuilds(builds, input.knowledge),
    build:
      patch.build ?? builds.map((span) => span.build).findLast((text) => parseBuild(text) !== null) ?? null,
    builds,
    patch,
    hybrid,
    verdict,
    summary: serverSentence({ name, verdict, coverage: shown, cves }, findings),
    cves,
    // Where mailboxes live elsewhere, that place is part of what was not looked at.
    coverage: { ...shown, notSeen: [...shown.notSeen, ...hybrid.cannotAnswer.slice(0, 1)] },
    dwell,
    mailAccess: mailStatement(
      shown.sources,
      input.mail.mailboxes.filter((line) => line.server === server.id),
      input.mail,
    ),
  };
}

function hybridOf(
  { server }: KnownServer,
  build: string | null,
  dwell: ServerAssessment["dwell"],
  input: ServerInput,
): ServerAssessment["hybrid"] {
  const { scan, servers, signs, state, knowledge } = input;
  const since = dwell?.brokenIn.slice(0, 10) ?? null;
  return assessHybrid(
    { items: scan.items, map: servers, server: server.id, signs, state, build, since },
    knowledge,
  );
}

interface KnownServer {
  readonly server: Server;
  readonly coverage: ServerCoverage;
  readonly findings: readonly Finding[];
  readonly builds: readonly BuildSpan[];
}

/** Flaws that serve only who is inside already come last: their answer follows the others'. */
function assessCves(
  known: KnownServer,
  settings: ServerSettings,
  input: ServerInput,
): Readonly<Record<string, CveAssessment>> {
  const product = productOfBuilds(known.builds, input.knowledge);
  const { coverage, findings, builds } = known;
  const judge = (cve: PackCve, more: Pick<CveInput, "otherwise"> = {}): readonly [string, CveAssessment] => [
    cve.id,
    assessCve(
      {
        ...{ cve, findings, coverage, product, builds, asOfMs: coverage.lastMs, ...more },
        setting: settingOf(cve, settings),
      },
      input.knowledge,
    ),
  ];
  const asked = input.packs.flatMap((pack) => pack.cves);
  const first = asked.filter((cve) => cve.onlyAfter === null).map((cve) => judge(cve));
  const otherwise = serverVerdict(Object.fromEntries(first), findings);
  const later = asked.filter((cve) => cve.onlyAfter !== null).map((cve) => judge(cve, { otherwise }));
  return Object.fromEntries([...first, ...later]);
}

/** Flaws of the time: of those that came after the evidence its newest build cannot be asked to be free. */
function knownFlaws({ coverage }: KnownServer, packs: readonly Pack[]): readonly string[] {
  const asOf = formatUtcOrNull(coverage.lastMs);
  return packs
    .flatMap((pack) => pack.cves)
    .filter((cve) => asOf === null || (cve.firstUsed ?? cve.disclosed) <= asOf)
    .map((cve) => cve.id);
}

function patchOf(
  known: KnownServer,
  cvesInScope: readonly string[],
  input: ServerInput,
): ServerAssessment["patch"] {
  const exploited = known.findings
    .filter((finding) => atLeast(finding.rung, "L1") && datesTheBreakIn(finding))
    .flatMap((finding) => finding.firstSeen ?? [])
    .sort()[0];
  const mitigations = mitigationsOf(known.server, input);
  const protection = extendedProtectionOf(mitigations);
  return assessPatch(
    {
      builds: known.builds,
      mitigations: mitigations.filter((one) => one.state === "applied").map((one) => one.mitigation),
      ...(protection === undefined ? {} : { extendedProtection: protection }),
      asOf: formatUtcOrNull(known.coverage.lastMs),
      cvesInScope,
      exploitedAt: exploited ?? null,
    },
    input.knowledge,
  );
}

function coverageShown(
  known: KnownServer,
  cves: Readonly<Record<string, CveAssessment>>,
  input: ServerInput,
): ServerAssessment["coverage"] {
  const { coverage } = known;
  const clocks = [...new Set(input.scan.items.flatMap((item) => item.clocks))].sort();
  return {
    first: formatUtcOrNull(coverage.firstMs),
    last: formatUtcOrNull(coverage.lastMs),
    sources: coverage.sources,
    gaps: coverage.gaps,
    notSeen: notSeenOf({
      coverage,
      cves,
      evidence: input.evidence,
      firstUsed: firstUseOf(input.packs, cves),
      clocks,
      files: input.origins.get(known.server.id)?.note ?? null,
      collected: collectionsOf(known.server, input),
    }),
  };
}

function collectionsOf(server: Server, { scan, knowledge, servers: map }: ServerInput): readonly string[] {
  const asked = scan.items.some((item) => item.collected !== null);
  return asked ? collectionLines(scan.items, knowledge.collection, { map, server }) : [];
}

/** Of the flaws that stay open or worked: of the others it does not matter what happened before. */
function firstUseOf(packs: readonly Pack[], cves: Readonly<Record<string, CveAssessment>>): string | null {
  const open = (id: string): boolean => ["cannot-tell", "compromised"].includes(cves[id]?.verdict ?? "");
  const known = packs.flatMap((pack) => pack.cves).filter(({ id }) => open(id));
  return known.flatMap(({ firstUsed }) => firstUsed ?? []).sort()[0] ?? null;
}

/** A source that only an Exchange server writes. Bare web server logs may be anybody's. */
function isExchange(coverage: ServerCoverage): boolean {
  return coverage.sources.some((source) => EXCHANGE_SOURCE.test(source.source));
}

const EXCHANGE_SOURCE =
  /^(httpproxy\/|ecp-|ews$|cmdlet$|rps-http$|oab-generator$|audit$|mapihttp$|owa$|autodiscover$|message-tracking$|transport-agents$|exchange-|web-folders\/(owa-auth|ecp-auth)|iis-back-end$|windows-events\/MSExchange)/u;

function mitigationsOf(
  server: Server,
  input: ServerInput,
): ServerInput["scan"]["items"][number]["mitigations"] {
  return input.scan.items.flatMap((item) =>
    item.mitigations.filter(
      (one) => input.servers.ofItem(item.index, serverName(one.server)).id === server.id,
    ),
  );
}

/** The worst of the server's applicable CVEs and of findings without a CVE. */
export function serverVerdict(
  cves: Readonly<Record<string, CveAssessment>>,
  findings: readonly Finding[],
): Verdict {
  if (findings.some((finding) => atLeast(finding.rung, "L1"))) return "compromised";
  const tried: Verdict[] = findings.some((finding) => finding.rung === "L0") ? ["attempted"] : [];
  const applicable = Object.values(cves).flatMap((cve) =>
    cve.verdict === "not-applicable" ? [] : [cve.verdict],
  );
  return worstVerdict([...applicable, ...tried], "no-trace");
}
