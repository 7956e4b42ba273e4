import type { Assessment, DamageSummary } from "../model/index.ts";
import { counted } from "./numbers.ts";

/** Damage of one kind over all items, for a short list. All texts but `amount` are untrusted. */
export interface DamageGroup {
  readonly code: string;
  /** `44 places in 44 files`; `1 place`. */
  readonly amount: string;
  /** What stands between amount and place: for several places only one is named. */
  readonly before: string;
  /** The first place, the largest loss first. */
  readonly path: string;
  readonly note: string;
}

/** What a loss weighs, least first. */
const LOSSES = ["value", "record", "chunk", "rest", "file"];

/** Groups damage by kind, the largest loss first, then the most frequent. */
export function groupDamage({ damage }: Assessment): readonly DamageGroup[] {
  const groups = new Map<string, DamageSummary[]>();
  for (const kind of damage.kinds) {
    const group = groups.get(kind.code);
    if (group === undefined) groups.set(kind.code, [kind]);
    else group.push(kind);
  }
  return [...groups.values()]
    .toSorted((a, b) => weight(b) - weight(a) || total(b) - total(a))
    .flatMap((group) => {
      const first = group[0];
      if (first === undefined) return [];
      const amount = counted(total(group), "place");
      return {
        code: first.code,
        amount: group.length === 1 ? amount : `${amount} in ${counted(group.length, "file")}`,
        before: total(group) > 1 ? "could not be read, for example" : "could not be read:",
        path: first.path,
        note: first.note,
      };
    });
}

function weight(group: readonly DamageSummary[]): number {
  return Math.max(...group.map((kind) => LOSSES.indexOf(kind.lost)));
}

function total(group: readonly DamageSummary[]): number {
  return group.reduce((sum, kind) => sum + kind.count, 0);
}
