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
import { finishFindings } from "./findings/finish-findings.ts";
import { splitHybridSigns } from "./hybrid/index.ts";
import { describeIntruders } from "./intruders/index.ts";
import { assessOrigins, draftFromOrigins, type ServerOrigins } from "./origins/index.ts";
import { trustedPivots } from "./pivot/trusted-pivots.ts";
import { collectBuilds } from "./servers/build-spans.ts";
import { resolveServers, type ServerMap } from "./servers/resolve-servers.ts";
import { draftFromState, gatherState } from "./state/index.ts";
import { describeActors } from "./story/actors.ts";
import { tellStory } from "./story/story.ts";
import { answersOf } from "./summary/answers.ts";
import { firstSteps } from "./summary/first-steps.ts";
import { caseSentence } from "./summary/sentences.ts";
import { worstVerdict } from "./verdict/worst-verdict.ts";

/** Turns what the scan found into an answer. Pure: the same input gives the same assessment. */
export function assess(whole: AssessInput): Assessment {
  const { scan, signs } = splitHybridSigns(whole.scan);
  const input: AssessInput = { ...whole, scan };
  const servers = resolveServers(scan.items);
  const own = new Set(servers.servers.flatMap((server) => server.addresses));
  const join = createAddressJoin([...scan.matches, ...scan.pivots], own);
  const followed = trustedPivots(scan.pivots, { first: scan.matches, join });
  const matches = splitByOrigin([...scan.matches, ...followed], join);
  const origins = originsOf(input, servers);
  const state = gatherState(scan.items, servers, input.knowledge);
  const drafts = [
    ...draftFromMatches(matches, servers, join),
    ...draftFromFiles(scan.items, servers),
    ...draftFromLogs(scan.items, servers),
    ...draftFromSettings(scan.items, servers),
    ...draftFromState(state),
    ...[...origins].flatMap(([server, one]) => draftFromOrigins(server, one)),
  ];
  const findings = finishFindings(drafts, { packs: input.packs, items: scan.items });
  const actors = describeActors(matches, { join, indicators: input.indicators, findings });
  const actorOf = new Map(
    actors.flatMap((actor) => actor.addresses.map((address) => [address, actor.id] as const)),
  );
  const evidence = evidenceEntries(scan, servers);
  const damage = summarizeDamage(scan);
  const assessed = servers.servers
    .map((server) => assessServer(server, { ...input, servers, findings, evidence, origins, state, signs }))
    .filter((server) => server !== null);
  const verdict = worstVerdict(assessed.map((server) => server.verdict));
  const steps = firstSteps({ verdict, servers: assessed, findings });
  const mailboxes: Assessment["mailboxes"] = [];
  return {
    schema: "postern.assessment/1",
    tool: input.tool,
    verdict,
    summary: caseSentence(verdict, assessed),
    scope: scopeOf(input, assessed),
    answers: answersOf({ verdict, servers: assessed, findings, mailboxes, firstSteps: steps }),
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
    mailboxes,
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
