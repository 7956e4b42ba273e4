import { least, most } from "../../core/index.ts";
import { atLeast, higherRung } from "../../model/index.ts";
import { type MatchGroup } from "../../scan/index.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import type { AddressJoin, Origin } from "./address-join.ts";
import { newDraft, surer, type Draft } from "./draft.ts";

/** Above this number of addresses one finding stands for the rest of them. */
const MAX_ACTORS_PER_KIND = 25;

const HOW: Readonly<Record<Origin["how"], string>> = {
  record: "",
  "request-id": "The address comes from the front-end record with the same request id.",
  session: "The address comes from the front-end record with the same session token.",
  time: "The address comes from the only front-end record of the same seconds.",
};

/**
 * Turns matches into drafts. What only was tried makes one finding per kind; what worked makes one per kind and intruder's address.
 */
export function draftFromMatches(
  groups: readonly MatchGroup[],
  servers: ServerMap,
  join: AddressJoin,
): readonly Draft[] {
  const drafts = new Map<string, Draft>();
  const actorsOfKind = new Map<string, Set<string>>();
  for (const group of groups) {
    const [first] = group.events;
    if (first === undefined) continue;
    const server = servers.of(group.serverKey, first.at.item).id;
    const origin = originOfGroup(group, join);
    const actor = atLeast(group.rule.rung, "L1") ? (origin?.address ?? "") : "*";
    const key = draftKey(actorsOfKind, { server, kind: group.rule.kind, actor });
    const draft = drafts.get(key) ?? newDraft(server, group.rule.kind, false);
    drafts.set(key, draft);
    addGroup(draft, group, origin);
  }
  return [...drafts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, draft]) => draft);
}

function draftKey(
  actorsOfKind: Map<string, Set<string>>,
  of: { readonly server: string; readonly kind: string; readonly actor: string },
): string {
  const kind = `${of.server}\n${of.kind}`;
  const actors = actorsOfKind.get(kind) ?? new Set<string>();
  actorsOfKind.set(kind, actors);
  if (!actors.has(of.actor) && actors.size >= MAX_ACTORS_PER_KIND) return `${kind}\n*`;
  actors.add(of.actor);
  return `${kind}\n${of.actor}`;
}

/** The origin of a group's records: its own address, or where the first record that leads anywhere leads. */
function originOfGroup(group: MatchGroup, join: AddressJoin): Origin | null {
  for (const event of group.events) {
    const origin = join.of(event, group.rule.rung);
    if (origin !== null) return origin;
  }
  return null;
}

function addGroup(draft: Draft, group: MatchGroup, origin: Origin | null): void {
  const { rule } = group;
  draft.rung = higherRung(draft.rung, rule.rung);
  draft.confidence = surer(draft.confidence, rule.confidence);
  draft.count += group.count;
  draft.firstMs = least(draft.firstMs, group.firstMs);
  draft.lastMs = most(draft.lastMs, group.lastMs);
  for (const cve of rule.cves) draft.cves.add(cve);
  for (const technique of rule.attack) draft.attack.add(technique);
  draft.rules.add(rule.id);
  draft.events.push(...group.events);
  for (const event of group.events) draft.entities.addEvent(event);
  draft.entities.add("addresses", origin?.address ?? group.address);
  if (origin !== null && origin.how !== "record") draft.why.add(HOW[origin.how]);
  for (const note of group.events.flatMap((event) => event.repairs)) addDoubt(draft, note);
}

/** Repairs that bear on the meaning of a record; the others only on its form. */
const DOUBTFUL =
  /without a zone|order of day and month guessed|no header|cut|missing|shifted|corrected|carved/u;

function addDoubt(draft: Draft, repair: string): void {
  if (DOUBTFUL.test(repair)) draft.doubt.add(`How the record was read: ${repair}.`);
}
