import { formatUtcOrNull, least, most } from "../core/index.ts";
import { parseBuild } from "../knowledge/index.ts";
import type { Assessment, ServerAssessment } from "../model/index.ts";
import type { MatchGroup } from "../scan/index.ts";
import type { AssessInput } from "./assess-input.ts";
import { assessServer } from "./assess-server.ts";
import { evidenceEntries, summarizeDamage } from "./evidence-list.ts";
import { createAddressJoin, type AddressJoin } from "./findings/address-join.ts";
import type { Draft } from "./findings/draft.ts";
import { draftFromMatches } from "./findings/event-drafts.ts";
import { draftFromFiles } from "./findings/file-drafts.ts";
import { draftFromLogs } from "./findings/log-drafts.ts";
import { draftFromSettings } from "./findings/setting-drafts.ts";
import { withoutSeldom } from "./findings/burst.ts";
import { splitByOrigin } from "./findings/split-by-origin.ts";
import { countSeen, draftFromGivenFiles, explainGiven } from "./findings/given-drafts.ts";
import { finishFindings } from "./findings/finish-findings.ts";
import { splitHybridSigns } from "./hybrid/index.ts";
import { describeIntruders } from "./intruders/index.ts";
import { assessOrigins, draftFromOrigins, type ServerOrigins } from "./origins/index.ts";
import { trustedPivots } from "./pivot/trusted-pivots.ts";
import { collectMail, draftFromMail, finishMail, type CollectedMail } from "./mailboxes/index.ts";
import { followedAddresses } from "./pivot/pivot.ts";
import { collectBuilds } from "./servers/build-spans.ts";
import { resolveServers, type ServerMap } from "./servers/resolve-servers.ts";
import { draftFromState, gatherState, type CaseState } from "./state/index.ts";
import { describeActors } from "./story/actors.ts";
import { tellStory } from "./story/story.ts";
import { answersOf } from "./summary/answers.ts";
import { firstSteps } from "./summary/first-steps.ts";
import { assessTips } from "./tips/index.ts";
import { caseSentence, scopeSentence } from "./summary/sentences.ts";
import { worstVerdict } from "./verdict/worst-verdict.ts";

/** Turns what the scan found into an answer. Pure: the same input gives the same assessment. */
export function assess(whole: AssessInput): Assessment {
  const facts = gather(whole);
  const { input, servers, join, matches, mail } = facts;
  const { scan, packs, indicators, knowledge, given = null } = input;
  const drafts = draftAll(facts);
  const findings = finishFindings(drafts, { packs, items: scan.items });
  const actors = describeActors(matches, { join, indicators, findings });
  const actorOf = new Map(
    actors.flatMap((actor) => actor.addresses.map((address) => [address, actor.id] as const)),
  );
  const ledger = finishMail(mail, { findings, actorOf });
  const evidence = evidenceEntries(scan, servers);
  const { origins, state, signs } = facts;
  const known = {
    ...input,
    servers,
    findings,
    evidence,
    origins,
    state,
    signs,
    mail: { ...mail, ...ledger },
  };
  const assessed = servers.servers
    .map((server) => assessServer(server, known))
    .filter((server) => server !== null);
  const verdict = worstVerdict(assessed.map((server) => server.verdict));
  const steps = firstSteps({ verdict, servers: assessed, findings });
  const { mailboxes } = ledger;
  return {
    schema: "postern.assessment/1",
    tool: input.tool,
    verdict,
    summary: caseSentence(verdict, assessed) + scopeSentence(askedTitles(input)),
    scope: scopeOf(input, assessed),
    answers: answersOf({ verdict, servers: assessed, findings, mailboxes, firstSteps: steps }),
    firstSteps: steps,
    servers: assessed,
    findings,
    story: tellStory({ findings, matches: facts.first, servers, join, actorOf }),
    actors,
    intruders: describeIntruders({ groups: matches, join, servers, findings, actors, knowledge }),
    indicatorLists: given === null ? [] : countSeen(given, drafts),
    tips: given === null ? [] : assessTips(given.tips, { servers: assessed, findings }),
    ...ledger,
    damage: summarizeDamage(scan),
    evidence,
  };
}

/** What everything else is told from: whose record is whose, who stands behind it, what belongs together. */
interface CaseFacts {
  readonly input: AssessInput;
  readonly servers: ServerMap;
  readonly join: AddressJoin;
  /** What the first look matched, each group with one origin. */
  readonly first: readonly MatchGroup[];
  /** The same of both looks. */
  readonly matches: readonly MatchGroup[];
  readonly origins: ReadonlyMap<string, ServerOrigins>;
  readonly mail: CollectedMail;
  readonly state: CaseState;
  readonly signs: readonly MatchGroup[];
}

function gather(whole: AssessInput): CaseFacts {
  const { scan: read, signs } = splitHybridSigns(whole.scan);
  const servers = resolveServers(read.items);
  const own = new Set(servers.servers.flatMap((server) => server.addresses));
  const join = createAddressJoin([...read.matches, ...read.pivots], own);
  const scan = { ...read, matches: withoutSeldom(read.matches, join.shared) };
  const input: AssessInput = { ...whole, scan };
  const followed = trustedPivots(scan.pivots, { first: scan.matches, join });
  const first = splitByOrigin(scan.matches, join);
  const matches = [...first, ...splitByOrigin(followed, join)];
  const addresses = followedAddresses(scan.matches, scan.mail.first);
  return {
    ...{ input, servers, join, first, matches, signs },
    origins: originsOf(input, servers),
    mail: collectMail({ scan, matches, servers, join, addresses }),
    state: gatherState(scan.items, servers, input.knowledge),
  };
}

function draftAll({ input, servers, join, matches, origins, mail, state }: CaseFacts): readonly Draft[] {
  const { scan, given = null } = input;
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
  return drafts;
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
