import { formatUtcOrNull, least, most } from "../core/index.ts";
import { parseBuild } from "../knowledge/index.ts";
import type { Assessment, ServerAssessment } from "../model/index.ts";
import { type MatchGroup } from "../scan/index.ts";
import type { AssessInput } from "./assess-input.ts";
import { assessServer } from "./assess-server.ts";
import { evidenceEntries, summarizeDamage } from "./evidence-list.ts";
import { createAddressJoin } from "./findings/address-join.ts";
import { draftFromMatches } from "./findings/event-drafts.ts";
import { draftFromFiles } from "./findings/file-drafts.ts";
import { draftFromLogs } from "./findings/log-drafts.ts";
import { draftFromSettings } from "./findings/setting-drafts.ts";
import { finishFindings } from "./findings/finish-findings.ts";
import { assessOrigins, draftFromOrigins, type ServerOrigins } from "./origins/index.ts";
import { collectMail, draftFromMail, finishMail } from "./mailboxes/index.ts";
import { followedAddresses } from "./pivot/pivot.ts";
import { collectBuilds } from "./servers/build-spans.ts";
import { resolveServers, type ServerMap } from "./servers/resolve-servers.ts";
import { describeActors } from "./story/actors.ts";
import { tellStory } from "./story/story.ts";
import { firstSteps } from "./summary/first-steps.ts";
import { caseSentence } from "./summary/sentences.ts";
import { worstVerdict } from "./verdict/worst-verdict.ts";

/** Turns what the scan found into an answer. Pure: the same input gives the same assessment. */
export function assess(input: AssessInput): Assessment {
  const { scan } = input;
  const servers = resolveServers(scan.items);
  const own = new Set(servers.servers.flatMap((server) => server.addresses));
  const join = createAddressJoin([...scan.matches, ...scan.pivots], own);
  const pivots = withoutShared(scan.pivots, join.shared);
  const matches = [...scan.matches, ...pivots];
  const origins = originsOf(input, servers);
  const addresses = followedAddresses(scan.matches, scan.mail.first);
  const mail = collectMail({ scan, matches, servers, join, addresses });
  const drafts = [
    ...draftFromMatches(matches, servers, join),
    ...draftFromFiles(scan.items, servers),
    ...draftFromMail(mail.lines, mail.accessed),
    ...draftFromLogs(scan.items, servers),
    ...draftFromSettings(scan.items, servers),
    ...[...origins].flatMap(([server, one]) => draftFromOrigins(server, one)),
  ];
  const findings = finishFindings(drafts, { packs: input.packs, items: scan.items });
  const actors = describeActors(matches, { join, indicators: input.indicators, findings });
  const actorOf = new Map(
    actors.flatMap((actor) => actor.addresses.map((address) => [address, actor.id] as const)),
  );
  const ledger = finishMail(mail, { findings, actorOf });
  const evidence = evidenceEntries(scan, servers);
  const damage = summarizeDamage(scan);
  const assessed = servers.servers
    .map((server) =>
      assessServer(server, { ...input, servers, findings, evidence, origins, mail: { ...mail, ...ledger } }),
    )
    .filter((server) => server !== null);
  const verdict = worstVerdict(assessed.map((server) => server.verdict));
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
    ...ledger,
    damage,
    evidence,
  };
}

/** The files of each server, compared with the list of its build. */
function originsOf(input: AssessInput, map: ServerMap): ReadonlyMap<string, ServerOrigins> {
  const { lists, knowledge, scan } = input;
  if (lists === undefined) return new Map();
  return new Map(
    map.servers.map((server) => {
      const own = scan.items.filter((item) => map.ofItem(item.index, null).id === server.id);
      const builds = collectBuilds(scan.items, { map, server }, knowledge);
      const known = builds.map((span) => parseBuild(span.build)).findLast((build) => build !== null);
      return [
        server.id,
        assessOrigins(own, known?.text ?? null, { lists, customised: knowledge.customised }),
      ] as const;
    }),
  );
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
