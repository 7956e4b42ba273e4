import { formatUtcOrNull, least, most } from "../../core/index.ts";
import type { Knowledge } from "../../knowledge/index.ts";
import type { Actor, Finding, Intruder, Rung } from "../../model/index.ts";
import { atLeast, higherRung, RUNGS } from "../../model/index.ts";
import type { MatchGroup } from "../../scan/index.ts";
import type { AddressJoin } from "../findings/address-join.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import { activitiesOf } from "./activities.ts";
import { collectActs, type Act } from "./acts.ts";
import { assignFindings, type Assigned } from "./assign-findings.ts";
import { joinAddresses, type AddressSet } from "./join-addresses.ts";
import { hoursOf, paceOf } from "./pace.ts";
import { pagesOf } from "./pages.ts";
import { paragraphOf } from "./paragraph.ts";
import { relate } from "./relate.ts";
import { resemblances } from "./resemblance.ts";
import { stagesOf } from "./stages.ts";

/** What intruders are told from. */
export interface IntruderInput {
  readonly groups: readonly MatchGroup[];
  readonly join: AddressJoin;
  readonly servers: ServerMap;
  readonly findings: readonly Finding[];
  readonly actors: readonly Actor[];
  readonly knowledge: Knowledge;
}

const MAX_INTRUDERS = 50;

/** Who got in: addresses joined into intruders, each with its findings, its stretches of work and its account. */
export function describeIntruders(input: IntruderInput): readonly Intruder[] {
  const acts = collectActs(input.groups, input);
  const sets = joinAddresses(acts);
  const doers = sets.map((set) => {
    const addresses = new Set(set.addresses);
    return { set, addresses, acts: acts.filter((act) => addresses.has(act.address)) };
  });
  const assigned = assignFindings(input.findings, doers);
  const described = doers
    .map((doer, index) => describe(doer.set, { acts: doer.acts, assigned: assigned[index] ?? [] }, input))
    .sort(byWeight)
    .slice(0, MAX_INTRUDERS)
    .map((intruder, index) => ({ ...intruder, id: `I${String(index + 1)}` }));
  return relate(described);
}

function byWeight(a: Intruder, b: Intruder): number {
  return (
    RUNGS.indexOf(b.rung) - RUNGS.indexOf(a.rung) ||
    compare(a.firstSeen ?? "\uffff", b.firstSeen ?? "\uffff") ||
    compare(a.addresses.join(), b.addresses.join())
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

interface Deeds {
  readonly acts: readonly Act[];
  readonly assigned: readonly Assigned[];
}

function describe(set: AddressSet, { acts, assigned }: Deeds, input: IntruderInput): Intruder {
  const findings = assigned.map(({ finding }) => finding);
  const own = new Set(set.addresses);
  const alone = findings.filter(isOwnAlone(own));
  const actors = input.actors.filter((actor) => actor.addresses.some((address) => own.has(address)));
  const times = acts.flatMap((act) => act.timeMs ?? []);
  const rung = acts.reduce<Rung | null>((found, act) => higherRung(found, act.rung), null) ?? "L1";
  const facts = {
    addresses: set.addresses,
    userAgents: programsOf(acts),
    servers: unique(acts.map((act) => act.server)),
    rung: findings
      .filter(isOwnAlone(own))
      .reduce<Rung>((found, one) => higherRung(found, one.rung) ?? found, rung),
    firstSeen: formatUtcOrNull(times.reduce<number | null>((found, time) => least(found, time), null)),
    lastSeen: formatUtcOrNull(times.reduce<number | null>((found, time) => most(found, time), null)),
    pace: paceOf(times),
    hours: hoursOf(times),
    backDoors: unique([...acts.flatMap((act) => act.page ?? []), ...alone.flatMap(pagesOf)]),
    accounts: unique(acts.flatMap((act) => act.account ?? [])),
    activities: activitiesOf(acts, findings),
    resembles: resemblances(
      { findings: alone, addresses: set.addresses, since: formatUtcOrNull(firstInside(acts)) },
      input.knowledge.clusters,
    ),
  } as const;
  return {
    id: "",
    ...facts,
    actors: actors.map((actor) => actor.id),
    joinedBy: [...set.why, ...assigned.flatMap(({ why }) => why ?? [])],
    related: [],
    stages: stagesOf(acts, findings, input.knowledge.attack),
    findings: findings.map((finding) => finding.id),
    paragraph: paragraphOf({ ...facts, findings }),
  };
}

/** Findings that name other addresses too say nothing about how far this one got. */
function isOwnAlone(own: ReadonlySet<string>): (finding: Finding) => boolean {
  return (finding) => (finding.entities.addresses ?? []).every((address) => own.has(address));
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

/** One spelling of each program: the one with commas, as IIS and the client have it, not HttpProxy's with blanks for them. */
function programsOf(acts: readonly Act[]): readonly string[] {
  const spelled = new Map<string, string>();
  for (const { agent, program } of acts) {
    if (agent === null || program === null) continue;
    const known = spelled.get(program);
    if (known === undefined || (agent.includes(",") && !known.includes(","))) spelled.set(program, agent);
  }
  return unique([...spelled.values()]);
}

function firstInside(acts: readonly Act[]): number | null {
  return acts.find((act) => atLeast(act.rung, "L1"))?.timeMs ?? null;
}
