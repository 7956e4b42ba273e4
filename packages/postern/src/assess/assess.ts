import { formatUtcOrNull, least, most } from "../core/index.ts";
import { parseBuild } from "../knowledge/index.ts";
import type { Assessment, ServerAssessment } from "../model/index.ts";
import type { AssessInput } from "./assess-input.ts";
import { assessServer } from "./assess-server.ts";
import { evidenceEntries, summarizeDamage } from "./evidence-list.ts";
import { createAddressJoin } from "./findings/address-join.ts";
import { draftFromMatches } from "./findings/event-drafts.ts";
import { draftFromFiles } from "./findings/file-drafts.ts";
import { draftFromLogs } from "./findings/log-drafts.ts";
import { draftFromSettings } from "./findings/setting-drafts.ts";
import { splitByOrigin } from "./findings/split-by-origin.ts";
import { countSeen, draftFromGivenFiles, explainGiven } from "./findings/given-drafts.ts";
import { finishFindings } from "./findings/finish-findings.ts";
import { splitHybridSigns } from "./hybrid/index.ts";
import { describeIntruders } from "./intruders/index.ts";
import { assessOrigins, draftFromOrigins, type ServerOrigins } from "./origins/index.ts";
import { trustedPivots } from "./pivot/trusted-pivots.ts";
import { collectMail, draftFromMail, finishMail } from "./mailboxes/index.ts";
import { followedAddresses } from "./pivot/pivot.ts";
import { collectBuilds } from "./servers/build-spans.ts";
import { resolveServers, type ServerMap } from "./servers/resolve-servers.ts";
import { draftFromState, gatherState } from "./state/index.ts";
import { describeActors } from "./story/actors.ts";
import { tellStory } from "./story/story.ts";
import { answersOf } from "./summary/answers.ts";
import { firstSteps } from "./summary/first-steps.ts";
import { assessTips } from "./tips/index.ts";
import { caseSentence, scopeSentence } from "./summary/sentences.ts";
import { worstVerdict } from "./verdict/worst-verdict.ts";

/** Turns what the scan found into an answer. Pure: the same input gives the same assessment. */
export function assess(whole: AssessInput): Assessment {
  const { scan, signs } = splitHybridSigns(whole.scan);
  const input: AssessInput = { ...whole, scan };
  const { given = null } = input;
  const servers = resolveServers(scan.items);
  const own = new Set(servers.servers.flatMap((server) => server.addresses));
  const join = createAddressJoin([...scan.matches, ...scan.pivots], own);
  const followed = trustedPivots(scan.pivots, { first: scan.matches, join });
  const matches = splitByOrigin([...scan.matches, ...followed], join);
  const origins = originsOf(input, servers);
  const addresses = followedAddresses(scan.matches, scan.mail.first);
  const mail = collectMail({ scan, matches, servers, join, addresses });
  const state = gatherState(scan.items, servers, input.knowledge);
  const drafts = [
    ...draftFromMatches(matches, servers, join),
    ...draftFromFiles(scan.items, servers),
    ...draftFromMail(mail.lines, mail.accessed),
    ...draftFromLogs(scan.items, servers),
    ...draftFromSettings(scan.items, servers),
    ...(given === null ? [] : draftFromGivenFiles(scan.items, servers, given.matcher)),
    ...draftFromState(state),
    ...[...origins].flatMap(([server, one]) => draftFromOrigins(server, one)),
  ];
  if (given !== null) explainGiven(drafts, given.matcher);
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
      assessServer(server, {
        ...input,
        ...{ servers, findings, evidence, origins, state, signs },
        mail: { ...mail, ...ledger },
      }),
    )
    .filter((server) => server !== null);
  const verdict = worstVerdict(assessed.map((server) => server.verdict));
  const steps = firstSteps({ verdict, servers: assessed, findings });
  return {
    schema: "postern.assessment/1",
    tool: input.tool,
    verdict,
    summary: caseSentence(verdict, assessed) + scopeSentence(askedTitles(input)),
    scope: scopeOf(input, assessed),
    answers: answersOf({
      verdict,
      servers: assessed,
      findings,
      mailboxes: ledger.mailboxes,
      firstSteps: steps,
    }),
    firstSteps: steps,
    servers: assessed,
    findings,
    story: tellStory({ findings, matches: splitByOrigin(scan.matches, join), servers, join, actorOf }),
    actors,
    intruders: describeIntruders({
      groups: matches,
      join,
      servers,
      findings,
      actors,
      knowledge: input.knowledge,
    }),
    indicatorLists: given === null ? [] : countSeen(given, drafts),
    tips: given === null ? [] : assessTips(given.tips, { servers: assessed, findings }),
    ...ledger,
    damage,
    evidence,
  };
}

function askedTitles({ packs, campaigns = [] }: AssessInput): readonly string[] {
  return packs.filter((pack) => campaigns.includes(pack.id)).map((pack) => pack.title);
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
