import { formatUtcOrNull } from "../../core/index.ts";
import type { Event, Finding, StoryEntry } from "../../model/index.ts";
import { atLeast } from "../../model/index.ts";
import type { MatchGroup } from "../../scan/index.ts";
import type { AddressJoin } from "../findings/address-join.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";

/** Longest story told step by step; beyond it the findings tell the rest. */
const MAX_ENTRIES = 200;
/** Steps told of one rule, address and server. */
const MAX_STEPS = 4;

/** What the story is made of. */
export interface StoryInput {
  readonly findings: readonly Finding[];
  readonly matches: readonly MatchGroup[];
  readonly servers: ServerMap;
  readonly join: AddressJoin;
  /** Address -> actor id. */
  readonly actorOf: ReadonlyMap<string, string>;
}

interface Entry {
  readonly timeMs: number | null;
  readonly entry: StoryEntry;
}

/** Tells what worked, step by step, over all logs and servers in order of time; what was only tried is told once per finding. */
export function tellStory(input: StoryInput): readonly StoryEntry[] {
  const entries = [...stepsThatWorked(input), ...findingsWithoutSteps(input)];
  return entries
    .sort((a, b) => (a.timeMs ?? Infinity) - (b.timeMs ?? Infinity) || (a.entry.text < b.entry.text ? -1 : 1))
    .slice(0, MAX_ENTRIES)
    .map(({ entry }) => entry);
}

function stepsThatWorked(input: StoryInput): readonly Entry[] {
  const entries: Entry[] = [];
  for (const group of input.matches) {
    if (!atLeast(group.rule.rung, "L1")) continue;
    for (const event of group.events.slice(0, MAX_STEPS)) {
      const server = input.servers.of(group.serverKey, event.at.item).id;
      const origin = input.join.of(event, group.rule.rung);
      const actor = origin === null ? null : (input.actorOf.get(origin.address) ?? null);
      const finding = findingOf(input.findings, {
        server,
        kind: group.rule.kind,
        address: origin?.address ?? null,
      });
      if (finding === null) continue;
      entries.push({
        timeMs: event.timeMs,
        entry: {
          time: formatUtcOrNull(event.timeMs),
          server,
          rung: group.rule.rung,
          text: `${group.rule.title}${detailOf(event)}`,
          finding: finding.id,
          actor,
        },
      });
    }
  }
  return entries;
}

function findingOf(
  findings: readonly Finding[],
  of: { readonly server: string; readonly kind: string; readonly address: string | null },
): Finding | null {
  const same = findings.filter((finding) => finding.server === of.server && finding.kind === of.kind);
  return (
    same.find((finding) => of.address !== null && (finding.entities.addresses ?? []).includes(of.address)) ??
    same[0] ??
    null
  );
}

/** The one value that makes a step concrete. */
function detailOf(event: Event): string {
  const value =
    event.ecs["file.path"] ??
    event.ecs["process.command_line"] ??
    event.fields["S:CMD"] ??
    event.fields["AnchorMailbox"] ??
    event.ecs["url.path"];
  return value === undefined ? "" : `: ${value.slice(0, 160)}`;
}

function findingsWithoutSteps(input: StoryInput): readonly Entry[] {
  return input.findings.flatMap((finding) => {
    const worked =
      atLeast(finding.rung, "L1") && finding.citations.some((citation) => citation.time !== null);
    if (worked || finding.firstSeen === null) return [];
    const address = finding.entities.addresses?.length === 1 ? finding.entities.addresses[0] : undefined;
    const actor = address === undefined ? null : (input.actorOf.get(address) ?? null);
    const entry = {
      time: finding.firstSeen,
      server: finding.server,
      rung: finding.rung,
      text: finding.title,
      finding: finding.id,
      actor,
    };
    return [{ timeMs: Date.parse(finding.firstSeen), entry }];
  });
}
