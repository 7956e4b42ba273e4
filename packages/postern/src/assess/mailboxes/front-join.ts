import { isServerIdentity } from "../../detect/index.ts";
import type { MailGroup, MailMark } from "../../scan/index.ts";

/** A forged request of the front end with the back end's record of the same call. */
export interface JoinedCall {
  readonly front: MailGroup;
  readonly frontMark: MailMark;
  readonly back: MailGroup;
  readonly backMark: MailMark;
  readonly by: "request-id" | "second";
}

/** What joining gave. */
export interface FrontJoin {
  readonly calls: readonly JoinedCall[];
  /** Forged requests without a record of the back end. */
  readonly unmatched: readonly {
    readonly front: MailGroup;
    readonly marks: readonly MailMark[];
    readonly rest: number;
  }[];
  /** Records of the back end that belong to a forged request. */
  readonly used: ReadonlySet<MailMark>;
}

/** Both logs write the end of a call; clocks of two servers differ a little. */
const SAME_SECOND_MS = 2_000;

interface Back {
  readonly group: MailGroup;
  readonly mark: MailMark;
}

/**
 * Joins forged requests of the front end with records of the back end: by request id, else by the second where the record also has the
 * request's program, an identity of the server, or the intruder's address. Each record is used once.
 */
export function joinFront(
  forged: readonly MailGroup[],
  backs: readonly MailGroup[],
  intruders: ReadonlySet<string>,
): FrontJoin {
  const byId = new Map<string, Back>();
  const byTime: Back[] = [];
  for (const group of backs)
    for (const mark of group.marks) {
      if (mark.requestId !== null) byId.set(mark.requestId, { group, mark });
      if (mark.timeMs !== null) byTime.push({ group, mark });
    }
  byTime.sort((a, b) => (a.mark.timeMs ?? 0) - (b.mark.timeMs ?? 0));
  const used = new Set<MailMark>();
  const calls: JoinedCall[] = [];
  const unmatched: { front: MailGroup; marks: MailMark[]; rest: number }[] = [];
  for (const front of forged) {
    const marks: MailMark[] = [];
    for (const frontMark of front.marks) {
      const found = findBack({ front, frontMark }, { byId, byTime, used, intruders });
      if (found === null) {
        marks.push(frontMark);
        continue;
      }
      used.add(found.back.mark);
      calls.push({ front, frontMark, back: found.back.group, backMark: found.back.mark, by: found.by });
    }
    const rest = front.count - front.marks.length;
    if (marks.length > 0 || rest > 0) unmatched.push({ front, marks, rest });
  }
  return { calls, unmatched, used };
}

function findBack(
  { front, frontMark }: { readonly front: MailGroup; readonly frontMark: MailMark },
  known: {
    readonly byId: ReadonlyMap<string, Back>;
    readonly byTime: readonly Back[];
    readonly used: ReadonlySet<MailMark>;
    readonly intruders: ReadonlySet<string>;
  },
): { readonly back: Back; readonly by: JoinedCall["by"] } | null {
  const same = known.byId.get(frontMark.requestId ?? "");
  if (same !== undefined && !known.used.has(same.mark)) return { back: same, by: "request-id" };
  if (frontMark.timeMs === null) return null;
  let best: Back | null = null;
  for (let at = lowerBound(known.byTime, frontMark.timeMs - SAME_SECOND_MS); at < known.byTime.length; at++) {
    const back = known.byTime[at];
    const timeMs = back?.mark.timeMs ?? Infinity;
    if (back === undefined || timeMs > frontMark.timeMs + SAME_SECOND_MS) break;
    if (known.used.has(back.mark) || !looksLike(front, back.group, known.intruders)) continue;
    const distance = (one: Back): number => Math.abs((one.mark.timeMs ?? 0) - (frontMark.timeMs ?? 0));
    if (best === null || distance(back) < distance(best)) best = back;
  }
  return best === null ? null : { back: best, by: "second" };
}

/** Other people's calls of the same second have their own program and address. */
function looksLike(front: MailGroup, back: MailGroup, intruders: ReadonlySet<string>): boolean {
  if (back.protocol !== front.protocol) return false;
  if (back.address !== null && intruders.has(back.address)) return true;
  if (front.agent !== "" && front.agent === back.agent) return true;
  return back.sign === "as-another" && isServerIdentity(back.actor);
}

function lowerBound(list: readonly Back[], timeMs: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.mark.timeMs ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
