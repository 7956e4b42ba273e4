import { formatUtc } from "../../core/index.ts";
import type { Activity, Finding } from "../../model/index.ts";
import { atLeast, higherRung, type Rung } from "../../model/index.ts";
import type { Act } from "./acts.ts";

/** A pause longer than this ends a stretch of work. */
const PAUSE_MS = 6 * 3_600_000;
/** Stretches told; beyond them the first ones and the last. */
const MAX_ACTIVITIES = 40;
/** Things told of one stretch. */
const MAX_TOLD = 6;

type Timed = Act & { readonly timeMs: number };

/** Cuts what an intruder did into stretches of work with pauses between them. */
export function activitiesOf(acts: readonly Act[], findings: readonly Finding[]): readonly Activity[] {
  const stretches: Timed[][] = [];
  for (const act of acts.filter(isTimed)) {
    const last = stretches.at(-1);
    const before = last?.at(-1);
    if (last === undefined || before === undefined || act.timeMs - before.timeMs > PAUSE_MS)
      stretches.push([act]);
    else last.push(act);
  }
  const kept =
    stretches.length <= MAX_ACTIVITIES
      ? stretches
      : [...stretches.slice(0, MAX_ACTIVITIES - 1), ...stretches.slice(-1)];
  return kept.flatMap((stretch) => activityOf(stretch, findings) ?? []);
}

function isTimed(act: Act): act is Timed {
  return act.timeMs !== null;
}

function activityOf(stretch: readonly Timed[], findings: readonly Finding[]): Activity | null {
  const [first, last] = [stretch[0], stretch.at(-1)];
  if (first === undefined || last === undefined) return null;
  const kinds = new Set(stretch.map((act) => `${act.server}\n${act.kind}`));
  const ours = findings.filter((finding) => kinds.has(`${finding.server}\n${finding.kind}`));
  return {
    from: formatUtc(first.timeMs),
    to: formatUtc(last.timeMs),
    addresses: [...new Set(stretch.map((act) => act.address))].sort(),
    rung: stretch.reduce<Rung | null>((found, act) => higherRung(found, act.rung), null),
    text: textOf(stretch, ours),
    findings: ours.map((finding) => finding.id),
  };
}

/** The titles of what was done, in the order in which each was first done; what worked before what was only tried. */
function textOf(stretch: readonly Timed[], findings: readonly Finding[]): string {
  const worked = stretch.filter((act) => atLeast(act.rung, "L1"));
  const told = worked.length > 0 ? worked : stretch;
  const titles = new Map<string, string>();
  for (const act of told) {
    const finding = findings.find((one) => one.kind === act.kind && one.server === act.server);
    if (finding !== undefined && !titles.has(act.kind)) titles.set(act.kind, plainTitle(finding));
  }
  const list = [...titles.values()].map((title, i) => (i === 0 ? title : lowerFirst(title)));
  const left = list.length - MAX_TOLD;
  return left > 0
    ? `${list.slice(0, MAX_TOLD).join("; ")}; and ${String(left)} more.`
    : `${list.join("; ")}.`;
}

/** A title within a sentence; names in capitals stay. */
export function lowerFirst(title: string): string {
  return /^[A-Z](?:[a-z]|\s)/u.test(title) ? `${title.charAt(0).toLowerCase()}${title.slice(1)}` : title;
}

/** The title of a finding without its count. */
export function plainTitle(finding: Finding): string {
  return finding.title.replace(/ \((?:once|\d+ times)\)$/u, "");
}
